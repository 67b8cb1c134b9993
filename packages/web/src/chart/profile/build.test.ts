import { describe, expect, it } from 'vitest'
import type { LiveMap } from '../../state/live-map.ts'
import { cumulativeCurve, curveAt, mapRows } from './build.ts'

/** Six bins of step 0.01 from ln = 1.00; the mark lies in the middle of bin 2. */
const MAP: LiveMap = {
  at: 0,
  price: Math.exp(1.025),
  step: 0.01,
  firstBin: 100,
  bins: 6,
  long: Float64Array.from([1, 2, 3, 0, 0, 0]),
  short: Float64Array.from([0, 0, 1, 4, 0, 5]),
  hasBands: true,
  longLow: Float64Array.from([0.5, 1, 1.5, 0, 0, 0]),
  longHigh: Float64Array.from([2, 4, 6, 0, 0, 0]),
  shortLow: Float64Array.from([0, 0, 0.5, 2, 0, 2.5]),
  shortHigh: Float64Array.from([0, 0, 2, 8, 0, 10]),
  byLeverage: Float64Array.from([1, 1, 4, 4, 0, 0, 0, 1, 0, 0, 0, 5]), // two groups
  groups: 2,
}

describe('rows of the map', () => {
  it('add bins up and keep the sides apart at the mark', () => {
    const rows = mapRows(MAP, 2)
    expect(rows.map(({ side, notional }) => [side, notional])).toEqual([
      ['long', 3], // bins 0 and 1
      ['long', 3], // bin 2, its long part
      ['short', 5], // bin 2, its short part, and bin 3
      ['short', 5], // bin 5
    ])
    expect(rows[0]).toMatchObject({ low: 1.5, high: 6, leverage: [2, 1] })
    expect(rows[1]!.leverage).toEqual([3, 0]) // 4 * 3 / (3 + 1)
  })

  it('hold all the mass, whatever their size', () => {
    for (const size of [1, 2, 3, 4, 7]) {
      const rows = mapRows(MAP, size)
      expect(rows.reduce((total, row) => total + row.notional, 0)).toBeCloseTo(16)
      expect(rows.flatMap((row) => row.leverage).reduce((total, part) => total + part, 0)).toBeCloseTo(16)
    }
  })
})

describe('the cumulative curve', () => {
  it('runs from the mark outwards, up for shorts and down for longs', () => {
    expect(cumulativeCurve(MAP, 'short').map(({ notional }) => notional)).toEqual([0, 1, 5, 10])
    expect(cumulativeCurve(MAP, 'long').map(({ notional }) => notional)).toEqual([0, 3, 5, 6])
  })

  it('says how much lies between the mark and a price', () => {
    const shorts = cumulativeCurve(MAP, 'short')
    expect(curveAt(shorts, 1.045)).toBe(5)
    expect(curveAt(shorts, 2)).toBe(10)
    expect(curveAt(shorts, 0.9)).toBe(0)
    expect(curveAt(cumulativeCurve(MAP, 'long'), 1.015)).toBe(3)
  })
})
