import type { Bar, Gap } from '@liqscope/market'

/**
 * Tells silence from absence. Once a market's forced orders arrive, a gathered bar without any says that none came,
 * unless the feed was out within it; before, and where it was out, a bar says nothing of them.
 */
export class ForcedFeed {
  private delivers = false
  /** The newest stretch that was not delivered, [from, to), epoch ms. */
  private outFrom = Number.POSITIVE_INFINITY
  private outTo = Number.NEGATIVE_INFINITY

  /** A forced order came, or a bar that speaks of them. */
  note(): void {
    this.delivers = true
  }

  /** Something was not delivered. */
  miss({ channel, from, to }: Gap): void {
    if (channel !== 'liquidationOrder') return
    this.outFrom = from > this.outTo ? from : Math.min(from, this.outFrom)
    this.outTo = Math.max(to, this.outTo)
  }

  /** A bar built from single events, with a zero where nothing came although it would have. */
  complete(bar: Bar): Bar {
    const { exchangeTime, intervalMs, longLiquidated, shortLiquidated } = bar
    const wasOut = this.outFrom < exchangeTime + intervalMs && this.outTo > exchangeTime
    if (!this.delivers || wasOut || (longLiquidated !== undefined && shortLiquidated !== undefined)) return bar
    return { ...bar, longLiquidated: longLiquidated ?? 0, shortLiquidated: shortLiquidated ?? 0 }
  }
}
