import type { HeatmapColumn, LiquidationMap } from '@liqscope/engine'
import type { Instrument, OrderBook } from '@liqscope/market'
import type { BarJson, ForcedOrderJson, GapJson, MarketJson, MarketUpdate } from '@liqscope/protocol'

/** What a market's subscribers receive, before it has a place in their sequence. */
export type Update = Omit<MarketUpdate, 'seq'>

/** What the list of markets says of the market itself. */
export type MarketFacts = Pick<
  MarketJson,
  'price' | 'change24h' | 'openInterestNotional' | 'fundingRate' | 'nextFundingTime' | 'from' | 'to' | 'coverage'
>

/** What REST, the socket and the page read of a market: one instrument's state, or the sum of several. */
export interface Market {
  readonly instrument: Instrument
  /** Exchange time up to which events are known, epoch ms. */
  readonly at: number | undefined
  /** Length of the bars held, ms. */
  readonly finestInterval: number
  /** The change since the last call, for subscribers who have everything before it; undefined when nothing changed. */
  takePatch(): Update | undefined
  /**
   * Everything a new subscriber needs; undefined before the first price. Take the patch first: what it would report as
   * changed is in here already.
   */
  snapshot(): Update | undefined
  /** The current map; undefined until the first price. */
  map(): LiquidationMap | undefined
  /**
   * The newest whole order book; how old it is says its `receivedTime`. Of a sum: the members' books together, moved
   * onto the reference, as old as the oldest of them.
   */
  readonly book: OrderBook | undefined
  /** Closed heatmap columns opened within [from, to), epoch ms. */
  columns(intervalMs: number, from: number, to: number): HeatmapColumn[]
  bars(intervalMs: number, from: number, to: number): BarJson[]
  forcedOrders(from: number, to: number): ForcedOrderJson[]
  gaps(from: number, to: number): GapJson[]
  facts(): MarketFacts
}
