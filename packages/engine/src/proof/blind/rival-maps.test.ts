import type { Bar } from '@liqscope/market'
import { describe, expect, test } from 'vitest'
import { matchClusters } from './cluster-match.ts'
import { combMap, FixedTierMap, FreshnessMap } from './rival-maps.ts'

const HOUR_MS = 3_600_000

function bar(hour: number, low: number, high: number, close: number, volume = 60): Bar {
  return {
    kind: 'bar',
    instrument: 'file:TEST',
    exchangeTime: hour * HOUR_MS,
    receivedTime: hour * HOUR_MS,
    intervalMs: HOUR_MS,
    open: close,
    high,
    low,
    close,
    volume,
  }
}

describe('fixed tiers', () => {
  test('place a bar at the liquidation prices of its leverages', () => {
    const tiers = new FixedTierMap()
    tiers.fold(bar(0, 100, 100, 100))
    const { long, short } = tiers.map(100, 1200)
    // 10x long: ln((1 - 1/10) / (1 - 0.004)) = -0.10135 -> 202.7 bins; 30 opened a side, a sixth for each leverage.
    const near = (bins: number, values: Float64Array) => values.subarray(bins - 2, bins + 3).reduce((a, b) => a + b)
    expect(near(202, long)).toBeCloseTo(30 / 6, 9)
    // 10x short: ln((1 + 1/10) / (1 + 0.004)) = 0.09132 -> 182.6 bins
    expect(near(182, short)).toBeCloseTo(30 / 6, 9)
    expect(long.reduce((a, b) => a + b)).toBeCloseTo(30, 9)
  })

  test('are cleared where price has been', () => {
    const tiers = new FixedTierMap()
    tiers.fold(bar(0, 100, 100, 100))
    tiers.fold(bar(1, 85, 100, 100, 0)) // sweeps 100x to 10x of the longs
    expect(tiers.map(100, 1200).long.reduce((a, b) => a + b)).toBeCloseTo((30 * 2) / 6, 9)
    expect(tiers.map(100, 1200).short.reduce((a, b) => a + b)).toBeCloseTo(30, 9)
  })
})

describe('freshness', () => {
  test('is one part everywhere and one more beyond each extreme', () => {
    const freshness = new FreshnessMap()
    freshness.fold(bar(0, 100, 110, 100))
    for (let hour = 1; hour < 8; hour++) freshness.fold(bar(hour, 99.99, 100.01, 100))
    const { short } = freshness.map(100, 400)
    expect(short[50]).toBe(3) // 2.5 % above: not reached for an hour and for four, but within the day
    expect(short[250]).toBe(4) // 12.5 % above: beyond the day's 9.5 %
    expect(freshness.map(100, 400).long[250]).toBe(4)
  })
})

describe('the comb', () => {
  test('is ten places, five a side', () => {
    const { long, short } = combMap(400)
    expect([...long.keys()].filter((j) => long[j]! > 0)).toEqual([40, 120, 200, 280, 360]) // 2, 6, 10, 14, 18 %
    expect(short).toEqual(long)
    expect(matchClusters({ long, short }, { long, short })).toEqual({ precision: 1, recall: 1 })
  })
})
