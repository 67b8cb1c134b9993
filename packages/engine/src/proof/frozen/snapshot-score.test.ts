import { describe, expect, test } from 'vitest'
import type { LiquidationMap } from '../../map/liquidation-map.ts'
import { seeded } from '../bootstrap.ts'
import type { SweptBar } from './freshness-learner.ts'
import { snapshotReport } from './snapshot-report.ts'
import { SnapshotScore } from './snapshot-score.ts'

const MINUTE = 60_000
const STEP = 5e-4
const FIRST_BIN = Math.floor(Math.log(80) / STEP)
const BINS = 900

/** A map around 100 that expects `perBin` USD in each bin above the price. */
function mapOf(price: number, perBin: number): LiquidationMap {
  const mark = Math.log(price) / STEP - FIRST_BIN
  const above = Math.floor(mark) + 1 - mark
  const ofMarkBin = above > 0.5 ? above * perBin : 0 // as maps are drawn: the bin goes to one side
  const short = Float64Array.from({ length: BINS }, (_, i) =>
    i > mark ? perBin : i === Math.floor(mark) ? ofMarkBin : 0,
  )
  const none = new Float64Array(BINS)
  return {
    kind: 'liquidationMap',
    market: 'file:X',
    at: 0,
    price,
    step: STEP,
    firstBin: FIRST_BIN,
    bins: BINS,
    long: none,
    short,
    longLow: none,
    longHigh: none,
    shortLow: none,
    shortHigh: none,
    byLeverage: new Float64Array(5 * BINS),
    spread: { phi: 10, kappa: 1 },
    model: { name: 'x', version: '1', weights: 'prior', notes: [] },
  }
}

function bar(minute: number, low: number, high: number, long = 0, short = 0): SweptBar {
  return {
    time: minute * MINUTE,
    intervalMs: MINUTE,
    open: low,
    high,
    low,
    close: high,
    size: 1000,
    forced: { long, short },
  }
}

/** An hour of bars at 100, then a frozen map, then the bars of the next hour. */
function hourAfter(next: (minute: number) => SweptBar | undefined, perBin = 50): SnapshotScore {
  const score = new SnapshotScore()
  for (let minute = 0; minute < 60; minute++) score.observe(bar(minute, 100, 100, minute === 5 ? 1 : 0))
  expect(score.isDue).toBe(true)
  score.freeze(mapOf(100, perBin))
  expect(score.isDue).toBe(false)
  for (let minute = 60; minute < 120; minute++) {
    const one = next(minute)
    if (one) score.observe(one)
  }
  return score
}

