import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ConnectionBudget } from './connection-budget.ts'

it('no window ever holds more than the limit, whatever the callers do', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }),
      (limit, windowMs, pauses) => {
        const budget = new ConnectionBudget(limit, windowMs)
        const starts: number[] = []
        let now = 1_000_000
        for (const pause of pauses) {
          now += pause
          const start = budget.reserve(now)
          expect(start).toBeGreaterThanOrEqual(now)
          starts.push(start)
        }
        // limit + 1 consecutive starts must span a whole window
        for (let i = limit; i < starts.length; i++)
          expect(starts[i]! - starts[i - limit]!).toBeGreaterThanOrEqual(windowMs)
      },
    ),
  )
})

it('does not make anyone wait while there is room', () => {
  const budget = new ConnectionBudget(3, 1_000)
  expect([budget.reserve(5), budget.reserve(5), budget.reserve(6)]).toEqual([5, 5, 6])
  expect(budget.reserve(7)).toBe(1_005)
})
