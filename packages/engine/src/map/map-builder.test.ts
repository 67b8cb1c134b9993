import type { Bar, MarketEvent, MarkPrice, Trade } from '@liqscope/market'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceAt } from '../estimate/price-grid.ts'
import { randomBars } from '../testing/random-bars.ts'
import { LEVERAGE_GROUPS, type LiquidationMap } from './liquidation-map.ts'
import { MapBuilder } from './map-builder.ts'

const MINUTE = 60_000
const INSTRUMENT = 'binance:BTCUSDT'

function trade(time: number, price: number, size = 1): Trade {
  return {
    kind: 'trade',
    instrument: INSTRUMENT,
    exchangeTime: time,
    receivedTime: time,
    tradeId: String(time),
    price,
    size,
    side: 'buy',
  }
}

function mark(time: number, price: number): MarkPrice {
  return { kind: 'markPrice', instrument: INSTRUMENT, exchangeTime: time, receivedTime: time, price }
}

function built(events: readonly MarketEvent[], options: { historyEnd?: number } = {}): MapBuilder {
  const builder = new MapBuilder({ instrument: INSTRUMENT, ...options })
  for (const event of events) builder.apply(event)
  return builder
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** No bin on the wrong side of the mark holds anything, no bound is out of order, no number is impossible. */
function expectSound(map: LiquidationMap): void {
  for (let i = 0; i < map.bins; i++) {
    const middle = priceAt(map.firstBin + i + 0.5)
    if (middle >= map.price) expect(map.long[i]).toBe(0)
    if (middle <= map.price) expect(map.short[i]).toBe(0)
    for (const side of ['long', 'short'] as const) {
      const value = map[side][i]!
      expect(value >= 0 && value < Number.POSITIVE_INFINITY).toBe(true)
      expect(map[`${side}Low`][i]! <= value && map[`${side}Low`][i]! >= 0).toBe(true)
      expect(map[`${side}High`][i]! >= value && map[`${side}High`][i]! < Number.POSITIVE_INFINITY).toBe(true)
    }
    const parts = LEVERAGE_GROUPS.reduce((sum, _, group) => sum + map.byLeverage[group * map.bins + i]!, 0)
    expect(Math.abs(parts - map.long[i]! - map.short[i]!)).toBeLessThanOrEqual(1e-9 * (1 + parts))
  }
}

describe('MapBuilder with bars', () => {
  test('there is no map before the first bar', () => {
    expect(new MapBuilder({ instrument: INSTRUMENT }).map()).toBeUndefined()
    expect(new MapBuilder({ instrument: INSTRUMENT }).takePatch()).toBeUndefined()
  })

  test('longs lie below the mark, shorts above, and the leverage groups add up to both', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const map = built(randomBars({ seed, bars: 200 })).map()!
        expectSound(map)
        expect(sumOf(map.long)).toBeGreaterThan(0)
        expect(sumOf(map.short)).toBeGreaterThan(0)
      }),
      { numRuns: 8 },
    )
  })

  test('the window is as wide as asked, to the next per cent', () => {
    const builder = built(randomBars({ seed: 1, bars: 50 }))
    const map = builder.map({ below: 0.1, above: 0.3 })!
    const low = priceAt(map.firstBin) / map.price
    const high = priceAt(map.firstBin + map.bins) / map.price
    expect(low).toBeLessThanOrEqual(0.9)
    expect(low).toBeGreaterThan(0.89)
    expect(high).toBeGreaterThanOrEqual(1.3)
    expect(high).toBeLessThan(1.32)
  })

  test('reading the map changes nothing, and the same events give the same bytes', () => {
    const bars = randomBars({ seed: 2, bars: 120 })
    const watched = new MapBuilder({ instrument: INSTRUMENT })
    for (const bar of bars) {
      watched.apply(bar)
      watched.map()
      watched.takePatch()
    }
    expect(built(bars).map()).toEqual(watched.map())
  })

  test('without open interest or volume the map still works, says so, and its bands are wider', () => {
    const bars = randomBars({ seed: 3, bars: 100 })
    const whole = built(bars).map()!
    const poorer = built(bars.map(({ openInterest: _openInterest, ...bar }) => bar)).map()!
    expect(poorer.openInterest).toBeUndefined()
    expect(poorer.model.notes.join(' ')).toContain('No open interest is published')
    expect(sumOf(poorer.long)).toBeGreaterThan(0)
    expect(sumOf(poorer.longHigh) / sumOf(poorer.long)).toBeGreaterThan(sumOf(whole.longHigh) / sumOf(whole.long))
    const noVolume = built(bars.map(({ volume: _volume, ...bar }) => bar)).map()!
    expect(noVolume.model.notes.join(' ')).toContain('100 of 100 bars have no volume')
  })

  test('weights are fitted to the forced orders that were published, and the note says until when', () => {
    const bars = randomBars({ seed: 4, bars: 3000 }).map((bar, i) => ({
      ...bar,
      longLiquidated: i % 3 === 0 ? 0.01 : 0,
      shortLiquidated: i % 5 === 0 ? 0.01 : 0,
    }))
    expect(built(bars.slice(0, 1440)).map()!.model.weights).toBe('prior')
    const { model } = built(bars).map()!
    expect(model.weights).toBe('fitted')
    expect(model.notes[0]).toMatch(/^Weights fitted to this market's forced orders up to \d{4}-\d\d-\d\d \d\d:\d\d UTC/)
    const silent = bars.map(({ longLiquidated: _long, shortLiquidated: _short, ...bar }) => bar)
    expect(built(silent).map()!.model.weights).toBe('prior')
  })
})

