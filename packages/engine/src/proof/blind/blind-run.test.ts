import { describe, expect, test } from 'vitest'
import { randomBars } from '../../testing/random-bars.ts'
import { BlindRun } from './blind-run.ts'
import type { KnownPosition } from './outward-map.ts'

const DAY_MS = 86_400_000
const BARS = randomBars({ seed: 4, bars: 4 * 1440 })

/** Positions spread evenly up to 20 % from a price. */
function spread(price: number): KnownPosition[] {
  return Array.from({ length: 400 }, (_, i) => ({
    side: i % 2 === 0 ? 'long' : 'short',
    size: 1,
    liquidationPrice: price * Math.exp((i % 2 === 0 ? -1 : 1) * ((i + 1) / 400) * 0.2),
  }))
}

function runOver(positions: (price: number) => KnownPosition[], until = BARS.length): BlindRun {
  const run = new BlindRun('file:TEST', 3)
  BARS.slice(0, until).forEach((bar, i) => {
    run.apply(bar)
    if (i % 360 === 359) run.compare(bar.exchangeTime + bar.intervalMs, positions(bar.close))
  })
  return run
}

describe('a blind comparison', () => {
  const report = runOver(spread).report()

  test('gives an even truth to the even rival', () => {
    expect(report?.snapshots).toBe(16)
    expect(report?.rivals.uniform.overlap.value).toBeGreaterThan(0.99)
    expect(report?.rivals.uniform.wassersteinBp.value).toBeLessThan(5)
    expect(report?.rivals.uniform.lead.overlap.value).toBeLessThan(0)
    expect(report?.truth.massWithin['10'].value).toBeCloseTo(0.5, 1)
    expect(report?.truth.massWithin['20'].value).toBeCloseTo(1, 6)
  })

  test('states how much of the open interest the positions are', () => {
    const size = 200 // each side
    const openInterest = BARS[359]?.openInterest ?? 0
    expect(report?.coverage.long.value).toBeCloseTo(size / openInterest, 3)
    expect(report?.coverage.both.value).toBeCloseTo(size / openInterest, 3)
  })

  test('puts intervals over days around its figures', () => {
    const { value, low, high } = report?.model.overlap ?? { value: null, low: null, high: null }
    expect(value).not.toBeNull()
    expect(low).toBeLessThanOrEqual(value ?? 0)
    expect(high).toBeGreaterThanOrEqual(value ?? 1)
  })

  test('fills half of the open interest, within reach or beyond', () => {
    expect(report?.model.massOfOpenInterest['20'].value).toBeGreaterThan(0.01)
    expect(report?.model.massOfOpenInterest['20'].value).toBeLessThanOrEqual(0.5)
  })

  test('is the same every time', () => {
    expect(runOver(spread).report()).toEqual(report)
  })

  test('never shows the map a position: other positions change no map', () => {
    const other = runOver((price) => [{ side: 'long', size: 5, liquidationPrice: 0.9 * price }]).report()
    expect(other?.model.massOfOpenInterest).toEqual(report?.model.massOfOpenInterest)
    expect(other?.forced.massOfOpenInterest).toEqual(report?.forced.massOfOpenInterest)
  })

  test('is not about the future: bars after a snapshot change nothing of it', () => {
    const short = runOver(spread, 720)
    const long = new BlindRun('file:TEST', 3)
    for (const bar of BARS.slice(0, 720)) {
      long.apply(bar)
      if ((bar.exchangeTime / 60_000) % 360 === 359) long.compare(bar.exchangeTime + bar.intervalMs, spread(bar.close))
    }
    for (const bar of BARS.slice(720)) long.apply(bar)
    expect(long.report()).toEqual(short.report())
  })

  test('says nothing when there is nothing to compare', () => {
    const run = new BlindRun('file:TEST')
    run.compare(DAY_MS, spread(100))
    expect(run.report()).toBeUndefined()
  })

  test('leaves a figure empty where the truth is', () => {
    const none = runOver(() => [{ side: 'long', size: 5, liquidationPrice: undefined }]).report()
    expect(none?.model.overlap.value).toBeNull()
    expect(none?.truth.cannotBeLiquidated.value).toBe(1)
  })
})
