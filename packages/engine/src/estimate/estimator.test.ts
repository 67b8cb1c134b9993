import type { Bar } from '@liqscope/market'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomBars } from '../testing/random-bars.ts'
import { Estimator } from './estimator.ts'
import { EXPOSURES } from './exposures.ts'
import { flowOf } from './flow.ts'
import { GRID_STEP } from './price-grid.ts'
import { PRIOR_WEIGHTS } from './prior-weights.ts'

const SIDES = ['long', 'short'] as const
const seeds = fc.integer({ min: 1, max: 2 ** 31 })
const few = { numRuns: 12 }
/** Bins per cell of the farthest classes: a shift by whole cells leaves every layer aligned. */
const COARSEST_CELL = 256

interface Folded {
  readonly estimator: Estimator
  readonly exposures: { long: Float64Array; short: Float64Array }[]
}

function fold(bars: readonly Bar[], weights?: ArrayLike<number>): Folded {
  const estimator = new Estimator()
  if (weights) estimator.setWeights(weights)
  const exposures = bars.map((bar) => {
    estimator.fold(bar)
    return { long: estimator.long.exposures.slice(), short: estimator.short.exposures.slice() }
  })
  return { estimator, exposures }
}

/** The same market seen upside down: prices 1 / p. */
function mirrored(bar: Bar): Bar {
  return { ...bar, open: 1 / bar.open, high: 1 / bar.low, low: 1 / bar.high, close: 1 / bar.close }
}

function scaledPrices(bar: Bar, by: number): Bar {
  return { ...bar, open: bar.open * by, high: bar.high * by, low: bar.low * by, close: bar.close * by }
}

function scaledSizes(bar: Bar, by: number): Bar {
  return { ...bar, volume: bar.volume! * by, openInterest: bar.openInterest! * by }
}

/** Largest difference of two runs of exposures against the largest exposure of the column. */
function difference(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  let worst = 0
  for (let c = 0; c < EXPOSURES.length; c++) {
    const scale = a.reduce((most, row) => Math.max(most, row[c]!), 1e-12)
    for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]![c]! - b[i]![c]!) / scale)
  }
  return worst
}

function predictedTotal(bars: readonly Bar[]): number {
  const estimator = new Estimator()
  return bars.reduce((sum, bar) => {
    estimator.fold(bar)
    return sum + estimator.predicted.long + estimator.predicted.short
  }, 0)
}

describe('flow identity', () => {
  test('opens and closes follow from volume and the change of open interest', () => {
    // V = 100, D = 20: (100 + 20) / 2 = 60 opened, (100 - 20) / 2 = 40 closed, 60 - 40 = 20
    expect(flowOf(100, 20)).toEqual({ opens: 60, closes: 40, violated: false })
    // D beyond the volume cannot be: all opened, none closed
    expect(flowOf(100, 140)).toEqual({ opens: 100, closes: 0, violated: true })
  })
})

