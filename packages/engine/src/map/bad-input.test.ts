import type { Bar } from '@liqscope/market'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceAt } from '../estimate/price-grid.ts'
import { seeded } from '../proof/bootstrap.ts'
import { randomBars } from '../testing/random-bars.ts'
import type { LiquidationMap } from './liquidation-map.ts'
import { MapBuilder } from './map-builder.ts'

const few = { numRuns: 12 }
const DAY = 1440

/** Bars with forced orders that follow the range, as a feed shows them: most minutes have none. */
function labelled(seed: number, bars: number): Bar[] {
  const random = seeded(seed)
  return randomBars({ seed, bars }).map((bar) => {
    const of = (part: number) => (random() < 0.3 ? 4000 * Math.max(0, part) * random() : 0)
    return {
      ...bar,
      longLiquidated: of(Math.log(bar.open / bar.low)),
      shortLiquidated: of(Math.log(bar.high / bar.open)),
    }
  })
}

function built(bars: readonly Bar[]): MapBuilder {
  const builder = new MapBuilder({ instrument: 'binance:BTCUSDT', historyEnd: Number.POSITIVE_INFINITY })
  for (const bar of bars) builder.apply(bar)
  return builder
}

function expectSound(builder: MapBuilder): LiquidationMap {
  const map = builder.map()!
  for (let i = 0; i < map.bins; i++) {
    for (const side of ['long', 'short'] as const) {
      const value = map[side][i]!
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(Number.POSITIVE_INFINITY)
      expect(map[`${side}Low`][i]!).toBeLessThanOrEqual(value)
      expect(map[`${side}High`][i]!).toBeGreaterThanOrEqual(value)
    }
    if (map.long[i]! > 0) expect(priceAt(map.firstBin + i)).toBeLessThan(map.price)
    if (map.short[i]! > 0) expect(priceAt(map.firstBin + i + 1)).toBeGreaterThan(map.price)
  }
  for (const side of ['long', 'short'] as const) {
    const { openInterest, identified, slack } = builder.estimator.inventoryOf(side)
    expect(Math.abs(identified + slack - openInterest)).toBeLessThanOrEqual(1e-9 * Math.max(1, openInterest))
    expect(identified).toBeGreaterThanOrEqual(0)
    expect(slack).toBeGreaterThanOrEqual(-1e-9 * openInterest)
    for (const weight of builder.estimator.weightsOf(side)) expect(weight).toBeGreaterThanOrEqual(0)
    const flow = builder.estimator.flowOf(side)
    expect(flow.opens - flow.closes - flow.liquidated).toBeCloseTo(flow.change, 6)
    expect(flow.consumed).toBeCloseTo(flow.liquidated + flow.reassigned, 6)
  }
  return map
}

/** Variance over mean of the map's bands, relative to the size that stands. */
function widthOf(map: LiquidationMap): number {
  return map.spread!.kappa
}

const damage = fc.constantFrom<(bar: Bar) => Bar>(
  (bar) => bar,
  (bar) => ({ ...bar, openInterest: bar.openInterest! * 100 }),
  (bar) => ({ ...bar, openInterest: -1 }),
  (bar) => ({ ...bar, volume: -3 }),
  (bar) => ({ ...bar, volume: Number.NaN }),
  (bar) => ({ ...bar, high: Number.POSITIVE_INFINITY }),
  (bar) => ({ ...bar, low: 0 }),
  (bar) => ({ ...bar, exchangeTime: bar.exchangeTime - 60_000 }),
  (bar) => ({ ...bar, longLiquidated: -5 }),
  (bar) => ({ ...bar, shortLiquidated: Number.NaN }),
  (bar) => ({ ...bar, volume: 0 }),
  ({ volume: _volume, openInterest: _openInterest, ...bar }) => bar,
)