describe('MapBuilder with single events', () => {
  test('a trade of the next interval closes the bar that was gathered', () => {
    const builder = built([trade(1_000, 50_000, 2), trade(2_000, 50_100, 3)])
    expect(builder.currentBar).toMatchObject({ exchangeTime: 0, open: 50_000, close: 50_100, volume: 5 })
    expect(builder.stats.bars).toBe(0)
    builder.apply(trade(61_000, 50_200))
    expect(builder.stats.bars).toBe(1)
    expect(builder.lastBar).toMatchObject({ exchangeTime: 0, high: 50_100, volume: 5 })
  })

  test('trades of a minute fold to the same state as the bar they make', () => {
    const history = randomBars({ seed: 5, bars: 30 })
    const { close } = history.at(-1)!
    const start = 30 * MINUTE
    const trades = [1.0002, 0.9991, 1.0012, 1.0004].map((factor, i) => trade(start + 10_000 * i, close * factor, 5))
    const bar: Bar = {
      ...history.at(-1)!,
      exchangeTime: start,
      open: close * 1.0002,
      high: close * 1.0012,
      low: close * 0.9991,
      close: close * 1.0004,
      volume: 20,
      takerBuyVolume: 20,
    }
    const size = history.at(-1)!.openInterest!
    const interest = {
      kind: 'openInterest',
      instrument: INSTRUMENT,
      exchangeTime: start,
      receivedTime: start,
      size,
    } as const
    const next = mark(start + MINUTE, close)
    const single = built([...history, interest, ...trades, next])
    const whole = built([...history, { ...bar, openInterest: size }, next])
    expect(single.estimator.short.exposures).toEqual(whole.estimator.short.exposures)
    expect(single.map()!.short).toEqual(whole.map()!.short)
  })

  test('while a bar is open the map leaves out what its price has already swept', () => {
    const history = randomBars({ seed: 6, bars: 200 })
    const builder = built(history)
    const before = builder.map()!
    const start = 200 * MINUTE
    const spike = before.price * 1.004
    builder.apply(trade(start + 1_000, spike))
    builder.apply(trade(start + 2_000, before.price * 1.0001))
    const after = builder.map()!
    expectSound(after)
    const near = (map: LiquidationMap) => {
      let sum = 0
      for (let i = 0; i < map.bins; i++) {
        const middle = priceAt(map.firstBin + i + 0.5)
        if (middle > before.price * 1.001 && middle < spike) sum += map.short[i]!
      }
      return sum
    }
    expect(near(after)).toBeLessThan(0.5 * near(before))
  })

  test("a mark price followed closely is what sweeps, not a trade's stray print", () => {
    const history = randomBars({ seed: 7, bars: 30 })
    const { close } = history.at(-1)!
    const start = 30 * MINUTE
    const marks = Array.from({ length: 30 }, (_, i) => mark(start + 2_000 * i, close))
    const builder = built([...history, ...marks, trade(start + 59_000, close * 1.05), mark(start + MINUTE, close)])
    // range: none of the 5 % of the stray print was swept
    expect(builder.estimator.short.exposures[0]).toBeLessThan(0.001 * history.at(-1)!.openInterest!)
    expect(builder.lastBar!.high).toBeCloseTo(close * 1.05, 6)
  })

  test('events of a closed interval are late, impossible ones bad: both are counted and change nothing', () => {
    const builder = built([trade(1_000, 50_000), trade(61_000, 50_100), trade(2_000, 40_000)])
    expect(builder.stats.lateEvents).toBe(1)
    builder.apply(trade(62_000, Number.NaN))
    builder.apply(trade(62_000, 50_000, 0))
    expect(builder.stats.badEvents).toBe(2)
    expect(builder.currentBar).toMatchObject({ high: 50_100, low: 50_100, volume: 1 })
  })

  test('a bar that arrives whole replaces what was gathered of its interval', () => {
    const [bar] = randomBars({ seed: 8, bars: 1 })
    const builder = built([trade(1_000, bar!.open), bar!, trade(2_000, bar!.open * 2)])
    expect(builder.stats).toMatchObject({ bars: 1, lateEvents: 1 })
    expect(builder.lastBar).toEqual(bar)
  })

  test('a gap is counted and named in the note', () => {
    const gap = {
      kind: 'gap',
      instrument: INSTRUMENT,
      exchangeTime: 0,
      receivedTime: 0,
      channel: 'trade',
      from: 0,
      to: MINUTE,
      reason: 'test',
    } as const
    const builder = built([...randomBars({ seed: 9, bars: 10 }), gap])
    expect(builder.stats.gaps).toBe(1)
    expect(builder.map()!.model.notes.join(' ')).toContain('1 gap')
  })

  test('missing bars count as one gap, announced or not', () => {
    const bars = randomBars({ seed: 9, bars: 10 })
    const holed = bars.filter((_, i) => i !== 4 && i !== 5)
    expect(built(holed).stats.gaps).toBe(1)
    const announced = {
      kind: 'gap',
      instrument: INSTRUMENT,
      exchangeTime: 6 * MINUTE,
      receivedTime: 6 * MINUTE,
      channel: 'bar',
      from: 4 * MINUTE,
      to: 6 * MINUTE,
      reason: 'test',
    } as const
    expect(built([...bars.slice(0, 4), announced, ...bars.slice(6)]).stats.gaps).toBe(1)
  })

  test('a gap within a bar leaves what was gathered, and the bar goes on', () => {
    const gap = {
      kind: 'gap',
      instrument: INSTRUMENT,
      exchangeTime: 20_000,
      receivedTime: 20_000,
      channel: 'trade',
      from: 10_000,
      to: 20_000,
      reason: 'test',
    } as const
    const builder = built([trade(1_000, 50_000), gap, trade(30_000, 50_100)])
    expect(builder.currentBar).toMatchObject({ low: 50_000, high: 50_100 })
    expect(builder.stats.lateEvents).toBe(0)
  })
})

