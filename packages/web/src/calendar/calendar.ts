/** A moment of a calendar the user loaded. */
export interface CalendarEvent {
  readonly time: number // epoch ms
  readonly title: string
}

export interface Calendar {
  /** Of the file. */
  readonly name: string
  /** Oldest first. */
  readonly events: readonly CalendarEvent[]
}

/** A file is the user's own, but a page must not hang on the wrong one. */
const MAX_BYTES = 5_000_000
const MAX_EVENTS = 5_000
/** Repeating events are laid out this far around now. */
const REACH_MS = 400 * 86_400_000

/**
 * Reads an iCalendar file (RFC 5545), repeating events laid out one by one; its library is loaded with the first file.
 *
 * @throws when the text is no calendar; the message says what is wrong.
 */
export async function readCalendar(name: string, text: string, now: number): Promise<Calendar> {
  if (text.length > MAX_BYTES) throw new Error('larger than 5 MB')
  const { default: ICAL } = await import('ical.js')
  const root = new ICAL.Component(ICAL.parse(text))
  for (const zone of root.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone))
  const events: CalendarEvent[] = []
  for (const component of root.getAllSubcomponents('vevent')) {
    const event = new ICAL.Event(component)
    const add = (time: number) => {
      if (Number.isFinite(time) && events.length < MAX_EVENTS) events.push({ time, title: event.summary ?? '' })
    }
    if (!event.isRecurring()) {
      if (event.startDate) add(event.startDate.toUnixTime() * 1000)
      continue
    }
    const times = event.iterator()
    for (let next = times.next(); next; next = times.next()) {
      const time = next.toUnixTime() * 1000
      if (time > now + REACH_MS || events.length >= MAX_EVENTS) break
      if (time >= now - REACH_MS) add(time)
    }
  }
  return { name, events: events.sort((a, b) => a.time - b.time) }
}

const KEY = 'liqscope.calendar'

/** Keeps the calendar in this browser; undefined forgets it. */
export function keepCalendar(calendar: Calendar | undefined): void {
  try {
    if (calendar) localStorage.setItem(KEY, JSON.stringify(calendar))
    else localStorage.removeItem(KEY)
  } catch {
    // Storage refused or full: the calendar lasts as long as the page.
  }
}

export function keptCalendar(): Calendar | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null')
    return isCalendar(stored) ? stored : undefined
  } catch {
    return undefined
  }
}

function isCalendar(value: unknown): value is Calendar {
  if (typeof value !== 'object' || value === null) return false
  const [name, events]: unknown[] = [Reflect.get(value, 'name'), Reflect.get(value, 'events')]
  return typeof name === 'string' && Array.isArray(events) && events.every(isEvent)
}

function isEvent(value: unknown): value is CalendarEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    Number.isFinite(Reflect.get(value, 'time')) &&
    typeof Reflect.get(value, 'title') === 'string'
  )
}
