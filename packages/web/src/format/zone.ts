const MINUTE = 60_000
/** Zones change their offset at quarters of an hour only. */
const QUARTER = 15 * MINUTE

/**
 * How far a zone (IANA name) is ahead of UTC at a moment, ms. Asking the browser costs microseconds a time, so that
 * each quarter of an hour is asked once.
 */
export function zoneClock(name: string): (time: number) => number {
  if (name === 'UTC') return () => 0
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const offsets = new Map<number, number>()
  return (time) => {
    const quarter = Math.floor(time / QUARTER) * QUARTER
    const known = offsets.get(quarter)
    if (known !== undefined) return known
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(quarter)) part[type] = Number(value)
    const offset = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!) - quarter
    offsets.set(quarter, offset)
    return offset
  }
}
