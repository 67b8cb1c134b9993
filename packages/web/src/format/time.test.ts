import { expect, it } from 'vitest'
import { formatAsOf, formatClock, formatDuration, formatInterval, formatMoment } from './time.ts'

const MOMENT = Date.UTC(2026, 2, 19, 14, 32, 7)

it('times are written in UTC', () => {
  expect(formatClock(MOMENT)).toBe('14:32:07')
  expect(formatMoment(MOMENT)).toBe('19 Mar 14:32')
})

it('data as of another day names the day', () => {
  expect(formatAsOf(MOMENT, MOMENT + 1000)).toBe('14:32:07 UTC')
  expect(formatAsOf(MOMENT, MOMENT + 86_400_000)).toBe('19 Mar 14:32 UTC')
  expect(formatAsOf(null, MOMENT)).toBe('–')
})

it.each([
  [47_000, '47 s'],
  [192_000, '3 m 12 s'],
  [5_280_000, '1 h 28 m'],
  [3_600_000, '1 h'],
  [439_200_000, '5 d 2 h'],
])('%d ms is said as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

it('an interval is named as traders name it', () => {
  expect([60_000, 1_800_000, 14_400_000, 86_400_000].map(formatInterval)).toEqual(['1m', '30m', '4h', '1d'])
})
