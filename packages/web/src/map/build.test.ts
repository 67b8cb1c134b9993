import { describe, expect, it } from 'vitest'
import type { LiveMap } from '../state/live-map.ts'
import { defaultWindow, layoutMap } from './build.ts'

const STEP = 0.0005
const FIRST = 18_300
const BINS = 400
const MARK = Math.exp((FIRST + 200) * STEP)

function mapOf(value: (i: number) => number): LiveMap {
  const mass = Array.from({ length: BINS }, (_, i) => value(i))
  const long = Float64Array.from(mass, (x, i) => (i < 200 ? x : 0))
  const short = Float64Array.from(mass, (x, i) => (i < 200 ? 0 : x))
  const twice = (array: Float64Array) => array.map((x) => 2 * x)
  return {
    at: 0,
    price: MARK,
    step: STEP,
    firstBin: FIRST,
    bins: BINS,
    long,
    short,
    hasBands: true,
    longLow: long,
    longHigh: twice(long),
    shortLow: short,
    shortHigh: twice(short),
    byLeverage: Float64Array.from(mass),
    groups: 1,
  }
}

const BOX = { left: 50, right: 950, top: 40, bottom: 540 }

describe('the bars of the map', () => {
  it('stand where their prices are on a linear axis, longs left of the mark and shorts right of it', () => {
    const window = { low: MARK * 0.95, high: MARK * 1.05 }
    const { bars } = layoutMap(
      mapOf((i) => 1 + (i % 7)),
      window,
      BOX,
      'strength',
    )
    const xOfMark = 500
    for (const bar of bars) {
      if (bar.side === 'long') expect(bar.x + bar.width).toBeLessThanOrEqual(xOfMark + 0.01)
      else expect(bar.x).toBeGreaterThanOrEqual(xOfMark - 0.01)
      if (bar.x === BOX.left || bar.x + bar.width >= BOX.right - 1) continue // cut by the edge
      const x = 50 + ((bar.price - window.low) / (window.high - window.low)) * 900
      expect(x).toBeGreaterThan(bar.x - 1)
      expect(x).toBeLessThan(bar.x + bar.width + 2)
    }
  })

  it('are as tall as their USD against the strongest in view, which fills the box', () => {
    const { bars, full } = layoutMap(
      mapOf((i) => (i === 210 ? 100 : i === 190 ? 25 : 0)),
      { low: MARK * 0.98, high: MARK * 1.02 },
      BOX,
      'strength',
    )
    expect(full).toBe(100)
    expect(bars.map(({ side, height }) => [side, height])).toEqual([
      ['long', 125],
      ['short', 500],
    ])
  })

  it('leave room for the 10-90 % band in USD', () => {
    const { top } = layoutMap(
      mapOf(() => 10),
      { low: MARK * 0.99, high: MARK * 1.01 },
      BOX,
      'usd',
    )
    expect(top).toBeGreaterThanOrEqual(16)
  })

  it('show the nearest clusters at first, but never more than 15 % to a side', () => {
    const at = (share: number) => ({
      side: share < 0 ? 'long' : 'short',
      low: MARK * (1 + share - 0.001),
      high: MARK * (1 + share + 0.001),
    })
    expect(defaultWindow(MARK, [at(0.02), at(-0.03)]).high / MARK).toBeCloseTo(1.05)
    expect(defaultWindow(MARK, [at(0.08)]).high / MARK).toBeCloseTo(1 + 0.081 * 1.08)
    expect(defaultWindow(MARK, [at(0.5)]).high / MARK).toBeCloseTo(1.15)
  })
})
