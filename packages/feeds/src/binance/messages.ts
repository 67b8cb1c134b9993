/**
 * What Binance USD-M streams send, in Binance's words. Every field is `unknown` until `parse.ts` has looked at it: these
 * types say which fields we read and what they mean, not that they are there. Fields we do not read are left out.
 */

/**
 * `<s>@aggTrade`, route /market: the fills of one taker order at one price.
 * `<s>@trade`, route /public: a single match.
 */
export interface TradeMessage {
  readonly s?: unknown // symbol
  readonly E?: unknown // event time, epoch ms
  readonly T?: unknown // match time, epoch ms
  readonly a?: unknown // aggTrade: aggregate id, number
  readonly t?: unknown // trade: match id, number
  readonly p?: unknown // price, text
  readonly q?: unknown // size, text; contracts on inverse markets
  readonly m?: unknown // true: the buyer was the maker, so the aggressor sold
  readonly X?: unknown // MARKET, INSURANCE_FUND or ADL; absent means MARKET
}

/** `<s>@markPrice@1s`, route /market. */
export interface MarkPriceMessage {
  readonly s?: unknown // symbol
  readonly E?: unknown
  readonly p?: unknown // mark price
  readonly i?: unknown // index price; absent in old messages
  readonly r?: unknown // funding rate of the running interval; empty or absent on dated contracts
  readonly T?: unknown // next funding, epoch ms; 0 on dated contracts
}

/** `<s>@forceOrder`, route /market: at most one per symbol and second, the largest. */
export interface ForceOrderMessage {
  readonly E?: unknown
  readonly o?: unknown // ForceOrder
}

export interface ForceOrder {
  readonly s?: unknown
  readonly S?: unknown // side of the ORDER: SELL closes a long
  readonly p?: unknown // limit price: the bankruptcy price of the position
  readonly ap?: unknown // average fill price, 0 before a fill
  readonly z?: unknown // size filled so far
  readonly T?: unknown // match time, epoch ms
}

/** `<s>@depth@100ms`, route /public: absolute sizes of the levels that changed. */
export interface DepthMessage {
  readonly s?: unknown // symbol
  readonly E?: unknown
  readonly T?: unknown // transaction time, epoch ms
  readonly U?: unknown // first update id
  readonly u?: unknown // last update id
  readonly pu?: unknown // last update id of the message before
  readonly b?: unknown // [price, size][], text; size 0 removes the level
  readonly a?: unknown
}

/** `<s>@kline_1m`, route /market. */
export interface KlineMessage {
  readonly s?: unknown // symbol
  readonly E?: unknown
  readonly k?: unknown // Kline
}

export interface Kline {
  readonly t?: unknown // open time, epoch ms
  readonly T?: unknown // close time, epoch ms, the interval's last millisecond
  readonly o?: unknown
  readonly h?: unknown
  readonly l?: unknown
  readonly c?: unknown
  readonly v?: unknown // volume, base units
  readonly V?: unknown // taker buy volume, base units
  readonly x?: unknown // closed
}

/** The answer to a SUBSCRIBE or UNSUBSCRIBE: `{"result":null,"id":1}`, or an error. */
export interface ReplyMessage {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: unknown // {code, msg}
  readonly code?: unknown
  readonly msg?: unknown
}
