/**
 * What OKX v5's public socket sends, in OKX's words. Every field is `unknown` until `parse.ts` has looked at it: these
 * types say which fields we read and what they mean, not that they are there. Numbers and times are text.
 */

/** `{"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[...]}`, books with `action`. */
export interface PushMessage {
  readonly arg?: unknown // Arg
  readonly action?: unknown // books: snapshot or update
  readonly data?: unknown // rows
}

export interface Arg {
  readonly channel?: unknown
  readonly instId?: unknown
  readonly instType?: unknown // of liquidation-orders
}

/** `trades`: matches of one taker order at one price, merged. */
export interface TradeRow {
  readonly instId?: unknown
  readonly tradeId?: unknown // of the last match
  readonly px?: unknown
  readonly sz?: unknown // contracts
  readonly side?: unknown // of the taker: buy or sell
  readonly ts?: unknown
  readonly count?: unknown // how many matches; absent before 2023
}

/** `mark-price`, at least every 10 s. */
export interface MarkPriceRow {
  readonly instId?: unknown
  readonly markPx?: unknown
  readonly ts?: unknown
}

/** `funding-rate`, every 30 to 90 s. */
export interface FundingRow {
  readonly instId?: unknown
  readonly fundingRate?: unknown // to be paid at fundingTime
  readonly fundingTime?: unknown
  readonly ts?: unknown
}

/** `open-interest`, every 3 s. */
export interface OpenInterestRow {
  readonly instId?: unknown
  readonly oi?: unknown // contracts
  readonly oiCcy?: unknown // base coin, one-sided
  readonly oiUsd?: unknown
  readonly ts?: unknown
}

/** `liquidation-orders`, of all swaps: at most one a second and contract. */
export interface LiquidationRow {
  readonly instId?: unknown
  readonly details?: unknown // LiquidationDetail[]
}

export interface LiquidationDetail {
  readonly bkPx?: unknown // bankruptcy price
  readonly sz?: unknown // contracts
  readonly side?: unknown // of the ORDER: sell closes a long
  readonly posSide?: unknown // of the position: long or short; net where the account has one-way positions
  readonly ts?: unknown
}

/** `books`: 400 levels, changes every 100 ms. `[price, contracts, "0", orders]`. */
export interface BookRow {
  readonly asks?: unknown
  readonly bids?: unknown
  readonly ts?: unknown
  readonly seqId?: unknown
  readonly prevSeqId?: unknown // -1 in a snapshot
}

/** Answers and announcements. */
export interface EventMessage {
  readonly event?: unknown // subscribe, unsubscribe, error, notice, channel-conn-count
  readonly id?: unknown // of the request
  readonly arg?: unknown
  readonly code?: unknown
  readonly msg?: unknown
}
