/** One interval of trading, as venues publish it. */
export interface Candle {
  /** Epoch ms, of the interval's start. */
  readonly openTime: number
  readonly open: number
  high: number
  low: number
  close: number
  volume: number // base units
  quoteVolume: number
  trades: number
  takerBuyVolume: number // base units
  takerBuyQuoteVolume: number
  firstTradeId: number // 0 when there was none
  lastTradeId: number
}

/** Length of the record's own candles. */
export const MINUTE_MS = 60_000

/** A candle without a trade, at the price that held. */
export function emptyCandle(openTime: number, price: number): Candle {
  return {
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    quoteVolume: 0,
    trades: 0,
    takerBuyVolume: 0,
    takerBuyQuoteVolume: 0,
    firstTradeId: 0,
    lastTradeId: 0,
  }
}

/** Joins minutes into longer intervals aligned to the epoch. The first one may begin late: start on its boundary. */
export function joinCandles(minutes: readonly Candle[], intervalMs: number): Candle[] {
  const joined: Candle[] = []
  for (const minute of minutes) {
    const openTime = Math.floor(minute.openTime / intervalMs) * intervalMs
    let last = joined.at(-1)
    if (last === undefined || last.openTime !== openTime) {
      last = { ...minute, openTime }
      joined.push(last)
      continue
    }
    last.high = Math.max(last.high, minute.high)
    last.low = Math.min(last.low, minute.low)
    last.close = minute.close
    last.volume += minute.volume
    last.quoteVolume += minute.quoteVolume
    last.trades += minute.trades
    last.takerBuyVolume += minute.takerBuyVolume
    last.takerBuyQuoteVolume += minute.takerBuyQuoteVolume
    last.firstTradeId ||= minute.firstTradeId
    last.lastTradeId = minute.lastTradeId || last.lastTradeId
  }
  return joined
}
