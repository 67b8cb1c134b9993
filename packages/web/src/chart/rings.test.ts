import type { BarJson } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { ringRadius, ringReference, ringsOf } from './rings.ts'

const BAR: BarJson = {
  openTime: 60_000,
  open: 100,
  high: 110,
  low: 90,
  close: 100,
  volume: null,
  takerBuyVolume: null,
  openInterest: null,
  fundingRate: null,
  longLiquidated: 2,
  shortLiquidated: 0,
}
const order = (time: number, positionSide: 'long' | 'short', price: number, size: number) => ({
  time,
  positionSide,
  price,
  priceKind: 'average',
  size,
  notional: price * size,
  venue: 'sim',
})

describe('rings of observed forced orders', () => {
  it('stand at the volume-weighted price of a bar and side', () => {
    const rings = ringsOf([BAR], [order(61_000, 'long', 100, 1), order(70_000, 'long', 90, 3)], 60_000)
    // (100 * 1 + 90 * 3) / 4 = 92.5
    expect(rings).toEqual([{ openTime: 60_000, side: 'long', price: 92.5, notional: 370 }])
  })

  it('stand at the extreme of the bar when only its sum is known', () => {
    expect(ringsOf([BAR], [], 60_000)).toEqual([{ openTime: 60_000, side: 'long', price: 90, notional: 200 }])
  })

  it('grow by area with the amount, and small ones stay away', () => {
    expect(ringRadius(4e6, 4e6)! / ringRadius(1e6, 4e6)!).toBeCloseTo(2)
    expect(ringRadius(1, 4e6)).toBeUndefined()
    expect(ringReference([{ openTime: 0, side: 'long', price: 1, notional: 27_000_000 }])).toBe(20_000_000)
    expect(ringReference([])).toBe(0)
  })
})