describe('Estimator', () => {
  test.each([1, 100, 100_000])('places each side of the open interest exactly, with weights times %d', (factor) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { estimator } = fold(
          randomBars({ seed, bars: 120 }),
          PRIOR_WEIGHTS.map((weight) => weight * factor),
        )
        for (const side of SIDES) {
          const { openInterest, identified, stranded, slack } = estimator.inventoryOf(side)
          expect(openInterest).toBe(estimator.knownOpenInterest)
          expect(Math.abs(identified + slack - openInterest)).toBeLessThanOrEqual(1e-9 * openInterest)
          expect(slack).toBeGreaterThanOrEqual(-1e-9 * openInterest)
          expect(stranded).toBeGreaterThanOrEqual(0)
          expect(stranded).toBeLessThanOrEqual(identified * (1 + 1e-9))
          // shares of the classes and of the slack add up to the whole
          expect(identified / openInterest + slack / openInterest).toBeCloseTo(1, 9)
        }
      }),
      few,
    )
  })

  test('never gives a negative or impossible number', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 1e-8, max: 1e8, noNaN: true }), (seed, start) => {
        const { estimator, exposures } = fold(randomBars({ seed, bars: 150, start, volatility: 3e-3 }))
        for (const { long, short } of exposures)
          for (const row of [long, short])
            expect(row.every((value) => value >= 0 && value < Number.POSITIVE_INFINITY)).toBe(true)
        expect(estimator.predicted.long).toBeGreaterThanOrEqual(0)
      }),
      few,
    )
  })

  test('what is opened less what is closed and liquidated is the change of open interest', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const estimator = new Estimator()
        estimator.setWeights(PRIOR_WEIGHTS.map((weight) => weight * 1000))
        let before: number | undefined
        for (const bar of randomBars({ seed, bars: 60 })) {
          estimator.fold(bar)
          for (const side of SIDES) {
            const flow = estimator.flowOf(side)
            expect(flow.opens - flow.closes - flow.liquidated).toBeCloseTo(flow.change, 6)
            if (before !== undefined) expect(flow.change).toBeCloseTo(bar.openInterest! - before, 6)
            expect(flow.liquidated + flow.reassigned).toBeCloseTo(flow.consumed, 9)
            for (const amount of [flow.opens, flow.closes, flow.liquidated, flow.reassigned])
              expect(amount).toBeGreaterThanOrEqual(0)
          }
          before = bar.openInterest
        }
      }),
      few,
    )
  })

  test('treats both sides alike: a market upside down has the sides swapped', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const bars = randomBars({ seed, bars: 150 })
        const upright = fold(bars).exposures
        const flipped = fold(bars.map(mirrored)).exposures
        // a price that falls on the edge of a bin by rounding lands on either side of it: nothing more
        expect(
          difference(
            upright.map(({ long }) => long),
            flipped.map(({ short }) => short),
          ),
        ).toBeLessThan(1e-6)
        expect(
          difference(
            upright.map(({ short }) => short),
            flipped.map(({ long }) => long),
          ),
        ).toBeLessThan(1e-6)
      }),
      few,
    )
  })

  test('is indifferent to the unit of size, to the last bit for a power of two', () => {
    const bars = randomBars({ seed: 7, bars: 150 })
    const once = fold(bars).exposures
    const fourfold = fold(bars.map((bar) => scaledSizes(bar, 4))).exposures
    for (const [i, { long }] of once.entries()) expect(fourfold[i]!.long).toEqual(long.map((value) => value * 4))
  })

  test('is indifferent to the unit of price: by whole cells to 1e-6, else within 15 % of all that is predicted', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: -50, max: 50 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (seed, steps, factor) => {
          const bars = randomBars({ seed, bars: 150 })
          const aligned = bars.map((bar) => scaledPrices(bar, Math.exp(steps * COARSEST_CELL * GRID_STEP)))
          const shorts = ({ exposures }: Folded) => exposures.map(({ short }) => short)
          expect(difference(shorts(fold(bars)), shorts(fold(aligned)))).toBeLessThan(1e-6)
          const unaligned = predictedTotal(bars.map((bar) => scaledPrices(bar, factor)))
          expect(Math.abs(unaligned / predictedTotal(bars) - 1)).toBeLessThan(0.15)
        },
      ),
      few,
    )
  })

  test('the future changes nothing that was said before, and the same bars give the same bytes', () => {
    const bars = randomBars({ seed: 3, bars: 200 })
    const whole = fold(bars).exposures
    const cut = fold(bars.slice(0, 120)).exposures
    expect(cut).toEqual(whole.slice(0, 120))
    expect(fold(bars).exposures).toEqual(whole)
  })

  test('bars that no market has, or that were folded already, change nothing and are counted', () => {
    const bars = randomBars({ seed: 5, bars: 20 })
    const next = randomBars({ seed: 5, bars: 21 })[20]!
    const { estimator } = fold(bars)
    const { estimator: untouched } = fold(bars)
    expect(estimator.fold({ ...next, low: 0 })).toBe('price')
    expect(estimator.fold({ ...next, close: Number.NaN })).toBe('price')
    expect(estimator.fold({ ...next, open: -1 })).toBe('price')
    expect(estimator.fold({ ...next, high: next.low * 0.9 })).toBe('order of prices')
    expect(estimator.fold({ ...next, volume: Number.NaN })).toBe('size')
    expect(estimator.fold({ ...next, openInterest: -1 })).toBe('size')
    expect(estimator.fold(bars[19]!)).toBe('duplicate')
    expect(estimator.fold(bars[3]!)).toBe('older')
    expect(estimator.fold(scaledPrices(next, 1000))).toBe('implausible jump')
    expect(estimator.stats.ignored).toEqual({
      price: 3,
      'order of prices': 1,
      size: 2,
      duplicate: 1,
      older: 1,
      'implausible jump': 1,
    })
    expect(estimator.stats.bars).toBe(20)
    estimator.fold(next)
    untouched.fold(next)
    expect(estimator.long.exposures).toEqual(untouched.long.exposures)
  })

  test('after a gap the levels in between are swept, and marked as unobserved', () => {
    const bars = randomBars({ seed: 9, bars: 60 })
    const { estimator } = fold(bars)
    const last = bars.at(-1)!
    const far = scaledPrices({ ...last, exchangeTime: last.exchangeTime + 30 * 60_000 }, 1.05)
    estimator.fold(far)
    expect(estimator.stats).toMatchObject({ gaps: 1, unobserved: true })
    // range: 5 % of ln(price) at least, times the open interest
    expect(estimator.short.exposures[0]).toBeGreaterThan(0.045 * far.openInterest!)
    estimator.fold({ ...far, exchangeTime: far.exchangeTime + 60_000 })
    expect(estimator.stats.unobserved).toBe(false)
  })

  test('two bars for one change little: the predicted total stays within 30 %', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const fine = randomBars({ seed, bars: 400 })
        const coarse = fine.flatMap((bar, i) => {
          const next = fine[i + 1]
          if (i % 2 === 1 || next === undefined) return []
          const high = Math.max(bar.high, next.high)
          const low = Math.min(bar.low, next.low)
          return [
            {
              ...bar,
              intervalMs: 120_000,
              high,
              low,
              close: next.close,
              volume: bar.volume! + next.volume!,
              openInterest: next.openInterest!,
            },
          ]
        })
        expect(Math.abs(predictedTotal(coarse) / predictedTotal(fine) - 1)).toBeLessThan(0.3)
      }),
      few,
    )
  })

  test('without volume what bars of their range usually trade counts as opened; without open interest too nothing enters', () => {
    const bars = randomBars({ seed: 11, bars: 50 })
    const { estimator } = fold(bars.map(({ volume: _volume, ...bar }) => bar))
    expect(estimator.inventoryOf('long').identified).toBeGreaterThan(0)
    expect(estimator.stats.barsWithoutVolume).toBe(50)
    const bare = fold(bars.map(({ volume: _volume, openInterest: _openInterest, ...bar }) => bar)).estimator
    expect(bare.inventoryOf('long')).toEqual({ openInterest: 0, identified: 0, stranded: 0, slack: 0 })
  })

  test('weights must be finite, not negative, and one per exposure', () => {
    const estimator = new Estimator()
    expect(() => estimator.setWeights([1, 2])).toThrow(`expected ${EXPOSURES.length} weights, got 2`)
    expect(() => estimator.setWeights(PRIOR_WEIGHTS.map((weight, i) => (i === 3 ? -1 : weight)))).toThrow(
      'weight 3 is -1',
    )
  })
})
