import { describe, expect, test } from 'vitest'
import { blockBootstrap, seeded } from './bootstrap.ts'
import { deviancesOf, poissonDeviance, type Window, windowsOf } from './deviance.ts'
import { fitSpread, isCovered } from './spread-fit.ts'

describe('deviance', () => {
  test('is twice y ln(y / mu) - (y - mu)', () => {
    expect(poissonDeviance(2, 1)).toBeCloseTo(2 * (2 * Math.log(2) - 1), 12) // 0.7726
    expect(poissonDeviance(0, 3)).toBe(6)
    expect(poissonDeviance(5, 5)).toBe(0)
  })

  test('windows sum bars of one side, and the last may be shorter', () => {
    const observed = { long: Float64Array.from([9, 1, 2, 3]), short: Float64Array.from([9, 0, 0, 4]) }
    const predicted = { long: Float64Array.from([0, 1, 1, 1]), short: Float64Array.from([0, 2, 2, 2]) }
    const windows = windowsOf(observed, predicted, 1, 2)
    expect(windows.map(({ from, observed }) => [from, observed])).toEqual([
      [1, 3],
      [3, 3],
      [1, 0],
      [3, 4],
    ])
    expect(windows.map(({ predicted }) => Math.round(predicted))).toEqual([2, 1, 4, 2])
  })

  test("the constant is the test's own mean", () => {
    const windows: Window[] = [
      { from: 0, observed: 1, predicted: 1 },
      { from: 1, observed: 3, predicted: 3 },
    ]
    const { model, constant } = deviancesOf(windows)
    expect(model).toEqual(Float64Array.from([0, 0]))
    expect(constant[0]).toBeCloseTo(poissonDeviance(1, 2), 12)
  })
})

describe('block bootstrap', () => {
  const blocks = Array.from({ length: 20 }, (_, i) => Float64Array.from([10 + (i % 5), 20]))

  test('is the same every time and holds the figure', () => {
    const figure = () => blockBootstrap(blocks, ([a = 0, b = 0]) => a / b)
    const { value, low, high } = figure()
    expect(value).toBeCloseTo(0.6, 12)
    expect(low!).toBeLessThan(0.6)
    expect(high!).toBeGreaterThan(0.6)
    expect(figure()).toEqual({ value, low, high })
  })

  test('says nothing about the spread of two blocks, nor about a figure that is none', () => {
    expect(blockBootstrap(blocks.slice(0, 2), ([a = 0]) => a)).toMatchObject({ low: null, high: null })
    expect(blockBootstrap(blocks, () => Number.NaN)).toEqual({ value: null, low: null, high: null })
  })
})

describe('spread', () => {
  /** Sizes whose variance is kappa mu^2: exponential (kappa 1) around a mean that varies a hundredfold. */
  function windows(count: number, seed: number): Window[] {
    const random = seeded(seed)
    return Array.from({ length: count }, (_, from) => {
      const predicted = 10 ** (2 * random())
      return { from, predicted, observed: -Math.log(1 - random()) * predicted }
    })
  }

  test('a band fitted to half of the windows covers about 80 % of the others', () => {
    const spread = fitSpread(windows(600, 1))!
    const covered = windows(600, 2).filter((window) => isCovered(window, spread)).length / 600
    expect(covered).toBeGreaterThan(0.75)
    expect(covered).toBeLessThan(0.87)
  })

  test('is not fitted to a few windows', () => {
    expect(fitSpread(windows(10, 1))).toBeUndefined()
  })
})
