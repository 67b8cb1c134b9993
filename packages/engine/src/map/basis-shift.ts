/** A stretch of the common grid and the price that parts its sides. */
export interface Grid {
  readonly firstBin: number
  readonly bins: number
  /** Width of a bin in ln(price). */
  readonly step: number
  /** The mark: longs lie below it, shorts above. */
  readonly price: number
}

/**
 * Adds `weight * source` to `target`. `where`: only bins in which this array is positive, which takes one side out of an
 * array that holds both.
 */
export type Shift = (
  source: ArrayLike<number>,
  weight: number,
  target: Float64Array | Float32Array,
  where?: ArrayLike<number>,
) => void

/**
 * Moves one side from a venue's grid to another so that its mark comes to lie on the target's: what stood 1 % from the
 * one stands 1 % from the other. A bin that falls between two is shared by both in proportion. Mass is conserved but for
 * what falls outside the target, and none crosses its mark: the bin that the mark divides belongs to the side on which
 * its middle lies, as in a market's own map.
 */
export function shiftOf(from: Omit<Grid, 'bins'>, side: 'long' | 'short', to: Grid): Shift {
  const mark = Math.log(to.price) / to.step - to.firstBin // in bins from the target's first
  const lastLong = Math.ceil(mark - 0.5) - 1
  const lowest = side === 'long' ? Number.NEGATIVE_INFINITY : lastLong + 1
  const highest = side === 'long' ? lastLong : Number.POSITIVE_INFINITY
  const shift = mark - (Math.log(from.price) / from.step - from.firstBin)
  return (source, weight, target, where) => {
    for (let i = 0; i < source.length; i++) {
      const value = source[i]! * weight
      if (value === 0 || (where !== undefined && !(where[i]! > 0))) continue
      const place = i + shift
      const below = Math.floor(place)
      const part = place - below
      add(target, Math.min(highest, Math.max(lowest, below)), value * (1 - part))
      add(target, Math.min(highest, Math.max(lowest, below + 1)), value * part)
    }
  }
}

function add(target: Float64Array | Float32Array, at: number, value: number): void {
  if (at >= 0 && at < target.length) target[at] = target[at]! + value
}
