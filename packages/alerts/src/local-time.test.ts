import { describe, expect, test } from 'vitest'
import { isQuiet, nextOpen, parseQuietHours } from './local-time.ts'

const at = (text: string) => Date.parse(text)
const iso = (time: number) => new Date(time).toISOString()

describe('session opens', () => {
  test('follow the exchange through daylight saving, not UTC', () => {
    // New York is at UTC-5 in winter and UTC-4 in summer; clocks go forward on 8 March 2026
    expect(iso(nextOpen('newYork', at('2026-03-05T20:00:00Z')))).toBe('2026-03-06T14:30:00.000Z')
    expect(iso(nextOpen('newYork', at('2026-03-08T20:00:00Z')))).toBe('2026-03-09T13:30:00.000Z')
    // London: UTC until 29 March 2026, then UTC+1
    expect(iso(nextOpen('london', at('2026-03-26T12:00:00Z')))).toBe('2026-03-27T08:00:00.000Z')
    expect(iso(nextOpen('london', at('2026-03-29T12:00:00Z')))).toBe('2026-03-30T07:00:00.000Z')
    expect(iso(nextOpen('asia', at('2026-07-01T12:00:00Z')))).toBe('2026-07-02T00:00:00.000Z')
  })

  test('leave out weekends, and an open is not its own next', () => {
    expect(iso(nextOpen('newYork', at('2026-03-13T14:00:00Z')))).toBe('2026-03-16T13:30:00.000Z')
    const open = nextOpen('newYork', at('2026-03-16T00:00:00Z'))
    expect(nextOpen('newYork', open)).toBeGreaterThan(open)
  })
})

describe('quiet hours', () => {
  const night = parseQuietHours('22:00-07:00 Europe/Berlin')

  test('go over midnight, in their own zone and season', () => {
    // Berlin is UTC+1 in winter, UTC+2 in summer
    expect(isQuiet(night, at('2026-01-10T20:59:00Z'))).toBe(false)
    expect(isQuiet(night, at('2026-01-10T21:00:00Z'))).toBe(true)
    expect(isQuiet(night, at('2026-01-11T05:59:00Z'))).toBe(true)
    expect(isQuiet(night, at('2026-01-11T06:00:00Z'))).toBe(false)
    expect(isQuiet(night, at('2026-07-10T20:00:00Z'))).toBe(true)
    expect(isQuiet(night, at('2026-07-11T05:00:00Z'))).toBe(false)
  })

  test('within a day end where they say', () => {
    const noon = parseQuietHours('12:00-13:30')
    expect(noon).toEqual({ from: 720, to: 810, zone: 'UTC' })
    expect([11, 12, 13, 14].map((hour) => isQuiet(noon, at(`2026-01-10T${hour}:00:00Z`)))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(isQuiet(parseQuietHours('00:00-01:00'), at('2026-01-10T00:30:00Z'))).toBe(true)
  })

  test.each(['22-07', '25:00-07:00', '22:00-22:00', '22:60-07:00', '22:00-07:00 Mars/Base', ''])(
    '"%s" is refused',
    (text) => expect(() => parseQuietHours(text)).toThrow(RangeError),
  )
})
