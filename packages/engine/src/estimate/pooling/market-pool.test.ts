import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../../proof/bootstrap.ts'
import { Calibration } from '../calibration.ts'
import { borrowedWeights, groupPriorOf, type MarketShare } from './group-prior.ts'
import { MarketPool } from './market-pool.ts'

const MINUTE = 60_000
const COLUMNS = 12
const PRIOR = new Float64Array(COLUMNS).fill(1e-3)

interface Row {
  readonly exposures: readonly number[]
  readonly mean: number
  readonly observed: number
}

/** Bars of a market whose weights are `shape` x `size`; forced size comes in a few orders of one unit. */
function barsOf(shape: readonly number[], size: number, count: number, seed: number): Row[] {
  const random = seeded(seed)
  return Array.from({ length: count }, () => {
    const exposures = shape.map(() => (random() < 0.7 ? 0 : 40 * random()))
    const mean = size * exposures.reduce((sum, x, c) => sum + x * shape[c]!, 0)
    let observed = 0
    for (let i = 0; i < 20; i++) if (random() < mean / 20) observed++
    return { exposures, mean, observed }
  })
}

function learn(rows: readonly Row[]): Calibration {
  const calibration = new Calibration(PRIOR, 0)
  for (const [i, { exposures, observed }] of rows.entries())
    calibration.observe(
      (i + 1) * MINUTE,
      MINUTE,
      { exposures, observed },
      { exposures: exposures.map(() => 0), observed: 0 },
    )
  return calibration
}

/** Poisson deviance of means against the true means, over the rows: 0 is perfect. */
function deviance(weights: ArrayLike<number>, rows: readonly Row[]): number {
  return rows.reduce((sum, { exposures, mean }) => {
    if (mean === 0) return sum
    const guess = exposures.reduce((total, x, c) => total + x * weights[c]!, 0)
    return sum + 2 * (mean * Math.log(mean / guess) - (mean - guess))
  }, 0)
}

/** Weights of the group, with each market's own factors around them. */
function shapes(markets: number, apart: number, seed: number): number[][] {
  const random = seeded(seed)
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const group = Array.from({ length: COLUMNS }, (_, c) => 1e-3 * Math.exp(1.2 * Math.sin(c)))
  return Array.from({ length: markets }, () => group.map((weight) => weight * Math.exp(apart * gauss())))
}

/** Deviance of a market with little history, alone and with four others that have much, relative to the true mean. */
function compare(apart: number, seed: number): { alone: number; pooled: number } {
  const [own, ...others] = shapes(5, apart, seed)
  const pool = new MarketPool()
  others.forEach((shape, i) => {
    const calibration = learn(barsOf(shape, 1 + i, 4000, seed + i + 1))
    calibration.refit()
    pool.put(`other ${i}`, 0, calibration.share!)
  })
  const few = barsOf(own!, 0.5, 400, seed + 50)
  const later = barsOf(own!, 0.5, 2000, seed + 51)
  const result = (name: 'alone' | 'pooled') => {
    const calibration = learn(few)
    calibration.refit(name === 'pooled' ? pool.priorFor('own', 1, PRIOR) : undefined)
    return deviance(calibration.long, later)
  }
  return { alone: result('alone'), pooled: result('pooled') }
}

describe('MarketPool', () => {
  test('a market with a tenth of the history does better with others like it than alone, for every seed', () => {
    for (const seed of [10, 20, 30, 40, 50]) {
      const { alone, pooled } = compare(0.15, seed)
      expect(pooled, `seed ${seed}`).toBeLessThan(0.75 * alone)
    }
  })

  test('among markets whose weights differ by a factor of three it is better on the whole, and never much worse', () => {
    const found = [10, 20, 30, 40, 50, 60].map((seed) => compare(1.1, seed))
    for (const { alone, pooled } of found) expect(pooled).toBeLessThan(1.25 * alone)
    const total = (name: 'alone' | 'pooled') => found.reduce((sum, one) => sum + one[name], 0)
    expect(total('pooled')).toBeLessThan(0.75 * total('alone'))
  })

  test('markets that are alike make a strong prior, markets that differ a weak one', () => {
    const strength = (apart: number) =>
      groupPriorOf(
        shapes(5, apart, 3).map((shape, i) => {
          const calibration = learn(barsOf(shape, 1, 4000, 100 + i))
          calibration.refit()
          return calibration.share!
        }),
      )!.strength
    expect(strength(0.1)).toBe(1)
    expect(strength(2.5)).toBeLessThan(0.8)
  })

  test('the worked line: 190 and 10 seen of 100 each are worth 0.952 of an observation', () => {
    const share = (seen: number): MarketShare => ({
      prior: PRIOR.subarray(0, 1),
      seen: Float64Array.of(seen),
      expected: Float64Array.of(100),
      observations: 100,
      scale: 1,
    })
    const group = groupPriorOf([share(190), share(10)])!
    expect(group.ratios[0]).toBe(1)
    expect(group.strength).toBeCloseTo(1 / 1.05, 9)
  })

  test('a market never borrows from itself, nor from later, nor from markets of other starting weights', () => {
    const calibration = learn(barsOf(shapes(1, 0, 1)[0]!, 1, 1000, 1))
    calibration.refit()
    const share = calibration.share!
    const pool = new MarketPool()
    pool.put('a', 100, share)
    expect(pool.priorFor('a', 200, PRIOR)).toBeUndefined()
    expect(pool.priorFor('b', 100, PRIOR)).toBeUndefined()
    expect(pool.priorFor('b', 200, new Float64Array(COLUMNS).fill(2e-3))).toBeUndefined()
    expect(pool.priorFor('b', 200, PRIOR)?.markets).toBe(1)
  })

  test('the order in which markets are fed between two refits changes nothing', () => {
    const found = shapes(4, 0.3, 9).map((shape, i) => {
      const calibration = learn(barsOf(shape, 1, 500, i))
      calibration.refit()
      return { name: `market ${i}`, share: calibration.share! }
    })
    fc.assert(
      fc.property(fc.shuffledSubarray(found, { minLength: 4 }), (order) => {
        const pool = new MarketPool()
        for (const { name, share } of order) pool.put(name, 0, share)
        const straight = new MarketPool()
        for (const { name, share } of found) straight.put(name, 0, share)
        expect(pool.priorFor('own', 1, PRIOR)).toEqual(straight.priorFor('own', 1, PRIOR))
      }),
    )
  })

  test('a market that published nothing takes shape and scale from the others', () => {
    const [shape] = shapes(1, 0, 2)
    const pool = new MarketPool()
    for (const seed of [1, 2, 3]) {
      const calibration = learn(barsOf(shape!, 1, 4000, seed))
      calibration.refit()
      pool.put(`market ${seed}`, 0, calibration.share!)
    }
    const weights = borrowedWeights(PRIOR, pool.priorFor('own', 1, PRIOR)!)
    const later = barsOf(shape!, 1, 2000, 77)
    expect(deviance(weights, later)).toBeLessThan(0.1 * deviance(PRIOR, later))
  })
})
