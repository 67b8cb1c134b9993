import { expect, it } from 'vitest'
import { timeTicks } from './time-axis.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 2, 17)

it('an axis of three days names hours, and days where they begin', () => {
  const ticks = timeTicks(START - DAY / 4, START + 2.75 * DAY, 780)
  expect(ticks.map(({ text }) => text)).toEqual([
    '17 Mar',
    '06:00',
    '12:00',
    '18:00',
    '18 Mar',
    '06:00',
    '12:00',
    '18:00',
    '19 Mar',
    '06:00',
    '12:00',
  ])
  expect(ticks.filter(({ isMajor }) => isMajor).map(({ text }) => text)).toEqual(['17 Mar', '18 Mar', '19 Mar'])
})

it('no label is cut by an edge, and none lies on another', () => {
  for (const days of [0.2, 1, 3, 30, 365]) {
    const ticks = timeTicks(START, START + days * DAY, 780)
    expect(ticks.length).toBeGreaterThan(2)
    for (const [i, { x }] of ticks.entries()) {
      expect(x).toBeGreaterThanOrEqual(24)
      expect(x).toBeLessThanOrEqual(780 - 24)
      if (i > 0) expect(x - ticks[i - 1]!.x).toBeGreaterThan(60)
    }
  }
})
