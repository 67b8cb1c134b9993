import type { Bar } from '@liqscope/market'
import { describe, expect, test } from 'vitest'
import { randomBars } from '../testing/random-bars.ts'
import { scoreReport } from './score.ts'
import { scoreDetails } from './score-details.ts'
import { runScore } from './score-run.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const CRASH_FROM = 8000

/** Eight days of minutes from midnight whose forced orders follow what was swept; one day falls by a tenth and rises. */
const bars: Bar[] = randomBars({ seed: 2, bars: 11_520 }).map((bar, i) => {
  const deep = i >= CRASH_FROM && i < CRASH_FROM + 60 ? 0.9 : 1
  const swept = Math.log(bar.high / bar.low)
  return {
    ...bar,
    exchangeTime: DAY * 20_000 + i * MINUTE,
    open: bar.open * deep,
    high: bar.high * deep,
    low: bar.low * deep,
    close: bar.close * deep,
    longLiquidated: i % 5 === 0 ? 50 * swept : 0,
    shortLiquidated: i % 7 === 0 ? 50 * swept : 0,
  }
})
const run = runScore(bars, { trainUntil: bars[5760]!.exchangeTime })
const details = scoreDetails(run)
const report = scoreReport(run)

describe('details of a score', () => {
  test('tenths hold every window once, and what was observed in all of them', () => {
    const five = details.windows.find(({ window }) => window === '5m')!
    expect(five.reliability).toHaveLength(10)
    const windows = five.reliability.reduce((sum, group) => sum + group.windows, 0)
    expect(windows).toBe(2 * (5760 / 5))
    const observed = five.reliability.reduce((sum, group) => sum + group.windows * group.observed.value!, 0)
    expect(observed).toBeCloseTo(run.tested, 6)
    const expected = five.reliability.map((group) => group.expected)
    expect(expected).toEqual(expected.toSorted((a, b) => a - b))
  })

  test('sides and days add up to the whole', () => {
    for (const { window, days, sides, reliability } of details.windows) {
      expect(days).toHaveLength(4)
      expect(days.reduce((sum, { observed }) => sum + observed, 0)).toBeCloseTo(run.tested, 6)
      expect(days.every(({ day }) => day % DAY === 0)).toBe(true)
      const covered = reliability.reduce((sum, { windows, covered: { value } }) => sum + windows * value!, 0)
      const all = reliability.reduce((sum, group) => sum + group.windows, 0)
      expect(covered / all).toBeCloseTo(report.bandCoverage[window]!.value!, 9)
      expect(sides.long.massRatio.value).not.toBeNull()
    }
  })

  test('a day that fell by a tenth is a crash day, with its own figures', () => {
    expect(details.crashRange).toBeLessThanOrEqual(0.08)
    const hour = details.windows.find(({ window }) => window === '60m')!
    expect(hour.crash).toMatchObject({ days: 1, otherDays: 3 })
    expect(hour.days.filter(({ isCrash }) => isCrash).map(({ day }) => day)).toEqual([DAY * 20_005])
    expect(hour.crash.only!.massRatio.value).not.toBeNull()
    expect(hour.crash.without!.devianceExplained.value).not.toBeNull()
  })

  test('no ranking finds more in its first windows than the best possible, and the more windows the more', () => {
    for (const { gains } of details.windows) {
      for (const { map, freshness, range, best } of gains)
        for (const share of [map!, freshness!, range!]) expect(share).toBeLessThanOrEqual(best! + 1e-12)
      const shares = gains.map(({ map }) => map!)
      expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    }
  })

  test('has no windows where nothing was tested', () => {
    expect(scoreDetails(runScore(bars.slice(0, 5))).windows).toEqual([])
  })
})
