import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Bar } from '@liqscope/market'
import { beforeAll, describe, expect, test } from 'vitest'
import { randomBars } from '../testing/random-bars.ts'
import { runModel, SNAPSHOT_BINS, type Snapshot } from './model-run.ts'
import { type ScoreReport, scoreBars } from './score.ts'
import type { RivalName } from './score-run.ts'
import { scoredBars } from './scored-bars.ts'
import { liftAfter } from './touch-lift.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A random market whose forced orders are a part of the range beyond the last hour's extremes. */
function market(bars: number, seed = 1): Bar[] {
  const all = randomBars({ seed, bars })
  return all.map((bar, i) => {
    const past = all.slice(Math.max(0, i - 60), i)
    const high = Math.max(...past.map((one) => one.high))
    const low = Math.min(...past.map((one) => one.low))
    return {
      ...bar,
      longLiquidated: i > 0 && bar.low < low ? 2000 * Math.log(low / bar.low) : 0,
      shortLiquidated: i > 0 && bar.high > high ? 2000 * Math.log(bar.high / high) : 0,
    }
  })
}

function everyNumber(value: unknown, visit: (number: number) => void): void {
  if (typeof value === 'number') visit(value)
  else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) everyNumber(one, visit)
}

describe('score', () => {
  const bars = market(4000)

  test('knows a market whose forced orders follow freshness, and beats the rivals that do not', () => {
    const report = scoreBars(bars)
    expect(report.bars).toBe(4000)
    expect(report.testBars).toBe(4000 - Math.floor((4000 * 2) / 3))
    expect(Object.keys(report.devianceExplained)).toEqual(['1m', '5m', '30m', '60m', '240m'])
    expect(report.rivalDevianceExplained.freshness['1m']!.value).toBeCloseTo(1, 1)
    expect(report.devianceExplained['60m']!.value).toBeGreaterThan(0.5)
    expect(report.skillOver.constant['60m']!.value).toBeGreaterThan(0.5)
    expect(report.weights).toBe('fitted')
    const rivals: RivalName[] = ['constant', 'range', 'freshness', 'freshnessLeg', 'fixedTiers']
    for (const name of rivals) expect(report.skillOver[name]['1m']!.value).not.toBeNull()
  })

  test('every figure is finite or null', () => {
    everyNumber(scoreBars(bars), (number) => expect(Number.isFinite(number)).toBe(true))
  })

  test('is the same every time', () => {
    expect(scoreBars(bars.slice(0, 2500))).toEqual(scoreBars(bars.slice(0, 2500)))
  })

  test('frozen weights learn nothing after the training', () => {
    const report = scoreBars(bars, { frozen: true })
    expect(report.online).toBe(false)
    expect(report.devianceExplained['60m']!.value).toBeGreaterThan(0.4)
  })

  test.each<[string, (bar: Bar) => Bar, RegExp]>([
    ['no volume', ({ volume: _, ...bar }) => bar, /No volume/],
    ['no open interest', ({ openInterest: _, ...bar }) => bar, /No open interest/],
    ['neither', ({ volume: _, openInterest: __, ...bar }) => bar, /no volume either/],
    ['an hour of zero volume', (bar) => (bar.exchangeTime < HOUR ? { ...bar, volume: 0 } : bar), /^$/],
    ['no forced orders', (bar) => ({ ...bar, longLiquidated: 0, shortLiquidated: 0 }), /holds no forced orders/],
    [
      'no forced orders in training',
      (bar) => (bar.exchangeTime < 2700 * MINUTE ? { ...bar, longLiquidated: 0, shortLiquidated: 0 } : bar),
      /starting weights are tested/,
    ],
    [
      'a crash of half the price',
      (bar) => (bar.exchangeTime === 3000 * MINUTE ? { ...bar, low: bar.low / 2, longLiquidated: 5000 } : bar),
      /^$/,
    ],
    [
      'a negative size',
      (bar) => (bar.exchangeTime === 3000 * MINUTE ? { ...bar, volume: -1 } : bar),
      /could not use \(1 /,
    ],
  ])('degrades with a reason: %s', (_name, change, reason) => {
    const report = scoreBars(bars.map(change))
    everyNumber(report, (number) => expect(Number.isFinite(number)).toBe(true))
    expect(report.notes.join(' ')).toMatch(reason)
  })

  test('says when the test lies on days that the starting weights have seen', () => {
    const moved = (start: number) => bars.map((bar): Bar => ({ ...bar, exchangeTime: bar.exchangeTime + start }))
    const reasonsFrom = (start: number) => scoreBars(moved(start)).notes.join(' ')
    expect(reasonsFrom(Date.UTC(2026, 2, 16) - bars[0]!.exchangeTime)).toContain('may flatter')
    expect(reasonsFrom(Date.UTC(2026, 3, 16) - bars[0]!.exchangeTime)).not.toContain('may flatter')
  })

  test('scores hours as well, with the windows that are not shorter', () => {
    const hours = bars.map((bar): Bar => ({ ...bar, exchangeTime: bar.exchangeTime * 60, intervalMs: HOUR }))
    const report = scoreBars(hours.slice(0, 1500))
    expect(Object.keys(report.devianceExplained)).toEqual(['60m', '240m'])
  })

  test.each<[string, Bar[], number | undefined, RegExp]>([
    ['a time after the file', bars.slice(0, 500), 1e13, /leaves nothing to test: the bars reach from/],
    ['a few bars', bars.slice(0, 5), undefined, /5 sound bars are too few/],
    ['one bar', bars.slice(0, 1), undefined, /1 sound bar/],
    ['no bar', [], undefined, /0 sound bars/],
    [
      'bars of a day',
      bars.slice(0, 400).map((bar, i) => ({ ...bar, exchangeTime: i * 24 * HOUR, intervalMs: 24 * HOUR })),
      undefined,
      /longer than every window/,
    ],
  ])('has no figure of windows and says why: %s', (_name, some, trainUntil, reason) => {
    const report = scoreBars(some, trainUntil === undefined ? {} : { trainUntil })
    expect(report.notes.join(' ')).toMatch(reason)
    for (const table of [report.devianceExplained, ...Object.values(report.skillOver), report.bandCoverage])
      for (const figure of Object.values(table)) expect(figure).toEqual({ value: null, low: null, high: null })
    everyNumber(report, (number) => expect(Number.isFinite(number)).toBe(true))
  })

  test('claims no skill over rivals that had nothing to learn from', () => {
    const report = scoreBars(bars, { trainUntil: 0 })
    expect(report.notes.join(' ')).toMatch(/leaves nothing to train on/)
    for (const table of Object.values(report.skillOver))
      for (const { value } of Object.values(table)) expect(value).toBeNull()
    expect(report.devianceExplained['60m']!.value).not.toBeNull()
  })

  test('a side that is not published is no side without forced orders', () => {
    const longs = bars.map(({ shortLiquidated: _, ...bar }): Bar => bar)
    const zeros = bars.map((bar): Bar => ({ ...bar, shortLiquidated: 0 }))
    const report = scoreBars(longs)
    expect(report.notes).toContain('No forced orders of shorts are published: only the other side is scored.')
    expect(report.massRatio.value!).toBeGreaterThan(0.8)
    expect(report.massRatio.value!).toBeLessThan(1.25)
    expect(scoreBars(zeros).massRatio.value).not.toBeCloseTo(report.massRatio.value!, 2)
  })

  test('bars that do not say what was liquidated count for nothing, where the others say zero', () => {
    const from = bars[3600]!.exchangeTime
    const cut = bars.map((bar): Bar => {
      if (bar.exchangeTime < from) return bar
      const { longLiquidated: _, shortLiquidated: __, ...rest } = bar
      return rest
    })
    const report = scoreBars(cut, { trainUntil: bars[2600]!.exchangeTime })
    expect(report.notes.join(' ')).toContain('400 bars do not say what was liquidated of longs and shorts')
    const shorter = scoreBars(bars.slice(0, 3600), { trainUntil: bars[2600]!.exchangeTime })
    expect(report.massRatio.value).toBeCloseTo(shorter.massRatio.value!, 12)
    expect(report.devianceExplained['5m']!.value).toBeCloseTo(shorter.devianceExplained['5m']!.value!, 12)
    expect(report.skillOver.freshness['5m']!.value).toBeCloseTo(shorter.skillOver.freshness['5m']!.value!, 12)
  })

  test('where a file never writes zero, silence is zero', () => {
    const silent = bars.map((bar): Bar => {
      const { longLiquidated = 0, shortLiquidated = 0, ...rest } = bar
      return {
        ...rest,
        ...(longLiquidated > 0 && { longLiquidated }),
        ...(shortLiquidated > 0 && { shortLiquidated }),
      }
    })
    const report = scoreBars(silent)
    expect(report.notes.join(' ')).toContain('never says that no longs or shorts were liquidated')
    expect(report.devianceExplained).toEqual(scoreBars(bars).devianceExplained)
  })

  test('duplicates and bars out of order are set right', () => {
    const mixed = [...bars.slice(100, 200), ...bars.slice(0, 150), ...bars.slice(200)]
    const report = scoreBars(mixed)
    expect(report.notes.join(' ')).toContain('50 bars of a time that was there already')
    expect(report.devianceExplained).toEqual(scoreBars(bars).devianceExplained)
  })

  test('says how long its windows are where bars do not divide them', () => {
    const threes = bars.map((bar, i): Bar => ({ ...bar, exchangeTime: i * 3 * MINUTE, intervalMs: 3 * MINUTE }))
    expect(scoreBars(threes).notes).toContain('Windows are whole bars: 5m stands for 6 minutes.')
  })

  test('predictions never know the future: cutting it changes none of them', () => {
    const schedule = { warmUp: 100, split: 1000, block: 240, online: true, snapshotEvery: 0 }
    const whole = runModel(scoredBars(bars.slice(0, 2000)), schedule).predicted
    const cut = runModel(scoredBars(bars.slice(0, 1500)), schedule).predicted
    expect(whole.long.slice(0, 1500)).toEqual(cut.long)
    expect(whole.short.slice(0, 1500)).toEqual(cut.short)
  })
})

describe('touch-lift', () => {
  /** Price rises 2 % after the snapshot; all is liquidated in the bar that crosses 1.5 %. */
  const bars: Bar[] = Array.from({ length: 5 }, (_, i) => {
    const low = 100 * Math.exp(0.005 * Math.max(0, i - 1))
    const high = 100 * Math.exp(0.005 * i)
    return {
      kind: 'bar',
      instrument: 'file:X',
      exchangeTime: i * HOUR,
      receivedTime: i * HOUR,
      intervalMs: HOUR,
      open: low,
      low,
      high,
      close: high,
      longLiquidated: 0,
      shortLiquidated: i === 3 ? 8 : 0,
    }
  })
  const snapshot = (peak: number): Snapshot => {
    const short = new Float32Array(SNAPSHOT_BINS)
    short.fill(1, peak, peak + 10)
    return { bar: 0, mark: Math.log(100) / 5e-4, long: new Float32Array(SNAPSHOT_BINS), short }
  }

  test('a map that marks what was liquidated gets four times its part, one that marks the rest nothing', () => {
    const scored = scoredBars(bars)
    const right = liftAfter(scored, snapshot(20), 4) // 20 to 30 bins of 5 bp: 1.0 % to 1.5 %
    expect((4 * right.map) / right.total).toBeGreaterThan(3.3)
    const wrong = liftAfter(scored, snapshot(4), 4)
    expect(wrong.map / wrong.total).toBeLessThan(0.2)
  })
})

const recorded = resolve(process.env.LIQSCOPE_DATA ?? '../shared/data', 'binance-btcusdt-1m-2026-03-15-to-20.csv')
if (!existsSync(recorded)) console.warn(`skipped: the recorded bars are not at ${recorded} (set LIQSCOPE_DATA)`)

describe.skipIf(!existsSync(recorded))('score of recorded bars, weights and rates of 18 March', () => {
  let report: ScoreReport
  beforeAll(() => {
    report = scoreBars(readRecorded(recorded), { trainUntil: Date.UTC(2026, 2, 18), frozen: true })
  }, 120_000)

  // Figures of an independent reference script over the same bars.
  test.each<[RivalName, string, number]>([
    ['range', '1m', 0.166],
    ['range', '60m', 0.163],
    ['freshness', '1m', 0.399],
    ['freshness', '5m', 0.545],
    ['freshness', '60m', 0.537],
    ['freshness', '240m', 0.56],
    ['fixedTiers', '1m', -1.377],
    ['fixedTiers', '60m', -0.656],
  ])('the rival %s explains at %s what the reference says: %d', (name, window, value) => {
    expect(report.rivalDevianceExplained[name][window]!.value).toBeCloseTo(value, 2)
  })

  test('the model, refitted as often as freshness, is better by at least the figures that were asked for', () => {
    const report = scoreBars(readRecorded(recorded), { trainUntil: Date.UTC(2026, 2, 18) })
    expect(report.skillOver.freshness['1m']!.value).toBeGreaterThan(0.2)
    expect(report.skillOver.freshness['5m']!.value).toBeGreaterThan(0.26)
    expect(report.skillOver.freshness['60m']!.value).toBeGreaterThan(0.2)
    expect(report.massRatio.value).toBeGreaterThan(0.8)
    expect(report.massRatio.value).toBeLessThan(1.25)
    for (const window of ['5m', '60m']) {
      expect(report.skillOver.freshnessLeg[window]!.value).toBeGreaterThan(0)
      expect(report.bandCoverage[window]!.value).toBeGreaterThan(0.7)
      expect(report.bandCoverage[window]!.value).toBeLessThan(0.9)
    }
  })
})

function readRecorded(path: string): Bar[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  const names = head.trim().split(',')
  return lines.flatMap((line) => {
    const fields = line.split(',')
    const at = (name: string) => Number(fields[names.indexOf(name)])
    if (!(at('low') > 0)) return []
    const time = at('open_time_ms')
    return {
      kind: 'bar',
      instrument: 'binance:BTCUSDT',
      exchangeTime: time,
      receivedTime: time,
      intervalMs: MINUTE,
      open: at('open'),
      high: at('high'),
      low: at('low'),
      close: at('close'),
      volume: at('volume_btc'),
      openInterest: at('open_interest_btc_at_close'),
      longLiquidated: at('long_liq_btc'),
      shortLiquidated: at('short_liq_btc'),
    }
  })
}
