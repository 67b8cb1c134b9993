import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomBars } from '../testing/random-bars.ts'
import { Estimator } from './estimator.ts'
import { usualTurnover } from './usual-turnover.ts'

const bar = { ...randomBars({ seed: 1, bars: 1 })[0]!, low: 50_000 }

describe('usual turnover', () => {
  test('a minute of the usual range trades 0.165 % of open interest', () => {
    // ln(50,042 / 50,000) = 8.4e-4
    expect(usualTurnover({ ...bar, high: 50_042.018 })).toBeCloseTo(1.65e-3, 7)
  })

  test('an hour of the range that a random walk has trades sixty times as much', () => {
    const high = 50_000 * Math.exp(8.4e-4 * Math.sqrt(60))
    expect(usualTurnover({ ...bar, high, intervalMs: 3_600_000 })).toBeCloseTo(60 * 1.65e-3, 9)
  })

  test('a bar that stood still trades nothing, and more range never trades less', () => {
    expect(usualTurnover({ ...bar, high: 50_000 })).toBe(0)
    fc.assert(
      fc.property(fc.double({ min: 1, max: 2, noNaN: true }), fc.double({ min: 1, max: 2, noNaN: true }), (a, b) => {
        const of = (factor: number) => usualTurnover({ ...bar, high: 50_000 * factor })
        expect(of(Math.max(a, b))).toBeGreaterThanOrEqual(of(Math.min(a, b)))
      }),
    )
  })

  test('a volume of zero beside a price that moved counts as unknown, and the estimate is that without volume', () => {
    const bars = randomBars({ seed: 4, bars: 60 })
    const of = (volume: number | undefined) => {
      const estimator = new Estimator()
      for (const { volume: _volume, ...rest } of bars) estimator.fold(volume === undefined ? rest : { ...rest, volume })
      return estimator
    }
    expect(of(0).stats.barsWithoutVolume).toBe(60)
    expect(of(0).inventoryOf('long')).toEqual(of(undefined).inventoryOf('long'))
    expect(of(0).inventoryOf('long').identified).toBeGreaterThan(0)
  })
})
