import type { Clock } from '../clock.ts'
import { FeedError, type FeedListener, type VenueFeed } from '../feed.ts'

/** Where and how to connect. Everything has a default except the listener. */
export interface BinanceFeedOptions {
  /** `sim`: the simulated market, which speaks the same protocol at other addresses. */
  readonly venue?: 'binance' | 'sim'
  readonly restUrl?: string
  readonly wsUrl?: string
  readonly clock?: Clock
  /** Jitter, in [0, 1). */
  readonly random?: () => number
  readonly listener: FeedListener
}

export function openBinanceFeed(options: BinanceFeedOptions): VenueFeed {
  throw new FeedError(options.venue ?? 'binance', 'connection', 'not built yet')
}
