import type { SweptBar } from '@liqscope/engine'
import type { Bar } from '@liqscope/market'

/**
 * What was seen of a market's forced orders before a restart. No exchange has them in its history: without this, what
 * was learned from them would be lost each time.
 */
export class ForcedMemory {
  private readonly seen = new Map<number, SweptBar>()
  private readonly gaps: { readonly from: number; readonly to: number }[] = []

  /** Open time of the first bar that is remembered, epoch ms. */
  get from(): number | undefined {
    return this.seen.keys().next().value
  }

  add(bar: SweptBar): void {
    if (bar.forced !== undefined) this.seen.set(bar.time, bar)
  }

  /** Not all of [from, to) was delivered: nothing is known of bars that touch it. */
  miss(from: number, to: number): void {
    this.gaps.push({ from, to })
  }

  /** A bar of the venue's history with the forced orders that were seen in it. What it says itself stands. */
  fill(bar: Bar): Bar {
    const { exchangeTime: time, intervalMs } = bar
    const known = this.seen.get(time)
    if (known?.forced === undefined || known.intervalMs !== intervalMs) return bar
    if (this.gaps.some(({ from, to }) => from < time + intervalMs && to > time)) return bar
    return { longLiquidated: known.forced.long, shortLiquidated: known.forced.short, ...bar }
  }
}