describe('bad input, with calibration on', () => {
  test('whatever single bars bring, the invariants hold and no number is impossible', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 * DAY - 1 }), damage), { maxLength: 30 }),
        (seed, hits) => {
          const bars = labelled(seed, 2 * DAY)
          for (const [at, spoil] of hits) bars[at] = spoil(bars[at]!)
          expectSound(built(bars))
        },
      ),
      few,
    )
  })

  test('a market upside down has the sides of its weights and its map swapped', () => {
    const bars = labelled(3, 2 * DAY)
    const mirrored = bars.map((bar) => ({
      ...bar,
      open: 1 / bar.open,
      high: 1 / bar.low,
      low: 1 / bar.high,
      close: 1 / bar.close,
      longLiquidated: bar.shortLiquidated!,
      shortLiquidated: bar.longLiquidated!,
    }))
    const [one, other] = [built(bars), built(mirrored)]
    const long = one.estimator.weightsOf('long')
    other.estimator.weightsOf('short').forEach((weight, c) => {
      expect(Math.abs(weight - long[c]!)).toBeLessThanOrEqual(1e-3 * long[c]!)
    })
  })

  test('a market counted in units of a thousandth has the same weights, and a map a thousand times as large', () => {
    const bars = labelled(5, 3 * DAY)
    const unit = 1000
    const [one, other] = [
      built(bars),
      built(
        bars.map((bar) => ({
          ...bar,
          volume: bar.volume! * unit,
          openInterest: bar.openInterest! * unit,
          longLiquidated: bar.longLiquidated! * unit,
          shortLiquidated: bar.shortLiquidated! * unit,
        })),
      ),
    ]
    expect(one.map()!.model.weights).toBe('fitted')
    for (const side of ['long', 'short'] as const) {
      const weights = one.estimator.weightsOf(side)
      other.estimator.weightsOf(side).forEach((weight, c) => {
        expect(Math.abs(weight - weights[c]!)).toBeLessThanOrEqual(1e-6 * weights[c]!)
      })
      const [small, large] = [one.map()![side], other.map()![side]]
      small.forEach((value, i) => {
        expect(Math.abs(large[i]! - unit * value)).toBeLessThanOrEqual(1e-6 * unit * value)
      })
    }
  })

  test('of two bars made into one as much is learned: the map holds as much within 35 %', () => {
    for (const seed of [7, 8, 9]) {
      const fine = labelled(seed, 4 * DAY)
      const coarse = fine.flatMap((bar, i) => {
        const next = fine[i + 1]
        if (i % 2 === 1 || next === undefined) return []
        const sum = (key: 'volume' | 'longLiquidated' | 'shortLiquidated') => bar[key]! + next[key]!
        return [
          {
            ...bar,
            intervalMs: 120_000,
            high: Math.max(bar.high, next.high),
            low: Math.min(bar.low, next.low),
            close: next.close,
            volume: sum('volume'),
            openInterest: next.openInterest!,
            longLiquidated: sum('longLiquidated'),
            shortLiquidated: sum('shortLiquidated'),
          },
        ]
      })
      const massOf = (builder: MapBuilder) => {
        const { long, short } = builder.map({ below: 0.02, above: 0.02 })!
        return [...long, ...short].reduce((total, value) => total + value, 0)
      }
      const ratio = massOf(built(coarse)) / massOf(built(fine))
      expect(Math.abs(Math.log(ratio)), `seed ${seed}: ${ratio}`).toBeLessThan(Math.log(1.35))
    }
  })

  test('the future changes no map of before, and the same bars give the same map', () => {
    const bars = labelled(4, 3 * DAY)
    const builder = built(bars.slice(0, 2 * DAY))
    const before = builder.map()!
    expect(built(bars.slice(0, 2 * DAY)).map()).toEqual(before)
    for (const bar of bars.slice(2 * DAY)) builder.apply(bar)
    expect(builder.map()!.long).not.toEqual(before.long)
  })

  test('open interest that jumps above volume is said, and the bands are wider', () => {
    const bars = labelled(5, 2 * DAY)
    const sound = expectSound(built(bars))
    const spoiled = bars.map((bar, i) =>
      i > 1.9 * DAY && i % 2 === 0 ? { ...bar, openInterest: 3 * bar.openInterest! } : bar,
    )
    const map = expectSound(built(spoiled))
    expect(map.model.notes.join(' ')).toMatch(/changed open interest by more than was traded/)
    expect(widthOf(map)).toBeGreaterThan(1.2 * widthOf(sound))
  })

  test('duplicated and negative bars are refused, counted, said, and widen the bands', () => {
    const bars = labelled(6, 2 * DAY)
    const sound = expectSound(built(bars))
    const spoiled = bars.flatMap((bar, i) => (i > 1.9 * DAY ? [bar, bar, { ...bar, volume: -1 }] : [bar]))
    const map = expectSound(built(spoiled))
    expect(map.model.notes.join(' ')).toMatch(/refused for duplicate/)
    expect(map.model.notes.join(' ')).toMatch(/refused for size/)
    expect(widthOf(map)).toBeGreaterThan(1.5 * widthOf(sound))
    expect(map.long).toEqual(sound.long)
  })

  test('a feed without forced orders keeps the starting weights and says so', () => {
    const bars = labelled(7, 2 * DAY).map(({ longLiquidated: _long, shortLiquidated: _short, ...bar }) => bar)
    const map = expectSound(built(bars))
    expect(map.model.weights).toBe('prior')
    expect(map.model.notes[0]).toContain('Starting weights')
    expect(map.model.capture?.source).toBe('assumed')
  })

  test('fitted on a complete feed amounts are all that is forced, also on a simulated venue of that dialect', () => {
    const bars = labelled(10, 3 * DAY)
    for (const [instrument, source] of [
      ['gate:BTCUSDT', 'complete'],
      ['sim:BTCUSDT@gate', 'complete'],
      ['sim:BTCUSDT@binance', 'assumed'],
      ['binance:BTCUSDT', 'assumed'],
    ] as const) {
      const builder = new MapBuilder({ instrument, historyEnd: Number.POSITIVE_INFINITY })
      for (const bar of bars) builder.apply({ ...bar, instrument })
      expect(builder.map()!.model.weights).toBe('fitted')
      expect(builder.map()!.model.capture?.source, instrument).toBe(source)
    }
  })

  test('an hour of zero volume in which price moved counts as unknown volume', () => {
    const bars = labelled(8, 2 * DAY).map((bar, i) => (i >= 2 * DAY - 60 ? { ...bar, volume: 0 } : bar))
    const map = expectSound(built(bars))
    expect(map.model.notes.join(' ')).toContain('60 of 2880 bars have no volume')
  })

  test('through a fall of half the price and a delisting all stays sound; open interest of zero leaves nothing', () => {
    const bars = labelled(9, 2 * DAY)
    const last = bars.at(-1)!
    const crash = {
      ...last,
      exchangeTime: last.exchangeTime + 60_000,
      open: last.close,
      high: last.close,
      low: last.close / 2,
      close: last.close / 2,
      volume: 30_000,
      openInterest: last.openInterest! / 2,
      longLiquidated: 5000,
    }
    const builder = built([...bars, crash])
    expect(expectSound(builder).price).toBe(last.close / 2)
    builder.apply({
      ...crash,
      exchangeTime: crash.exchangeTime + 60_000,
      open: crash.close,
      high: crash.close,
      volume: 0,
      openInterest: 0,
      longLiquidated: 0,
    })
    const map = expectSound(builder)
    expect(map.long.every((value) => value === 0)).toBe(true)
    expect(map.model.notes.join(' ')).toContain('Open interest is zero')
  })
})