describe('a frozen map, an hour later', () => {
  test('is held to what it expected of the stretch that was swept for the first time', () => {
    const top = 100 * Math.exp(10 * STEP)
    const score = hourAfter((minute) => {
      if (minute === 70) return bar(minute, 100, top, 0, 3)
      if (minute === 80) return bar(minute, 100, top, 0, 2) // the same ground again
      return bar(minute, 100, 100)
    })
    const [result] = score.results[0]!
    expect(result!.short.map).toBeCloseTo(10 * 50, 6) // ten bins of 50 USD
    expect(result!.short.forced).toBeCloseTo(3 * top, 9) // at the bar's close
    expect(result!.short.again).toBeCloseTo(2 * top, 9)
    expect(result!.long).toMatchObject({ map: 0, forced: 0, again: 0 })
  })

  test('counts what it did not expect', () => {
    const score = hourAfter((minute) => (minute === 70 ? bar(minute, 99, 100, 4) : bar(minute, 100, 100)))
    expect(score.results[0]![0]!.long).toMatchObject({ map: 0, forced: 400 })
  })

  test('is not scored where the hour was not observed, and is counted', () => {
    const score = hourAfter((minute) => (minute > 70 && minute < 75 ? undefined : bar(minute, 100, 100)))
    expect(score.results[0]).toEqual([])
    expect(score.unobserved).toEqual([1, 0, 0])
  })

  test('is not scored where forced orders were not received', () => {
    const score = new SnapshotScore()
    for (let minute = 0; minute < 60; minute++) score.observe(bar(minute, 100, 100))
    score.freeze(mapOf(100, 50))
    score.observe(bar(60, 100, 100))
    score.miss(61 * MINUTE, 65 * MINUTE)
    for (let minute = 61; minute < 120; minute++) score.observe(bar(minute, 100, 100))
    expect(score.unobserved[0]).toBe(1)
  })

  test('a bar that is no bar, or comes twice, changes nothing', () => {
    const score = hourAfter((minute) => bar(minute, 100, 100))
    expect(score.observe(bar(100, 90, 120))).toBe(false)
    expect(score.observe({ ...bar(130, 100, 101), high: Number.NaN })).toBe(false)
    expect(score.observe({ ...bar(130, 100, 101), forced: { long: -1, short: 0 } })).toBe(false)
    expect(score.time).toBe(120 * MINUTE)
  })

  test('goes on from what was stored as if nothing had happened', () => {
    const whole = hourAfter((minute) => bar(minute, 100, 100 + (minute % 7) * 0.02, 0, minute % 3))
    const resumed = new SnapshotScore()
    for (let minute = 0; minute < 60; minute++) resumed.observe(bar(minute, 100, 100, minute === 5 ? 1 : 0))
    const again = new SnapshotScore()
    for (let minute = 0; minute < 60; minute++) again.observe(bar(minute, 100, 100, minute === 5 ? 1 : 0))
    resumed.watch(JSON.parse(JSON.stringify(again.freeze(mapOf(100, 50)))))
    for (let minute = 60; minute < 120; minute++)
      resumed.observe(bar(minute, 100, 100 + (minute % 7) * 0.02, 0, minute % 3))
    expect(resumed.results).toEqual(whole.results)
  })
})

describe('the report', () => {
  /** Hours of a random walk whose forced orders are `perBin` USD for each bin of new ground, from frozen maps or from none. */
  function walked(hours: number, perBin: number, mapSays: number): SnapshotScore {
    const random = seeded(3)
    const score = new SnapshotScore()
    let price = 100
    let top = price
    for (let minute = 0; minute < 60 * hours; minute++) {
      const next = price * Math.exp(6e-4 * (random() - 0.5))
      const high = Math.max(price, next)
      const swept = high > top ? Math.log(high / Math.max(top, price)) / STEP : 0
      top = Math.max(top, high)
      const heavy = 0.5 + random()
      score.observe({
        ...bar(minute, Math.min(price, next), high),
        open: price,
        close: next,
        forced: { long: 0, short: (heavy * perBin * swept) / next },
      })
      price = next
      if (!score.isDue) continue
      score.freeze(mapOf(price, mapSays))
      top = price
    }
    return score
  }

  test('has no figure while there is not enough, and says how much there is', () => {
    const [hour, , day] = snapshotReport(walked(20, 100, 100))
    expect(hour).toMatchObject({ hours: 1, verdict: 'notEnoughYet', figures: undefined, needed: { maps: 24 } })
    expect(hour!.scored).toBeGreaterThan(10)
    expect(hour!.scored).toBeLessThan(24)
    expect(day!.scored).toBe(0)
  })

  test('is right about a map that is right, and about one that expects ten times too much', () => {
    const right = snapshotReport(walked(200, 100, 100))[0]!
    expect(right.figures!.massRatio.value!).toBeGreaterThan(0.85)
    expect(right.figures!.massRatio.value!).toBeLessThan(1.15)
    expect(right.figures!.devianceExplained.value!).toBeGreaterThan(0.8)
    expect(right.verdict).toBe('better') // freshness does not know that each hour begins anew
    const wrong = snapshotReport(walked(200, 100, 1000))[0]!
    expect(wrong.figures!.massRatio.value!).toBeGreaterThan(8.5)
    expect(wrong.verdict).toBe('notBetter')
  })

  test('every figure is finite or null', () => {
    const visit = (value: unknown): void => {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit)
    }
    for (const perBin of [0, 100]) visit(snapshotReport(walked(60, perBin, 100)))
  })
})
