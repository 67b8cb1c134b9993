/** The side of a position. */
export type PositionSide = 'long' | 'short'

/** The side of the aggressor in a public match. */
export type TakerSide = 'buy' | 'sell'

/** `+1` for a long, `-1` for a short: the sign of the position in every formula. */
export function signOf(side: PositionSide): 1 | -1 {
  return side === 'long' ? 1 : -1
}

/** The position that a forced order of this side closes: a forced sell closes a long. */
export function closedBy(orderSide: TakerSide): PositionSide {
  return orderSide === 'sell' ? 'long' : 'short'
}