describe('patches', () => {
  test('the first replaces everything, later ones only the bins that changed', () => {
    const history = randomBars({ seed: 10, bars: 100 })
    const builder = built(history)
    const first = builder.takePatch()!
    expect(first.map).toMatchObject({ whole: true, from: 0 })
    expect(builder.takePatch()).toBeUndefined()
    const held = { long: first.map!.current.long.slice(), short: first.map!.current.short.slice() }
    builder.apply(trade(100 * MINUTE + 1_000, first.price * 1.0007))
    const second = builder.takePatch()!
    expect(second.map!.whole).toBe(false)
    const { from, to, current } = second.map!
    for (const side of ['long', 'short'] as const) {
      held[side].set(current[side].subarray(from, to), from)
      expect(held[side]).toEqual(current[side])
    }
  })
})

describe('heatmap columns', () => {
  test('are stored once at each close and are what the map said then', () => {
    const bars = randomBars({ seed: 11, bars: 180 })
    const builder = new MapBuilder({ instrument: INSTRUMENT })
    for (const bar of bars.slice(0, 90)) builder.apply(bar)
    const map = builder.map()!
    const [column] = builder.columns(MINUTE, 89 * MINUTE, 90 * MINUTE)
    const stored = column!.values.slice()
    column!.values.forEach((value, i) => {
      const at = column!.firstBin + i - map.firstBin
      expect(Math.abs(value - (map.long[at]! + map.short[at]!))).toBeLessThanOrEqual(1e-6 * (1 + value))
    })
    for (const bar of bars.slice(90)) builder.apply(bar)
    expect(builder.columns(MINUTE, 89 * MINUTE, 90 * MINUTE)[0]!.values).toEqual(stored)
    expect(builder.columns(5 * MINUTE, 0, 180 * MINUTE)).toHaveLength(36)
    expect(builder.columns(30 * MINUTE, 0, 180 * MINUTE).map(({ openTime }) => openTime / MINUTE)).toEqual([
      0, 30, 60, 90, 120, 150,
    ])
  })

  test('the future changes no column that was stored before', () => {
    const bars = randomBars({ seed: 12, bars: 120 })
    const columns = (count: number) => built(bars.slice(0, count)).columns(MINUTE, 0, 60 * MINUTE)
    expect(columns(60)).toEqual(columns(120))
  })

  test('columns that would be forgotten by the end of history are not drawn', () => {
    const bars = randomBars({ seed: 13, bars: 900 })
    const end = 900 * MINUTE
    const builder = built(bars, { historyEnd: end })
    expect(builder.columns(MINUTE, 0, end)).toHaveLength(720)
    expect(builder.columns(5 * MINUTE, 0, end)).toHaveLength(180)
    expect(builder.columns(MINUTE, 0, end)).toEqual(built(bars).columns(MINUTE, 0, end).slice(-720))
  })

  test('hourly bars have columns of their own width', () => {
    const bars = randomBars({ seed: 14, bars: 48 }).map((bar, i) => ({
      ...bar,
      exchangeTime: i * 60 * MINUTE,
      intervalMs: 60 * MINUTE,
    }))
    const builder = built(bars)
    expect(builder.columns(60 * MINUTE, 0, 48 * 60 * MINUTE)).toHaveLength(48)
    expect(builder.columns(240 * MINUTE, 0, 48 * 60 * MINUTE)).toHaveLength(12)
  })
})

