import type { Bar } from '@liqscope/market'
import { describe, expect, test } from 'vitest'
import { priceAt } from '../estimate/price-grid.ts'
import { randomBars } from '../testing/random-bars.ts'
import type { LiquidationMap } from './liquidation-map.ts'
import { MapBuilder } from './map-builder.ts'

const WARM_UP = 60

/** Minutes put together to bars of `minutes`. */
function joined(bars: readonly Bar[], minutes: number): Bar[] {
  return Array.from({ length: Math.floor(bars.length / minutes) }, (_, i) => {
    const part = bars.slice(i * minutes, (i + 1) * minutes)
    return {
      ...part[0]!,
      intervalMs: minutes * 60_000,
      high: Math.max(...part.map(({ high }) => high)),
      low: Math.min(...part.map(({ low }) => low)),
      close: part.at(-1)!.close,
      volume: part.reduce((sum, { volume = 0 }) => sum + volume, 0),
      ...(part.at(-1)!.openInterest === undefined ? {} : { openInterest: part.at(-1)!.openInterest! }),
    }
  })
}

/** USD of the map in what a bar went through: shorts up to its high, longs down to its low. */
function sweptOf(map: LiquidationMap, { high, low }: Bar): number {
  let sum = 0
  for (let i = 0; i < map.bins; i++) {
    const middle = priceAt(map.firstBin + i + 0.5)
    if (middle <= high) sum += map.short[i]!
    if (middle >= low) sum += map.long[i]!
  }
  return sum
}

describe('a map and the prediction of the bar that goes through it', () => {
  // Hours swept 5.5 times what was predicted while the map stood as it was at the bar's beginning: eight minutes' memory
  // is gone by its end, and weights are learned on what is left.
  test.each([1, 5, 60])('say the same amount on bars of %i minutes', (minutes) => {
    const builder = new MapBuilder({ instrument: 'binance:BTCUSDT' })
    let drawn = 0
    let predicted = 0
    joined(randomBars({ seed: 7, bars: 400 * minutes }), minutes).forEach((bar, i) => {
      const map = i > WARM_UP ? builder.map() : undefined
      builder.apply(bar)
      if (map === undefined) return
      drawn += sweptOf(map, bar)
      predicted += (builder.estimator.predicted.long + builder.estimator.predicted.short) * bar.close
    })
    expect(drawn / predicted).toBeGreaterThan(0.6)
    expect(drawn / predicted).toBeLessThan(1.5)
  })
})
