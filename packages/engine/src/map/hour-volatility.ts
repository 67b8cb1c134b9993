import type { Bar } from '@liqscope/market'

const HOUR_MS = 3_600_000
/** The past fades with this half-life, so that the night and the day of a market both count. */
const HALF_LIFE_MS = 12 * HOUR_MS
/** Nothing is said before this much was seen. */
const LEAST_SEEN_MS = HOUR_MS

/** How much price moves in an hour: a fading mean of the bars' variance, each from its range (Parkinson 1980). */
export class HourVolatility {
  private variance = 0
  private seen = 0
  private total = 0

  fold({ high, low, intervalMs }: Bar): void {
    const kept = 0.5 ** (intervalMs / HALF_LIFE_MS)
    this.variance = kept * this.variance + Math.log(high / low) ** 2 / (4 * Math.LN2)
    this.seen = kept * this.seen + intervalMs
    this.total += intervalMs
  }

  /** Standard deviation of ln(price) over an hour; undefined before an hour was seen or while price stands still. */
  get value(): number | undefined {
    return this.total >= LEAST_SEEN_MS && this.variance > 0
      ? Math.sqrt((this.variance / this.seen) * HOUR_MS)
      : undefined
  }
}