describe('MapBuilder with a margin table', () => {
  const table = (maintenanceRate: number, validFrom: number): MarketEvent => ({
    kind: 'marginTable',
    instrument: INSTRUMENT,
    exchangeTime: validFrom,
    receivedTime: validFrom,
    validFrom,
    source: 'a venue',
    tiers: [{ notionalFloor: 0, notionalCap: 1e6, maxLeverage: 20, maintenanceRate, deduction: 0 }],
  })
  const bars = randomBars({ seed: 5, bars: 300 })
  const end = bars.at(-1)!.exchangeTime + MINUTE
  const groupsOf = (map: LiquidationMap) =>
    LEVERAGE_GROUPS.map((_, group) => sumOf(map.byLeverage.slice(group * map.bins, (group + 1) * map.bins)))

  test('leverage is read off the table and its date is said; amounts and times do not change', () => {
    const without = built(bars).map()!
    const later = end + 3_600_000
    const withTable = built([...bars.slice(0, 100), table(0.025, later), ...bars.slice(100)])
    const map = withTable.map()!
    expect(map.at).toBe(without.at)
    // Groups are summed in another order: equal but for rounding.
    for (const side of ['long', 'short'] as const)
      for (let i = 0; i < map.bins; i++)
        expect(Math.abs(map[side][i]! - without[side][i]!)).toBeLessThanOrEqual(1e-12 * without[side][i]!)
    // 20x is the most that this venue allows: nothing is left in the groups of 50x and 100x.
    expect(groupsOf(without)[3]).toBeGreaterThan(0)
    expect(groupsOf(map).slice(2, 4)).toEqual([0, 0])
    expectSound(map)
    const date = new Date(later).toISOString().slice(0, 10)
    expect(map.model.notes).toContainEqual(
      `Leverage is read off the margin table of ${date} (a venue): 2.5 % maintenance and at most 20× in its first band.`,
    )
    expect(without.model.notes).toContainEqual(expect.stringMatching(/^No margin table is known/))
  })

  test('the newest table holds, whatever order they come in', () => {
    const builder = built([...bars, table(0.03, end), table(0.01, end - 1)])
    expect(builder.map()!.model.notes.join()).toContain('3 % maintenance')
    builder.apply(table(0.02, end + 1))
    expect(builder.takePatch()?.map?.current.model.notes.join()).toContain('2 % maintenance')
  })
})
