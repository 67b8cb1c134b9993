import { expect, it } from 'vitest'
import { moved, zoomed } from './interact.ts'

const BOX = { left: 0, right: 1000, top: 0, bottom: 500 }

it('dragging right shows lower prices, by as much as the pointer moved', () => {
  expect(moved({ low: 100, high: 200 }, 250, BOX)).toEqual({ low: 75, high: 175 })
})

it('zooming keeps the price under the cursor where it is', () => {
  const next = zoomed({ low: 100, high: 200 }, 125, 0.5)
  expect(next).toEqual({ low: 112.5, high: 162.5 })
  expect((125 - next.low) / (next.high - next.low)).toBe((125 - 100) / (200 - 100))
})

it('a window never reaches a price of zero', () => {
  expect(zoomed({ low: 10, high: 200 }, 190, 1.9).low).toBeGreaterThan(0)
})
