/**
 * What Bitget's v3 public socket and v2 futures REST send, in Bitget's words. Every field is `unknown` until a reader has
 * looked at it: these types say which fields we read and what they mean, not that they are there. Numbers are text, also
 * times and ids; sizes are base units in all product types.
 */

/** Every pushed frame; an answer has `event` instead of `action`. */
export interface Envelope {
  readonly action?: unknown // snapshot, update
  readonly event?: unknown // subscribe, unsubscribe, error
  readonly arg?: unknown // Argument
  readonly data?: unknown
  readonly ts?: unknown // epoch ms, number
  readonly code?: unknown
  readonly msg?: unknown
}

/** What a frame is about. The classic v2 sockets say `channel` and `instId` instead. */
export interface Argument {
  readonly instType?: unknown // usdt-futures, usdc-futures, coin-futures
  readonly topic?: unknown
  readonly symbol?: unknown // absent on `liquidation`, which serves all
  readonly channel?: unknown
}

/** `publicTrade`. The first frame is a snapshot of trades from before the subscription. */
export interface TradeRow {
  readonly i?: unknown // id, beyond 2^53
  readonly p?: unknown
  readonly v?: unknown // base units
  readonly S?: unknown // buy, sell: of the aggressor
  readonly T?: unknown // epoch ms, text
}

/** `ticker`. It carries no time of its own: the frame's `ts` is its time. */
export interface TickerRow {
  readonly markPrice?: unknown
  readonly indexPrice?: unknown
  readonly openInterest?: unknown // base units, one-sided
  readonly fundingRate?: unknown
  readonly nextFundingTime?: unknown // epoch ms, text; empty or 0 on dated contracts
}

/** `books`: the whole book first, then what changed. */
export interface BookRow {
  readonly b?: unknown // [price, size][], text; size 0 removes the level
  readonly a?: unknown
  readonly seq?: unknown
  readonly pseq?: unknown // `seq` of the push before; 0 when the venue began to count anew
  readonly ts?: unknown // epoch ms, text
}

/**
 * `liquidation`: each second, of each symbol and side, the largest. `side` is the POSITION's: buy says that a long was
 * liquidated. `amount` is QUOTE currency, not base: of two recorded orders 13.70319 / 0.1649 = 83.1 and
 * 143.330431857868 / 0.500280739469 = 286.5, both sizes the contracts allow. Their product has more decimals than fills
 * at price steps could sum up to, so the price is a computed one: where the position's margin is used up.
 */
export interface LiquidationRow {
  readonly symbol?: unknown
  readonly side?: unknown
  readonly price?: unknown
  readonly amount?: unknown
  readonly ts?: unknown // epoch ms, text
}

/** `/api/v2/mix/market/contracts`. */
export interface ContractRow {
  readonly symbol?: unknown
  readonly baseCoin?: unknown
  readonly quoteCoin?: unknown
  readonly symbolType?: unknown // perpetual, delivery
  readonly symbolStatus?: unknown // normal; else maintain, limit_open, restrictedAPI, off, listed
  readonly pricePlace?: unknown // decimals of a price
  readonly priceEndStep?: unknown // of which the last one moves by this many
}
