import { deductionsOf, type MarginTier, tierOf } from '@liqscope/market'
import { describe, expect, it, test } from 'vitest'
import { recorded } from '../../test/recorded.ts'
import { isRecord } from '../wire-values.ts'
import { shippedSchedule } from './margin-table.ts'

const FILE = 'margin-tiers-binance-2026-02-26.json'

describe("Binance's shipped margin table", () => {
  test('has the bands of a symbol, with deductions that make the margin continuous', () => {
    const { tiers = [], validFrom, source } = shippedSchedule({ symbol: 'BTCUSDT', kind: 'linear' }) ?? {}
    expect(new Date(validFrom ?? 0).toISOString()).toBe('2026-02-26T00:00:00.000Z')
    expect(source).toContain('Binance')
    expect(tiers.slice(0, 3)).toEqual([
      { notionalFloor: 0, notionalCap: 300_000, maxLeverage: 150, maintenanceRate: 0.004, deduction: 0 },
      // 300,000 * (0.5 % - 0.4 %)
      { notionalFloor: 300_000, notionalCap: 800_000, maxLeverage: 100, maintenanceRate: 0.005, deduction: 300 },
      // 300 + 800,000 * (0.65 % - 0.5 %)
      {
        notionalFloor: 800_000,
        notionalCap: 3_000_000,
        maxLeverage: 75,
        maintenanceRate: 0.0065,
        deduction: expect.closeTo(1_500, 6),
      },
    ])
    expect(tierOf(tiers, 100_000_000)?.maxLeverage).toBe(10)
    expect(tiers.at(-1)).toMatchObject({ notionalCap: 1_800_000_000, maxLeverage: 1, maintenanceRate: 0.5 })
  })

  test('says nothing of a symbol that it does not list, nor of a coin-margined one', () => {
    expect(shippedSchedule({ symbol: 'NEWCOINUSDT', kind: 'linear' })).toBeUndefined()
    expect(shippedSchedule({ symbol: 'BTCUSD_PERP', kind: 'inverse' })).toBeUndefined()
    expect(shippedSchedule({ symbol: 'BTCUSDT', kind: 'inverse' })).toBeUndefined()
  })

  const text = recorded(FILE)
  it.skipIf(text === undefined)('is the recorded one, band for band, deductions included', () => {
    const table: Record<string, unknown> = JSON.parse(text ?? '{}')
    let compared = 0
    for (const [unified, rows] of Object.entries(table)) {
      const [pair = '', settle = ''] = unified.split(':')
      if (settle.includes('-') || !Array.isArray(rows)) continue
      const tiers = shippedSchedule({ symbol: pair.replace('/', ''), kind: 'linear' })?.tiers ?? []
      expect(tiers.map(wordsOf), unified).toEqual(rows.map(recordedWords))
      expect(deductionsOf(tiers)).toEqual(tiers.map(({ deduction }) => deduction))
      rows.forEach((row: unknown, i) => {
        const stated = isRecord(row) && isRecord(row.info) ? Number(row.info.cum) : Number.NaN
        expect(Math.abs((tiers[i]?.deduction ?? 0) - stated), unified).toBeLessThan(0.01 * Math.max(1, stated))
      })
      compared++
    }
    expect(compared).toBe(683)
  })
})

function wordsOf({ notionalFloor, notionalCap, maxLeverage, maintenanceRate }: MarginTier): number[] {
  return [notionalFloor, notionalCap, maxLeverage, maintenanceRate]
}

function recordedWords(row: unknown): number[] {
  if (!isRecord(row)) return []
  return [row.minNotional, row.maxNotional, row.maxLeverage, row.maintenanceMarginRate].map(Number)
}
