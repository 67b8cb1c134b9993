import { describe, expect, it } from 'vitest'
import type { SimTrade } from '../core/event.ts'
import { joinCandles, MINUTE_MS } from './candle.ts'
import { MarketRecord } from './market-record.ts'

const T0 = Date.UTC(2026, 0, 1)
let tradeId = 0

function trade(time: number, price: number, size: number, orderId: number, side: 'buy' | 'sell' = 'buy'): SimTrade {
  return { kind: 'trade', time, tradeId: ++tradeId, orderId, price, size, side, buyerId: 1, sellerId: 2 }
}

function markAt(time: number, price: number) {
  return { kind: 'mark', time, markPrice: price, indexPrice: price, fundingRate: 0, nextFundingTime: T0 } as const
}

describe('MarketRecord', () => {
  it('builds minutes, and fills one without a trade with the price that held', () => {
    const record = new MarketRecord()
    record.apply(trade(T0 + 1000, 100, 2, 1))
    record.apply(trade(T0 + 2000, 90, 1, 2, 'sell'))
    record.apply(markAt(T0 + 2 * MINUTE_MS + 500, 95))
    expect(record.candles).toHaveLength(3)
    expect(record.candles[0]).toMatchObject({
      openTime: T0,
      open: 100,
      high: 100,
      low: 90,
      close: 90,
      volume: 3,
      quoteVolume: 290,
      trades: 2,
      takerBuyVolume: 2,
      takerBuyQuoteVolume: 200,
    })
    expect(record.candles[1]).toMatchObject({ openTime: T0 + MINUTE_MS, open: 90, close: 90, volume: 0, trades: 0 })
  })

  it('joins minutes into longer intervals', () => {
    const record = new MarketRecord()
    for (let minute = 0; minute < 10; minute++) record.apply(trade(T0 + minute * MINUTE_MS, 100 + minute, 1, minute))
    const [first, second] = joinCandles(record.candles, 5 * MINUTE_MS)
    expect(first).toMatchObject({ openTime: T0, open: 100, high: 104, low: 100, close: 104, volume: 5, trades: 5 })
    expect(second).toMatchObject({ openTime: T0 + 5 * MINUTE_MS, close: 109 })
    expect(record.candles[0]?.close).toBe(100)
  })

  it('gathers what one order traded at one price into one aggregate', () => {
    const record = new MarketRecord()
    record.apply(trade(T0, 100, 1, 1))
    record.apply(trade(T0, 100, 2, 1))
    record.apply(trade(T0, 101, 1, 1))
    record.apply(trade(T0, 101, 1, 2))
    expect(record.aggregates.map(({ id, price, size }) => [id, price, size])).toEqual([
      [1, 100, 3],
      [2, 101, 1],
      [3, 101, 1],
    ])
    expect(record.aggregatesAfter(1, 0).map(({ id }) => id)).toEqual([2, 3])
    expect(record.aggregatesAfter(3, 0)).toEqual([])
  })

  it('stays within its bounds', () => {
    const record = new MarketRecord()
    for (let at = 0; at < 50_000; at++) record.apply(trade(T0 + at, 100, 1, at))
    expect(record.aggregates.length).toBeLessThan(23_000)
    expect(record.lastAggregateId).toBe(50_000)
    expect(record.aggregatesAfter(49_990, 0)).toHaveLength(10)
  })
})
