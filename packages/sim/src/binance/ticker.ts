import { type Candle, joinCandles, MINUTE_MS } from '../record/candle.ts'
import type { MarketRecord } from '../record/market-record.ts'
import { price, size } from './format.ts'

const DAY_MS = 86_400_000

interface DayFigures {
  readonly day: Candle
  readonly change: number
  readonly changePercent: number
  readonly average: number
  readonly lastSize: number
}

/** The last 24 hours to the minute. Undefined before the first candle. */
function dayFigures(record: MarketRecord, time: number): DayFigures | undefined {
  const minutes = record.candlesFrom(time - DAY_MS, time, DAY_MS / MINUTE_MS + 1)
  const first = minutes[0]
  if (first === undefined) return undefined
  const day = joinCandles(
    minutes.map((minute) => ({ ...minute, openTime: 0 })),
    DAY_MS,
  )[0]
  if (day === undefined) return undefined
  return {
    day: { ...day, openTime: first.openTime },
    change: day.close - day.open,
    changePercent: (100 * (day.close - day.open)) / day.open,
    average: day.volume > 0 ? day.quoteVolume / day.volume : day.close,
    lastSize: record.lastTrade?.size ?? 0,
  }
}

export function tickerPayload(symbol: string, record: MarketRecord, time: number): Record<string, unknown> | undefined {
  const figures = dayFigures(record, time)
  if (figures === undefined) return undefined
  const { day } = figures
  return {
    e: '24hrTicker',
    E: time,
    s: symbol,
    p: price(figures.change),
    P: figures.changePercent.toFixed(3),
    w: price(figures.average),
    c: price(day.close),
    Q: size(figures.lastSize),
    o: price(day.open),
    h: price(day.high),
    l: price(day.low),
    v: size(day.volume),
    q: price(day.quoteVolume),
    O: day.openTime,
    C: time,
    F: day.firstTradeId,
    L: day.lastTradeId,
    n: day.trades,
  }
}

export function tickerReply(symbol: string, record: MarketRecord, time: number): Record<string, unknown> | undefined {
  const figures = dayFigures(record, time)
  if (figures === undefined) return undefined
  const { day } = figures
  return {
    symbol,
    priceChange: price(figures.change),
    priceChangePercent: figures.changePercent.toFixed(3),
    weightedAvgPrice: price(figures.average),
    lastPrice: price(day.close),
    lastQty: size(figures.lastSize),
    openPrice: price(day.open),
    highPrice: price(day.high),
    lowPrice: price(day.low),
    volume: size(day.volume),
    quoteVolume: price(day.quoteVolume),
    openTime: day.openTime,
    closeTime: time,
    firstId: day.firstTradeId,
    lastId: day.lastTradeId,
    count: day.trades,
  }
}
