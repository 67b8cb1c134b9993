import type { InstrumentId } from './instrument.ts'
import type { MarginSchedule } from './margin-tier.ts'
import type { PositionSide, TakerSide } from './side.ts'

/** Every event carries both clocks, epoch ms. Nothing in the engine orders by `receivedTime`. */
interface Observed {
  readonly instrument: InstrumentId
  /** Epoch ms on the exchange's clock. */
  readonly exchangeTime: number
  /** Epoch ms on our clock, when the message arrived. Equal to `exchangeTime` for history. */
  readonly receivedTime: number
}

/** One public match. */
export interface Trade extends Observed {
  readonly kind: 'trade'
  /** The venue's id, a string: some exceed 2^53. */
  readonly tradeId: string
  /** How many of the venue's matches it stands for, their ids ending with `tradeId`, when the venue says more than 1. */
  readonly matches?: number
  readonly price: number // quote per base, > 0
  readonly size: number // base units, > 0
  /** The aggressor's side, never the maker's. */
  readonly side: TakerSide
}

/**
 * One interval of trading. `exchangeTime` is its OPEN, `intervalMs` its length: it covers
 * [exchangeTime, exchangeTime + intervalMs). Absent figures were not published: absent is not zero.
 */
export interface Bar extends Observed {
  readonly kind: 'bar'
  readonly intervalMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume?: number // base units
  readonly takerBuyVolume?: number // base units
  /** One-sided open interest at the interval's close, base units. */
  readonly openInterest?: number
  /** Observed forced orders within the interval, base units. Absent where the source publishes none. */
  readonly longLiquidated?: number
  readonly shortLiquidated?: number
  readonly fundingRate?: number
}

/** One-sided open interest at a moment. */
export interface OpenInterest extends Observed {
  readonly kind: 'openInterest'
  readonly size: number // base units, one-sided, >= 0
}

/** The price that triggers liquidation. */
export interface MarkPrice extends Observed {
  readonly kind: 'markPrice'
  readonly price: number
  readonly indexPrice?: number
}

/** The rate longs pay shorts at `nextFundingTime`, as a fraction of notional. */
export interface Funding extends Observed {
  readonly kind: 'funding'
  readonly rate: number
  readonly nextFundingTime?: number // epoch ms
}

/** A forced order the exchange published. Feeds are throttled: absence proves nothing. */
export interface LiquidationOrder extends Observed {
  readonly kind: 'liquidationOrder'
  /** The position that was closed, not the order's side. */
  readonly positionSide: PositionSide
  readonly price: number // quote per base
  readonly priceKind: 'bankruptcy' | 'average' | 'limit' | 'mark'
  /** Where the position's margin was used up, quote per base, when the venue says it beside `price`. */
  readonly bankruptcyPrice?: number
  readonly size: number // base units, > 0
}

/** A price and the size resting there, base units. */
export type BookLevel = readonly [price: number, size: number]

/** A whole book after a sequence without a gap. Bids fall, asks rise. */
export interface OrderBook extends Observed {
  readonly kind: 'orderBook'
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** The maintenance table of an instrument as its venue tells it; `exchangeTime` is when it began to hold, as far as known. */
export interface MarginTable extends Observed, MarginSchedule {
  readonly kind: 'marginTable'
}

export type Channel = 'trade' | 'bar' | 'openInterest' | 'markPrice' | 'funding' | 'liquidationOrder' | 'orderBook'

/** An interval that a feed did not deliver: [from, to). Shown as hatching, never interpolated. */
export interface Gap extends Observed {
  readonly kind: 'gap'
  readonly channel: Channel
  readonly from: number // epoch ms
  readonly to: number // epoch ms, > from
  readonly reason: string
}

export type MarketEvent =
  | Trade
  | Bar
  | OpenInterest
  | MarkPrice
  | Funding
  | LiquidationOrder
  | OrderBook
  | Gap
  | MarginTable
