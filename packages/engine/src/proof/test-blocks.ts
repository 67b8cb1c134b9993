import { blockBootstrap, type Figure } from './bootstrap.ts'
import type { ScoredBars } from './scored-bars.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Tests shorter than this many days are resampled in blocks of four hours instead of days. */
const FEWEST_DAYS = 5

/** The test cut into stretches of time that are resampled as a whole. */
export class TestBlocks {
  private readonly lengthMs: number
  private readonly origin: number

  constructor(
    private readonly scored: ScoredBars,
    split: number,
    private readonly seed: number,
  ) {
    const { bars } = scored
    this.origin = (bars[split] ?? bars.at(-1))?.exchangeTime ?? 0
    this.lengthMs =
      (bars.at(-1)?.exchangeTime ?? 0) - this.origin < FEWEST_DAYS * DAY_MS - HOUR_MS ? 4 * HOUR_MS : DAY_MS
  }

  /** What is resampled, in words. */
  get name(): string {
    return this.lengthMs === DAY_MS ? 'days' : 'blocks of four hours: the test is shorter than five days'
  }

  /**
   * A figure with its interval: `parts(item)` of all items summed, `ratio` of the sums.
   * Items belong to the block their first bar lies in.
   */
  figure<T extends { readonly from: number }>(
    items: readonly T[],
    parts: (item: T, index: number) => readonly [number, number],
    ratio: (first: number, second: number) => number,
  ): Figure {
    const blocks = new Map<number, Float64Array>()
    items.forEach((item, index) => {
      const key = Math.floor((this.scored.bars[item.from]!.exchangeTime - this.origin) / this.lengthMs)
      const sums = blocks.get(key) ?? new Float64Array(2)
      const [first, second] = parts(item, index)
      sums[0] = sums[0]! + first
      sums[1] = sums[1]! + second
      blocks.set(key, sums)
    })
    return blockBootstrap([...blocks.values()], ([first = 0, second = 0]) => ratio(first, second), this.seed)
  }
}
