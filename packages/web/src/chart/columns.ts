import type { BarJson } from '@liqscope/protocol'
import type { ISeriesApi, Time } from 'lightweight-charts'
import type { CandleItem } from './candles.ts'
import { chartTime } from './pane-series.ts'
import type { Scene } from './scene.ts'

/** Every interval from the first to the last column, bar or the map of now: a missing one keeps its place. */
export function columnTimes(
  { bars, grid, intervalMs }: NonNullable<Scene['picture']>,
  liveAt: number | undefined,
): readonly number[] {
  const ends = [bars[0]?.openTime, bars.at(-1)?.openTime, grid.openTimes[0], grid.openTimes.at(-1)]
  const known = ends.filter((time) => time !== undefined)
  const newest = Math.max(...known)
  const live = liveAt === undefined ? newest : Math.floor(liveAt / intervalMs) * intervalMs
  if (known.length === 0) return liveAt === undefined ? [] : [live]
  const first = Math.min(...known)
  // A map far newer than the last bar is of a feed that came back: the chart follows when its bars are here.
  const last = live - newest <= 2 * intervalMs ? Math.max(newest, live) : newest
  return Array.from({ length: Math.round((last - first) / intervalMs) + 1 }, (_, i) => first + i * intervalMs)
}

/** What the candles of a chart hold. */
export interface FedCandles {
  readonly times: readonly number[]
  readonly bars: readonly BarJson[]
}

type Candles = ISeriesApi<'Custom', Time, CandleItem | { time: Time }>

/** More bars at once than this are a new picture. */
const MOST_UPDATES = 8

/**
 * Hands the candles what is new: bars at the end one by one, anything else as a whole. A chart that is given all its
 * bars four times a second does little else.
 *
 * @returns whether the whole was handed over, and with it the chart's view of time may have moved.
 */
export function feedCandles(candles: Candles, before: FedCandles, after: FedCandles): boolean {
  const byTime = new Map(after.bars.map((bar) => [bar.openTime, bar]))
  const item = (time: number): CandleItem | { time: Time } => {
    const bar = byTime.get(time)
    return bar ? { time: chartTime(time), bar } : { time: chartTime(time) }
  }
  const changedFrom = firstChange(before, after)
  const news = after.times.filter((time) => time >= changedFrom)
  const last = before.times.at(-1)
  const isTail =
    last !== undefined &&
    changedFrom >= last &&
    before.times[0] === after.times[0] &&
    after.times.length >= before.times.length
  if (!isTail || news.length > MOST_UPDATES) {
    candles.setData(after.times.map(item))
    return true
  }
  for (const time of news) candles.update(item(time))
  return false
}

/** Open time of the oldest bar that differs; bars are never changed in place. Infinity when none does. */
function firstChange(before: FedCandles, after: FedCandles): number {
  let [a, b] = [before.bars.length - 1, after.bars.length - 1]
  let changed = Number.POSITIVE_INFINITY
  // New bars at the end have no partner before.
  while (b >= 0 && (before.bars[a]?.openTime ?? Number.NEGATIVE_INFINITY) < after.bars[b]!.openTime)
    changed = after.bars[b--]!.openTime
  while (a >= 0 && b >= 0 && before.bars[a] !== after.bars[b]) {
    changed = Math.min(before.bars[a--]!.openTime, after.bars[b--]!.openTime)
  }
  const newTime = after.times.find((time) => time > (before.times.at(-1) ?? Number.NEGATIVE_INFINITY))
  return Math.min(changed, newTime ?? Number.POSITIVE_INFINITY)
}
