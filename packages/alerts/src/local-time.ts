import { Cron } from 'croner'

/** Opens of the sessions that traders go by, at the exchanges' own local time: daylight saving is theirs. */
export const SESSIONS = {
  newYork: { name: 'New York open', pattern: '30 9 * * 1-5', zone: 'America/New_York' },
  london: { name: 'London open', pattern: '0 8 * * 1-5', zone: 'Europe/London' },
  asia: { name: 'Asia open', pattern: '0 9 * * 1-5', zone: 'Asia/Tokyo' },
} as const

export type Session = keyof typeof SESSIONS

/** The first open of a session after `now`, epoch ms. */
export function nextOpen(session: Session, now: number): number {
  const { pattern, zone } = SESSIONS[session]
  const next = new Cron(pattern, { timezone: zone, paused: true }).nextRun(new Date(now))
  if (next === null) throw new RangeError(`the ${session} session never opens again`)
  return next.getTime()
}

/** Hours in which nothing is sent, in a person's own zone. `to` before `from` goes over midnight. */
export interface QuietHours {
  /** Minutes since midnight. */
  readonly from: number
  readonly to: number
  /** IANA name, `Europe/Berlin`. */
  readonly zone: string
}

const FORM = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})(?:\s+(\S+))?$/

/** Reads `22:00-07:00 Europe/Berlin`; without a zone UTC. @throws {RangeError} */
export function parseQuietHours(text: string): QuietHours {
  const [, fromHour, fromMinute, toHour, toMinute, zone = 'UTC'] = FORM.exec(text.trim()) ?? []
  const minutes = (hour: string | undefined, minute: string | undefined) => 60 * Number(hour) + Number(minute)
  const [from, to] = [minutes(fromHour, fromMinute), minutes(toHour, toMinute)]
  if (!(from < 1440 && to < 1440 && Number(fromMinute) < 60 && Number(toMinute) < 60 && from !== to))
    throw new RangeError(`quiet hours are written like 22:00-07:00 Europe/Berlin, not "${text}"`)
  if (!isZone(zone)) throw new RangeError(`"${zone}" is not a time zone; write one like Europe/Berlin`)
  return { from, to, zone }
}

export function isQuiet({ from, to, zone }: QuietHours, at: number): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).formatToParts(
    at,
  )
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const minute = 60 * part('hour') + part('minute')
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
