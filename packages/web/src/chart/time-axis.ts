import { formatDay, formatMinute, formatMonth, zoneOffset } from '../format/time.ts'

export interface TimeTick {
  readonly time: number // epoch ms
  readonly x: number
  readonly text: string
  /** A new day on an axis of hours, a new month on one of days. */
  readonly isMajor: boolean
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  ...[5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 4, 7, 14, 28, 56].map((days) => days * DAY),
]

/** Least distance between two labels, and from a label's middle to the edge, CSS pixels. */
const TICK_EVERY_PX = 62
const EDGE_PX = 24

/** Labels of a linear time axis at round times of the page's zone, none of them cut by an edge. */
export function timeTicks(from: number, to: number, width: number): TimeTick[] {
  if (!(to > from) || width <= 0) return []
  const perPixel = (to - from) / width
  const step = STEPS.find((candidate) => candidate / perPixel >= TICK_EVERY_PX) ?? STEPS.at(-1)!
  const ticks: TimeTick[] = []
  const start = from + zoneOffset(from)
  const end = to + zoneOffset(to)
  for (let local = Math.ceil(start / step) * step; local <= end; local += step) {
    const time = local - zoneOffset(local - zoneOffset(local))
    const x = (time - from) / perPixel
    if (x < EDGE_PX || x > width - EDGE_PX) continue
    const isDay = local % DAY === 0
    const isFirstOfMonth = isDay && new Date(local).getUTCDate() <= Math.max(1, step / DAY)
    const text = !isDay ? formatMinute(time) : step > 14 * DAY ? formatMonth(time) : formatDay(time)
    ticks.push({ time, x, text, isMajor: step < DAY ? isDay : isFirstOfMonth })
  }
  return ticks
}
