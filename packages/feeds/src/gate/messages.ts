/**
 * What Gate's futures sockets and REST send, in Gate's words. Every field is `unknown` until a reader has looked at it:
 * these types say which fields we read and what they mean, not that they are there. Sizes are contracts: whole numbers
 * as JSON numbers, or text with decimals where we asked for it (`X-Gate-Size-Decimal: 1`).
 */

/** Every frame. */
export interface Envelope {
  readonly time?: unknown // seconds
  readonly time_ms?: unknown // epoch ms; absent in old frames
  readonly id?: unknown // of our request
  readonly channel?: unknown // `futures.trades`
  readonly event?: unknown // subscribe, unsubscribe, update, all
  readonly payload?: unknown // of our request
  readonly error?: unknown // {code, message}, or null
  readonly result?: unknown
}

/** `futures.trades`, a list; also a row of `/trades`, where the time in ms is in seconds. */
export interface TradeRow {
  readonly id?: unknown
  readonly contract?: unknown
  readonly create_time?: unknown // seconds
  readonly create_time_ms?: unknown // epoch ms; REST: seconds with decimals
  readonly price?: unknown
  readonly size?: unknown // negative: the aggressor sold
  readonly is_internal?: unknown // taken over by the insurance fund, or deleveraging
}

/** `futures.tickers`: a list, in 2021 a list of lists, in 2022 one object. */
export interface TickerRow {
  readonly contract?: unknown
  readonly mark_price?: unknown
  readonly index_price?: unknown
  readonly funding_rate?: unknown
  readonly total_size?: unknown // open interest, contracts, one-sided
}

/**
 * `futures.public_liquidates`: since 2026-08-20 every order of a second and contract in one list (before, one of them).
 * The size has the ORDER's sign: negative sells, so a long was liquidated. (REST's `liq_orders` has the position's.)
 */
export interface LiquidationRow {
  readonly contract?: unknown
  readonly price?: unknown // of the order: where the position's margin is used up, not its fill
  readonly size?: unknown
  readonly time?: unknown // epoch ms; before 2026-08-20 seconds
  readonly time_ms?: unknown
}

/** `futures.order_book_update`: absolute sizes of the levels that changed. */
export interface BookRow {
  readonly t?: unknown // epoch ms
  readonly s?: unknown // contract
  readonly U?: unknown // first update id
  readonly u?: unknown // last update id
  readonly full?: unknown // true: the whole book
  readonly b?: unknown // [{p, s}, ...]; size 0 removes the level
  readonly a?: unknown
}

/** `/contracts`. */
export interface ContractRow {
  readonly name?: unknown // BTC_USDT
  readonly type?: unknown // direct, inverse
  readonly quanto_multiplier?: unknown // base units per contract; 0: one USD per contract
  readonly order_price_round?: unknown // smallest price step
  readonly status?: unknown
  readonly in_delisting?: unknown
}
