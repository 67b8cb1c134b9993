import { describe, expect, it } from 'vitest'
import { readCalendar } from './calendar.ts'

const NOW = Date.UTC(2026, 2, 19)
const file = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const NEW_YORK = [
  'BEGIN:VTIMEZONE',
  'TZID:America/New_York',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:-0500',
  'TZOFFSETTO:-0400',
  'DTSTART:20070311T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:-0400',
  'TZOFFSETTO:-0500',
  'DTSTART:20071104T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
]

describe('a calendar file', () => {
  it('gives its events in order, folded lines and escaped commas read', async () => {
    const { events, name } = await readCalendar(
      'fed.ics',
      file(
        'BEGIN:VEVENT',
        'DTSTART:20260320T133000Z',
        'SUMMARY:CPI\\, month on',
        '  month',
        'END:VEVENT',
        'BEGIN:VEVENT',
        'DTSTART:20260318T180000Z',
        'SUMMARY:FOMC',
        'END:VEVENT',
      ),
      NOW,
    )
    expect(name).toBe('fed.ics')
    expect(events).toEqual([
      { time: Date.UTC(2026, 2, 18, 18), title: 'FOMC' },
      { time: Date.UTC(2026, 2, 20, 13, 30), title: 'CPI, month on month' },
    ])
  })

  it('reads times by the zone of the file, summer time included', async () => {
    const { events } = await readCalendar(
      'a.ics',
      file(...NEW_YORK, 'BEGIN:VEVENT', 'DTSTART;TZID=America/New_York:20260320T083000', 'SUMMARY:Jobs', 'END:VEVENT'),
      NOW,
    )
    expect(events[0]?.time).toBe(Date.UTC(2026, 2, 20, 12, 30)) // 08:30 at UTC-4
  })

  it('lays repeating events out, and does not go on for ever', async () => {
    const { events } = await readCalendar(
      'a.ics',
      file('BEGIN:VEVENT', 'DTSTART:20260301T140000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:EIA', 'END:VEVENT'),
      NOW,
    )
    expect(events[1]!.time - events[0]!.time).toBe(7 * 86_400_000)
    expect(events.length).toBeGreaterThan(40)
    expect(events.length).toBeLessThan(120)
  })

  it('is refused with a reason when it is none', async () => {
    await expect(readCalendar('x.ics', 'time,event\n1,2', NOW)).rejects.toThrow()
  })
})
