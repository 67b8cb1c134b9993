import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WeightBudget } from './weight-budget.ts'

it('no window ever holds more weight than the limit, and nothing goes out during a ban', () => {
  const step = fc.record({
    pause: fc.integer({ min: 0, max: 20_000 }),
    weight: fc.integer({ min: 1, max: 40 }),
    ban: fc.option(fc.integer({ min: 1, max: 90_000 }), { freq: 10 }),
  })
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 100 }), fc.array(step, { maxLength: 150 }), (limit, steps) => {
      const budget = new WeightBudget(limit, 60_000)
      const grants: { at: number; weight: number }[] = []
      let now = 1_000_000
      for (const { pause, weight, ban } of steps) {
        now += pause
        if (ban !== null) budget.block(now + ban)
        const at = budget.reserve(now, weight)
        expect(at).toBeGreaterThanOrEqual(Math.max(now, budget.blockedUntil))
        grants.push({ at, weight })
      }
      for (const { at } of grants) {
        const inWindow = grants.filter((grant) => grant.at <= at && grant.at > at - 60_000)
        expect(inWindow.reduce((sum, grant) => sum + grant.weight, 0)).toBeLessThanOrEqual(limit)
      }
    }),
  )
})

it('a later, shorter ban does not shorten an earlier one', () => {
  const budget = new WeightBudget(10, 60_000)
  budget.block(90_000)
  budget.block(50_000)
  expect(budget.reserve(1_000, 1)).toBe(90_000)
})

it('a request that never fits is a mistake of ours', () => {
  expect(() => new WeightBudget(10, 60_000).reserve(0, 11)).toThrow(RangeError)
})
