import type { Bar } from '@liqscope/market'

/** Distances of the rival's classes: sixteen that remember, nine that forget, as many as the engine's first sketch. */
const DISTANCES = [
  0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016, 0.024, 0.035, 0.05, 0.07, 0.1, 0.15, 0.25, 0.001,
  0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.012, 0.016,
]
const STEP = 5e-4
const ENTRY_POINTS = 4

/**
 * The plain fold that most open maps use: an array of bins per side and class, scanned from the bar's extreme to the
 * end of the grid at every bar, entries at four points of the bar. Returns the unit mass swept.
 */
export function denseFold(bars: readonly Bar[]): number {
  const lowest = Math.log(bars.reduce((least, bar) => Math.min(least, bar.low), Number.POSITIVE_INFINITY)) - 0.3
  const highest = Math.log(bars.reduce((most, bar) => Math.max(most, bar.high), 0)) + 0.3
  const bins = Math.ceil((highest - lowest) / STEP)
  const binOf = (price: number) => Math.floor((Math.log(price) - lowest) / STEP)
  const longs = DISTANCES.map(() => new Float64Array(bins))
  const shorts = DISTANCES.map(() => new Float64Array(bins))
  let swept = 0
  for (const bar of bars) {
    const low = binOf(bar.low)
    const high = binOf(bar.high)
    const size = (bar.volume ?? 0) / 2 / ENTRY_POINTS
    const entries = [(bar.open + bar.high + bar.low + bar.close) / 4, bar.low, bar.high, bar.close]
    for (const [k, distance] of DISTANCES.entries()) {
      const long = longs[k]!
      for (let bin = low; bin < bins; bin++) {
        swept += long[bin]!
        long[bin] = 0
      }
      const short = shorts[k]!
      for (let bin = high; bin >= 0; bin--) {
        swept += short[bin]!
        short[bin] = 0
      }
      for (const entry of entries) {
        const below = binOf(entry * Math.exp(-distance))
        if (below >= 0 && below < low) long[below] = long[below]! + size
        const above = binOf(entry * Math.exp(distance))
        if (above < bins && above > high) short[above] = short[above]! + size
      }
    }
  }
  return swept
}
