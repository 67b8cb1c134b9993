import { UNKNOWN } from './number.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `14:32:07`, UTC. */
export function formatClock(time: number): string {
  return new Date(time).toISOString().slice(11, 19)
}

/** `14:32`, UTC. */
export function formatMinute(time: number): string {
  return new Date(time).toISOString().slice(11, 16)
}

/** `17 Mar`, UTC. */
export function formatDay(time: number): string {
  const date = new Date(time)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

/** `Mar 2026`, UTC. */
export function formatMonth(time: number): string {
  const date = new Date(time)
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** `19 Mar 14:32`, UTC. */
export function formatMoment(time: number): string {
  return `${formatDay(time)} ${formatMinute(time)}`
}

/** `14:32:07 UTC` on the day of `now`, `19 Mar 14:32 UTC` on any other. */
export function formatAsOf(time: number | null | undefined, now: number): string {
  if (time == null) return UNKNOWN
  return `${Math.floor(time / DAY) === Math.floor(now / DAY) ? formatClock(time) : formatMoment(time)} UTC`
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

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small)
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
}
