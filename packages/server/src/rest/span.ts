import { RANGE_MS, type Range } from '@liqscope/protocol'
import type { Market } from '../market/market.ts'
import { epochOf, INTERVAL_MS, INTERVALS, type Interval } from './query.ts'

/** More columns than this are narrower than a pixel and slow to send: 12 h of minutes are 720. */
const MAX_COLUMNS = 750

/** Widths that the heatmap keeps only where the bars themselves have them. */
const ONLY_OWN: ReadonlySet<Interval> = new Set(['1h'])

export interface Span {
  readonly intervalMs: number
  /** Open time of the first column, epoch ms, a multiple of the interval. */
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** The columns that `range` up to `to` (or the newest data) asks for. Undefined before the first event. */
export function spanOf(
  state: Market,
  asked: { range: Range; to?: string | undefined; interval?: Interval | undefined },
): Span | undefined {
  const newest = state.at
  if (newest === undefined) return undefined
  const to = Math.min(asked.to === undefined ? newest : epochOf(asked.to), newest)
  const length = RANGE_MS[asked.range]
  // Never finer than the data: a file of hours has no minutes to show.
  const { finestInterval } = state
  const usable = INTERVALS.filter(
    (name) => INTERVAL_MS[name] >= finestInterval && (!ONLY_OWN.has(name) || INTERVAL_MS[name] === finestInterval),
  )
  const interval =
    usable.find((name) => name === asked.interval) ??
    usable.find((name) => length / INTERVAL_MS[name] <= MAX_COLUMNS) ??
    usable.at(-1) ??
    '1d'
  const intervalMs = INTERVAL_MS[interval]
  return {
    intervalMs,
    from: Math.max(0, Math.floor((to - length) / intervalMs) * intervalMs),
    to: Math.ceil(to / intervalMs) * intervalMs,
  }
}
