/**
 * What Bybit v5's public sockets send, in Bybit's words. Every field is `unknown` until it was looked at: these types
 * say which fields we read and what they mean, not that they are there. Sizes and prices are text.
 */

/** `{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":...,"data":...}` */
export interface TopicMessage {
  readonly topic?: unknown
  readonly type?: unknown // snapshot or delta
  readonly ts?: unknown // epoch ms, when it was sent
  readonly cts?: unknown // order books: epoch ms of the matching engine
  readonly data?: unknown
}

/** `publicTrade.<s>`: single matches, many in one frame. */
export interface TradeRow {
  readonly T?: unknown // epoch ms
  readonly s?: unknown // symbol
  readonly S?: unknown // taker's side: Buy or Sell
  readonly v?: unknown // size: base coin when linear, USD when inverse
  readonly p?: unknown // price
  readonly i?: unknown // id
  readonly BT?: unknown // block trade: agreed outside of the book
}

/** `tickers.<s>`: a snapshot, then the fields that changed. */
export interface TickerData {
  readonly symbol?: unknown
  readonly markPrice?: unknown
  readonly indexPrice?: unknown
  readonly openInterest?: unknown // BOTH sides; base coin when linear, USD when inverse
  readonly singleOpenInterest?: unknown // one side, since 2026; same unit
  readonly fundingRate?: unknown
  readonly nextFundingTime?: unknown // epoch ms as text
}

/** `allLiquidation.<s>`: every liquidation, each 500 ms. */
export interface LiquidationRow {
  readonly T?: unknown // epoch ms
  readonly s?: unknown
  readonly S?: unknown // side of the POSITION: Buy is a long that was liquidated
  readonly v?: unknown // size
  readonly p?: unknown // bankruptcy price
}

/** `orderbook.200.<s>`: a snapshot, then levels that changed. `u` of 1 is a snapshot after a restart. */
export interface BookData {
  readonly s?: unknown
  readonly b?: unknown // [price, size][]
  readonly a?: unknown
  readonly u?: unknown // counts up by one
}

/** Answers to subscribe, unsubscribe and ping. */
export interface OpMessage {
  readonly op?: unknown
  readonly success?: unknown
  readonly ret_msg?: unknown
  readonly req_id?: unknown
}
