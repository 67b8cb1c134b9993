/** How one bar changed the size of EACH side: longs and shorts are always equal in number. Base units. */
export interface Flow {
  /** Size of positions opened, one side. */
  readonly opens: number
  /** Size of positions closed, one side, forced ones included. */
  readonly closes: number
  /** True when |change| exceeded the volume, which cannot be: the two feeds disagree about the interval. */
  readonly violated: boolean
}

/**
 * The flow identity. Every traded unit has a buyer and a seller, each of whom opens or closes: with volume V and the
 * change D of one-sided open interest, 2 V = opens + closes over both sides and 2 D = opens - closes, whatever the
 * split between sides. Per side: opens = (V + D) / 2, closes = (V - D) / 2. D beyond +-V is cut to it.
 *
 * Worked line: V = 100, D = 20 -> 60 opened and 40 closed on each side; 60 - 40 = 20.
 */
export function flowOf(volume: number, change: number): Flow {
  const violated = Math.abs(change) > volume
  const bounded = violated ? Math.sign(change) * volume : change
  return { opens: (volume + bounded) / 2, closes: (volume - bounded) / 2, violated }
}
