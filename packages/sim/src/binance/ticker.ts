import { dayFigures } from '../record/day-figures.ts'
import type { MarketRecord } from '../record/market-record.ts'
import { price, size } from './format.ts'

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
