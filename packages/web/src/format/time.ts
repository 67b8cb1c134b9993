import { UNKNOWN } from './number.ts'
import { zoneClock } from './zone.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let months = monthsOf('en')
/** Of the zone in force. One for the whole page: two clocks side by side would be one too many. */
let offset = zoneClock('UTC')

/** Puts a zone (IANA name) and the language of month names in force. Views have to be drawn anew by the caller. */
export function setZone(name: string, language: string): void {
  months = monthsOf(language)
  offset = zoneClock(name)
}

/** `UTC`, or the zone's offset as `UTC+5:30`: what stands beside every clock. */
export function zoneName(time: number): string {
  const minutes = Math.round(zoneOffset(time) / MINUTE)
  if (minutes === 0) return 'UTC'
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `UTC${minutes < 0 ? '\u2212' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** How far the page's zone is ahead of UTC at a moment, ms. */
export function zoneOffset(time: number): number {
  return offset(time)
}

/** `14:32:07`. */
export function formatClock(time: number): string {
  return local(time).toISOString().slice(11, 19)
}

/** `14:32`. */
export function formatMinute(time: number): string {
  return local(time).toISOString().slice(11, 16)
}

/** `17 Mar`. */
export function formatDay(time: number): string {
  const date = local(time)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`
}

/** `Mar 2026`. */
export function formatMonth(time: number): string {
  const date = local(time)
  return `${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** `19 Mar 14:32`. */
export function formatMoment(time: number): string {
  return `${formatDay(time)} ${formatMinute(time)}`
}

/** `14:32:07 UTC` on the day of `now`, `19 Mar 14:32 UTC` on any other. */
export function formatAsOf(time: number | null | undefined, now: number): string {
  if (time == null) return UNKNOWN
  const isToday = dayOf(time) === dayOf(now)
  return `${isToday ? formatClock(time) : formatMoment(time)} ${zoneName(time)}`
}

/** `47 s`, `3 m 12 s`, `1 h 28 m`, `5 d 2 h`: the two largest units that count. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms / SECOND)) * SECOND
  if (whole < MINUTE) return `${whole / SECOND} s`
  if (whole < HOUR) return pair(whole, MINUTE, 'm', SECOND, 's')
  if (whole < DAY) return pair(whole, HOUR, 'h', MINUTE, 'm')
  return pair(whole, DAY, 'd', HOUR, 'h')
}

/** A bar's length: `1m`, `30m`, `4h`, `1d`. */
export function formatInterval(ms: number): string {
  if (ms % DAY === 0) return `${ms / DAY}d`
  if (ms % HOUR === 0) return `${ms / HOUR}h`
  if (ms % MINUTE === 0) return `${ms / MINUTE}m`
  return `${ms / SECOND}s`
}

/** A date whose UTC fields read as the zone's clock. */
function local(time: number): Date {
  return new Date(time + zoneOffset(time))
}

function dayOf(time: number): number {
  return Math.floor((time + zoneOffset(time)) / DAY)
}

function monthsOf(language: string): readonly string[] {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { month: 'short', timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) =>
    format
      .format(Date.UTC(2026, month, 1))
      .replace(/\.$/, '')
      .replace('Sept', 'Sep'),
  )
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small)
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
}
