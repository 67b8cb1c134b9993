import { describe, expect, test } from 'vitest'
import { binOf } from '../estimate/price-grid.ts'
import { seeded } from '../proof/bootstrap.ts'
import { randomBars } from '../testing/random-bars.ts'
import { BandWidth } from './band-width.ts'
import { bandOf } from './uncertainty.ts'

const HOUR = 3_600_000
const SPREAD = { phi: 1000, kappa: 1 }
const PRICE = 50_000
const FIRST = binOf(PRICE) - 40
const column = { price: PRICE, firstBin: FIRST, values: new Float32Array(81).fill(1000) }
const [bar] = randomBars({ seed: 1, bars: 1 })

/** An hour that sweeps ten bins of longs, of which the map expects 10,000 USD, and publishes so much. */
function hour(width: BandWidth, index: number, published: number): void {
  const low = PRICE * Math.exp(-10.5 * 0.0005)
  width.begin(index * HOUR, column, SPREAD)
  width.follow(
    { ...bar!, exchangeTime: index * HOUR, intervalMs: HOUR, open: PRICE, high: PRICE, low, close: low },
    { long: Number.isNaN(published) ? undefined : published / low, short: 0 },
  )
}

describe('BandWidth', () => {
  test('an hour of which nothing is known moves nothing', () => {
    const width = new BandWidth()
    hour(width, 0, 10_000)
    const before = width.factor
    hour(width, 1, Number.NaN)
    expect(width.factor).toBe(before)
    hour(width, 2, 1_000_000)
    expect(width.factor).toBeGreaterThan(before)
  })

  test('comes to hold four of five outcomes, however much they spread', () => {
    const random = seeded(5)
    for (const spread of [0.2, 1, 2]) {
      const width = new BandWidth()
      let held = 0
      for (let i = 0; i < 3000; i++) {
        const gauss = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
        const published = 10_000 * Math.exp(spread * gauss - (spread * spread) / 2)
        const { low, high } = bandOf(11_000, { phi: 1000 * width.factor, kappa: width.factor })
        if (i >= 1000 && published >= low && published <= high) held++
        hour(width, i, published)
      }
      expect(held / 2000, `spread ${spread}`).toBeGreaterThan(0.7)
      if (spread >= 1) expect(held / 2000, `spread ${spread}`).toBeLessThan(0.9)
    }
  })

  test('a crash that is far above the map widens the bands, an hour as expected narrows them', () => {
    const width = new BandWidth()
    hour(width, 0, 10_000)
    expect(width.factor).toBeLessThan(1)
    for (let i = 1; i < 10; i++) hour(width, i, 10_000_000)
    expect(width.factor).toBeGreaterThan(2)
  })

  test('a faulty bar widens the bands at once and is forgotten within days', () => {
    const width = new BandWidth()
    for (let i = 0; i < 60; i++) width.note(60_000, true)
    const after = width.factor
    expect(after).toBeGreaterThan(1.3)
    for (let i = 0; i < 3 * 1440; i++) width.note(60_000, false)
    expect(width.factor).toBeLessThan(1.03)
  })
})
