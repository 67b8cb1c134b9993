import type { LiquidationOrder, MarginSchedule, Venue } from '@liqscope/market'
import { describe, expect, test } from 'vitest'
import { forcedTrigger } from './forced-trigger.ts'

const schedule: MarginSchedule = {
  validFrom: 0,
  source: 'a venue',
  tiers: [
    { notionalFloor: 0, notionalCap: 300_000, maxLeverage: 150, maintenanceRate: 0.004, deduction: 0 },
    { notionalFloor: 300_000, notionalCap: 800_000, maxLeverage: 100, maintenanceRate: 0.005, deduction: 300 },
  ],
}

function order(change: Partial<LiquidationOrder> = {}): LiquidationOrder {
  return {
    kind: 'liquidationOrder',
    instrument: 'binance:BTCUSDT',
    exchangeTime: Date.UTC(2026, 10, 24),
    receivedTime: Date.UTC(2026, 10, 24),
    positionSide: 'long',
    price: 63_000,
    priceKind: 'bankruptcy',
    size: 1,
    ...change,
  }
}

const at = (venue: Venue, change?: Partial<LiquidationOrder>, kind: 'linear' | 'inverse' = 'linear') =>
  forcedTrigger(order(change), { venue, kind }, schedule)

describe('where a forced order was triggered', () => {
  test('follows from its bankruptcy price: above it for a long, below it for a short', () => {
    expect(at('binance')).toBeCloseTo(63_253.01, 2) // 63_000 / (1 - 0.004)
    expect(at('binance', { positionSide: 'short' })).toBeCloseTo(62_749, 2) // 63_000 / (1 + 0.004)
  })

  test('is by the tier of its notional', () => {
    // 10 BTC are 630,000: (630_000 - 300) / (10 * (1 - 0.005))
    expect(at('binance', { size: 10 })).toBeCloseTo(63_286.43, 2)
  })

  test('has the closing fee in it where the venue counts it at the trigger', () => {
    // equity at 63,000 is its fee, 63_000 * 0.05 %: (63_000 - 31.5) / (1 - 0.004 - 0.0005)
    expect(at('okx')).toBeCloseTo(63_253.14, 2)
  })

  test('of a coin-margined contract is by its size in USD', () => {
    // 63,000 USD: 63_000 * (1 + 0.004)
    expect(at('binance', {}, 'inverse')).toBeCloseTo(63_252, 2)
  })

  test('is read off the bankruptcy price even where the order is printed at its average fill', () => {
    expect(at('binance', { price: 63_100, priceKind: 'average', bankruptcyPrice: 63_000 })).toBeCloseTo(63_253.01, 2)
  })

  test('is the mark where that is printed, and unknown without a bankruptcy price or a table', () => {
    expect(at('binance', { priceKind: 'mark' })).toBe(63_000)
    expect(at('hyperliquid', { priceKind: 'average' })).toBeUndefined()
    expect(forcedTrigger(order(), { venue: 'binance', kind: 'linear' }, undefined)).toBeUndefined()
  })
})
