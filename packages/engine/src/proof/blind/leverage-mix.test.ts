import { expect, test } from 'vitest'
import { Estimator } from '../../estimate/estimator.ts'
import { COLUMN, EXPOSURES, LONG_MEMORY } from '../../estimate/exposures.ts'
import { randomBars } from '../../testing/random-bars.ts'
import { LeverageMix } from './leverage-mix.ts'

test('says of which leverage what was forced is, and of which what the weights predicted is', () => {
  const estimator = new Estimator()
  const weights = new Float64Array(EXPOSURES.length)
  weights[COLUMN.range] = 1e-6
  weights[COLUMN.long + LONG_MEMORY.findIndex((distance) => distance > 0.0035)] = 1e-3 // 1 / (0.0042 + 0.004) = 121x
  estimator.setWeights(weights)
  const mix = new LeverageMix()
  expect(mix.figures).toBeUndefined()
  for (const bar of randomBars({ seed: 3, bars: 500 })) {
    estimator.fold(bar)
    mix.fold(estimator)
  }
  expect(mix.figures).toBeUndefined()
  mix.force(100, 3)
  mix.force(5, 1)
  const { truth, estimate, unknown, overlap } = mix.figures!
  expect(truth).toEqual([0.25, 0, 0, 0.75])
  expect(estimate).toEqual([0, 0, 0, 1])
  expect(overlap).toBe(0.75)
  expect(unknown).toBeGreaterThan(0)
  expect(unknown).toBeLessThan(1)
})
