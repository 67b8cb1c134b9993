/**
 * What Hyperliquid's socket and `/info` send, in Hyperliquid's words. Every field is `unknown` until a reader has looked
 * at it: these types say which fields we read and what they mean, not that they are there.
 */

/** Every frame: `{"channel":"trades","data":...}`. */
export interface Envelope {
  readonly channel?: unknown
  readonly data?: unknown
}

/** `trades`, a list of these: one match each. */
export interface TradeRow {
  readonly coin?: unknown
  readonly side?: unknown // of the aggressor: B buys, A sells
  readonly px?: unknown // text
  readonly sz?: unknown // base units, text
  readonly time?: unknown // epoch ms
  readonly tid?: unknown // 50-bit hash of the two orders: tells trades apart, counts nothing
  readonly users?: unknown // [buyer, seller], addresses
}

/** `activeAssetCtx`: `{coin, ctx}`. It carries no time. */
export interface AssetContext {
  readonly openInterest?: unknown // base units, one-sided, text
  readonly markPx?: unknown
  readonly oraclePx?: unknown // median of other exchanges' spot prices
  readonly funding?: unknown // of the running hour, fraction, text
}

/** `l2Book`: whole, 20 levels a side, each block that is half a second after the last. */
export interface BookRow {
  readonly coin?: unknown
  readonly time?: unknown
  readonly levels?: unknown // [bids, asks], best first, of {px, sz, n}
}

/** `userFills`: `{user, fills, isSnapshot?}`. One leg of a match: that of `user`. */
export interface FillRow {
  readonly coin?: unknown
  readonly px?: unknown
  readonly sz?: unknown
  readonly side?: unknown // of this user's order: B bought, A sold
  readonly time?: unknown
  readonly tid?: unknown
  readonly liquidation?: unknown // {liquidatedUser, markPx, method}, on both legs of the match
}

/** `candleSnapshot`. */
export interface CandleRow {
  readonly t?: unknown // open, epoch ms
  readonly T?: unknown // close, its last millisecond
  readonly o?: unknown
  readonly h?: unknown
  readonly l?: unknown
  readonly c?: unknown
  readonly v?: unknown // base units
}

/** One of `meta.universe`; its place in the list is the asset's number. */
export interface UniverseRow {
  readonly name?: unknown // `BTC`; `kPEPE` counts by the thousand
  readonly szDecimals?: unknown
  readonly maxLeverage?: unknown
  readonly marginTableId?: unknown // below 50: one tier of that leverage
  readonly isDelisted?: unknown
}

/** One `assetPositions[].position` of `clearinghouseState`. */
export interface PositionRow {
  readonly coin?: unknown
  readonly szi?: unknown // base units, negative when short
  readonly entryPx?: unknown
  readonly positionValue?: unknown // at the mark, USD
  readonly liquidationPx?: unknown // null: no price liquidates it
  readonly leverage?: unknown // {type: 'cross' | 'isolated', value}
  readonly marginUsed?: unknown
}
