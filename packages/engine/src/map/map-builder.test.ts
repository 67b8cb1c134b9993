import type { Bar, Trade } from '@liqscope/market'
import { describe, expect, test } from 'vitest'
import { MapBuilder } from './map-builder.ts'

const MINUTE = 60_000

function bar(minute: number, price: number, change: Partial<Bar> = {}): Bar {
  return {
    kind: 'bar',
    instrument: 'binance:BTCUSDT',
    exchangeTime: minute * MINUTE,
    receivedTime: minute * MINUTE,
    intervalMs: MINUTE,
    open: price,
    high: price * 1.0005,
    low: price * 0.9995,
    close: price,
    volume: 100,
    openInterest: 80_000,
    ...change,
  }
}

function trade(time: number, price: number, size = 1): Trade {
  return {
    kind: 'trade',
    instrument: 'binance:BTCUSDT',
    exchangeTime: time,
    receivedTime: time,
    tradeId: String(time),
    price,
    size,
    side: 'buy',
  }
}

describe('MapBuilder', () => {
  test('there is no map before the first bar', () => {
    expect(new MapBuilder({ instrument: 'binance:BTCUSDT' }).map()).toBeUndefined()
  })

  test('a folded bar gives a map with longs below the mark and shorts above', () => {
    const builder = new MapBuilder({ instrument: 'binance:BTCUSDT' })
    for (let minute = 0; minute < 30; minute++) builder.apply(bar(minute, 50_000 + 10 * minute))
    const map = builder.map()!
    const markBin = Math.floor(Math.log(map.price) / map.step)
    for (let i = 0; i < map.bins; i++) {
      if (map.firstBin + i > markBin) expect(map.long[i]).toBe(0)
      if (map.firstBin + i < markBin) expect(map.short[i]).toBe(0)
    }
    expect(map.long.some((value) => value > 0)).toBe(true)
    expect(map.short.some((value) => value > 0)).toBe(true)
  })

  test('a trade of the next interval closes the bar that was gathered', () => {
    const builder = new MapBuilder({ instrument: 'binance:BTCUSDT' })
    builder.apply(trade(1_000, 50_000, 2))
    builder.apply(trade(2_000, 50_100, 3))
    expect(builder.currentBar).toMatchObject({ exchangeTime: 0, open: 50_000, close: 50_100, volume: 5 })
    expect(builder.stats.bars).toBe(0)
    builder.apply(trade(61_000, 50_200))
    expect(builder.stats.bars).toBe(1)
    expect(builder.lastBar).toMatchObject({ exchangeTime: 0, high: 50_100, volume: 5 })
  })
})
