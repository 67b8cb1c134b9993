import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../proof/bootstrap.ts'
import { Calibration, type CalibrationState, warmUpBars } from './calibration.ts'

const MINUTE = 60_000
const PRIOR = Float64Array.from([1e-3, 2e-3, 5e-4, 0])
const TRUE = [3e-2, 1e-2, 8e-2, 0]

interface Row {
  readonly long: number[]
  readonly short: number[]
  readonly seen: readonly [number, number]
}

/** Bars whose forced size is what the true weights say, arriving as a few orders of one unit each. */
function market(bars: number, seed = 1, level = (_bar: number) => 1): Row[] {
  const random = seeded(seed)
  const exposuresOf = () => TRUE.map(() => (random() < 0.5 ? 0 : 40 * random()))
  const ordersOf = (exposures: readonly number[], bar: number) => {
    const mean = level(bar) * exposures.reduce((sum, x, c) => sum + TRUE[c]! * x, 0)
    let orders = 0
    for (let i = 0; i < 20; i++) if (random() < mean / 20) orders++
    return orders
  }
  return Array.from({ length: bars }, (_, bar) => {
    const long = exposuresOf()
    const short = exposuresOf()
    return { long, short, seen: [ordersOf(long, bar), ordersOf(short, bar)] }
  })
}

function learn(calibration: Calibration, rows: readonly Row[], from = 0, every = 240): Calibration {
  rows.forEach(({ long, short, seen }, i) => {
    if ((from + i) % every === 0) calibration.refit()
    calibration.observe(
      (from + i + 1) * MINUTE,
      MINUTE,
      { exposures: long, observed: seen[0] },
      { exposures: short, observed: seen[1] },
    )
  })
  return calibration
}

function massOf(weights: ArrayLike<number>, rows: readonly Row[]): number {
  let predicted = 0
  let seen = 0
  for (const row of rows) {
    for (const exposures of [row.long, row.short])
      predicted += exposures.reduce((sum, x, c) => sum + weights[c]! * x, 0)
    seen += row.seen[0] + row.seen[1]
  }
  return predicted / seen
}

describe('Calibration', () => {
  test('finds the weights that made the forced orders, from starting ones fifteen to a hundred times too small', () => {
    const calibration = learn(new Calibration(PRIOR, 0), market(6000))
    calibration.refit()
    for (let c = 0; c < 3; c++) expect(calibration.long[c]! / TRUE[c]!).toBeCloseTo(1, 0.8)
    expect(calibration.isFitted).toBe(true)
  })

  test('a column whose starting weight is 0 stays at 0', () => {
    const calibration = learn(new Calibration(PRIOR, 0), market(2000))
    calibration.refit()
    expect(calibration.long[3]).toBe(0)
  })

  test('without forced orders the weights stay the starting ones', () => {
    const silent = market(3000).map((row): Row => ({ ...row, seen: [0, 0] }))
    const calibration = learn(new Calibration(PRIOR, 0), silent)
    calibration.refit()
    expect(calibration.long).toEqual(PRIOR)
    expect(calibration.short).toEqual(PRIOR)
    expect(calibration.isFitted).toBe(false)
  })

  test('nothing is learned while the memories fill: a day of minutes, a week of hours', () => {
    expect(warmUpBars(MINUTE)).toBe(1440)
    expect(warmUpBars(60 * MINUTE)).toBe(168)
    const calibration = learn(new Calibration(PRIOR), market(1440))
    calibration.refit()
    expect(calibration.long).toEqual(PRIOR)
  })

  test('weights stand still between refits', () => {
    const rows = market(2000)
    const calibration = learn(new Calibration(PRIOR, 0), rows.slice(0, 1000))
    calibration.refit()
    const before = calibration.long.slice()
    learn(calibration, rows.slice(1000), 1001, 1e9)
    expect(calibration.long).toEqual(before)
    calibration.refit()
    expect(calibration.long).not.toEqual(before)
  })

  test('the mass follows a market that doubles its forced orders within days', () => {
    const rows = market(12_000, 3, (bar) => (bar < 6000 ? 1 : 2))
    const calibration = learn(new Calibration(PRIOR, 0), rows)
    calibration.refit()
    expect(massOf(calibration.long, rows.slice(-2000))).toBeGreaterThan(0.85)
    expect(massOf(calibration.long, rows.slice(-2000))).toBeLessThan(1.15)
  })

  test('a single bar of a thousand times the usual size does not set the level', () => {
    const rows = market(4000, 5)
    const crash = rows.map((row, i): Row => (i === 3500 ? { ...row, seen: [2000, 0] } : row))
    const usual = learn(new Calibration(PRIOR, 0), rows)
    const shaken = learn(new Calibration(PRIOR, 0), crash)
    usual.refit()
    shaken.refit()
    expect(massOf(shaken.long, rows) / massOf(usual.long, rows)).toBeLessThan(1.6)
  })

  test('the same observations give the same bytes', () => {
    const stateOf = () => JSON.stringify(learn(new Calibration(PRIOR, 0), market(1500)).state)
    expect(stateOf()).toBe(stateOf())
  })

  test.each([700, 9000])('a state of %d bars, stored as JSON, goes on exactly where it was taken', (bars) => {
    const rows = market(bars + 500)
    const whole = learn(new Calibration(PRIOR, 0), rows)
    const first = learn(new Calibration(PRIOR, 0), rows.slice(0, bars))
    const stored: CalibrationState = JSON.parse(JSON.stringify(first.state))
    const resumed = learn(Calibration.resume(stored), rows.slice(bars), bars)
    expect(JSON.stringify(resumed.state)).toBe(JSON.stringify(whole.state))
    expect(resumed.long).toEqual(whole.long)
  })

  test('a state of another version is refused', () => {
    const state = new Calibration(PRIOR).state
    expect(() => Calibration.resume({ ...state, version: '0' })).toThrow('version 0')
  })

  test('whatever is observed, weights stay finite and are never negative', () => {
    const size = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e12, noNaN: true }), fc.constant(Number.NaN))
    const exposures = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true })), {
      minLength: 4,
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(exposures, exposures, size, size), { maxLength: 60 }), (rows) => {
        const calibration = new Calibration(PRIOR, 0)
        learn(
          calibration,
          rows.map(([long, short, a, b]): Row => ({ long, short, seen: [a, b] })),
          0,
          7,
        )
        calibration.refit()
        for (const weights of [calibration.long, calibration.short])
          for (const weight of weights) {
            expect(weight).toBeGreaterThanOrEqual(0)
            expect(Number.isFinite(weight)).toBe(true)
          }
      }),
      { numRuns: 150 },
    )
  })
})
