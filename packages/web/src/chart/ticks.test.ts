import { expect, it } from 'vitest'
import { priceTicks } from './price-axis.ts'
import { roundTicks, roundTop } from './ticks.ts'

it('ticks are round, inside, and no more than asked', () => {
  expect(roundTicks(67_600, 74_900, 8)).toEqual([68_000, 69_000, 70_000, 71_000, 72_000, 73_000, 74_000])
  expect(roundTicks(5, 5, 4)).toEqual([])
})

it('a scale ends just above its data', () => {
  expect([1, 1.1, 21, 0.33, 9.1e6].map(roundTop)).toEqual([1, 1.2, 24, 0.4, 1e7])
})

it('the price axis names round prices, far enough apart to be read', () => {
  const [from, to, height] = [Math.log(68_000), Math.log(73_010), 480]
  const ticks = priceTicks(height, (ln) => height * (1 - (ln - from) / (to - from)))
  expect(ticks.map(({ price }) => price)).toEqual([
    68_000, 68_500, 69_000, 69_500, 70_000, 70_500, 71_000, 71_500, 72_000, 72_500, 73_000,
  ])
  for (let i = 1; i < ticks.length; i++) expect(ticks[i - 1]!.y - ticks[i]!.y).toBeGreaterThan(22)
})
