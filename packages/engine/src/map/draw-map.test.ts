import type { MarginTier } from '@liqscope/market'
import { expect, test } from 'vitest'
import { leverageGroupOf } from './draw-map.ts'
import { LEVERAGE_GROUPS } from './liquidation-map.ts'

test('a distance belongs to the leverage 1 / (distance + maintenance rate) that is nearest by ratio', () => {
  const groupAt = (distance: number) => LEVERAGE_GROUPS[leverageGroupOf(distance, undefined)]
  // 1 / (0.006 + 0.004) = 100; 1 / (0.016 + 0.004) = 50; 1 / (0.036 + 0.004) = 25; 1 / (0.096 + 0.004) = 10
  expect([0.006, 0.016, 0.036, 0.096].map(groupAt)).toEqual(['100×', '50×', '25×', '≤10×'])
  // edges: sqrt(50 * 100) = 70.7, sqrt(25 * 50) = 35.4, sqrt(10 * 25) = 15.8
  expect([1 / 70.8, 1 / 70.6, 1 / 35.4, 1 / 35.3, 1 / 15.9, 1 / 15.7].map((width) => groupAt(width - 0.004))).toEqual([
    '100×',
    '50×',
    '50×',
    '25×',
    '25×',
    '≤10×',
  ])
})

test('a venue that asks for more margin has lower leverage at the same distance, and never more than it allows', () => {
  const tiers = (maintenanceRate: number, maxLeverage: number): MarginTier[] => [
    { notionalFloor: 0, notionalCap: 20_000, maxLeverage, maintenanceRate, deduction: 0 },
  ]
  const groupAt = (distance: number, table?: MarginTier[]) => LEVERAGE_GROUPS[leverageGroupOf(distance, table)]
  // 1 / (0.01 + 0.004) = 71 without a table, 1 / (0.01 + 0.025) = 29 where 2.5 % is the first band
  expect([groupAt(0.01), groupAt(0.01, tiers(0.025, 20))]).toEqual(['100×', '25×'])
  // 1 / (0.0001 + 0.05) = 20, but the venue allows 10x
  expect(groupAt(0.0001, tiers(0.05, 10))).toBe('≤10×')
})
