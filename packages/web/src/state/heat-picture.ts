import type { BarJson, ForcedOrderJson, GapJson, HeatmapJson, MarketUpdate } from '@liqscope/protocol'
import { appendColumn, type HeatGrid } from '../chart/heatmap/build.ts'

/** What stands behind and beside the map for one range: closed columns, bars, forced orders and gaps. */
export interface HeatPicture {
  readonly market: string
  readonly simulated: boolean
  readonly intervalMs: number
  /** ESTIMATED. */
  readonly grid: HeatGrid
  /** In order of `openTime`, one interval each; an interval without a bar is a gap. */
  readonly bars: readonly BarJson[]
  /** OBSERVED, oldest first. */
  readonly forcedOrders: readonly ForcedOrderJson[]
  readonly gaps: readonly GapJson[]
  /** False when the range asked for is longer than what is held. */
  readonly complete: boolean
  /** The shorter bars of the interval in progress, by open time. */
  readonly parts: readonly BarJson[]
}

/** Orders kept for the list and the rings; older ones leave first. */
const MAX_FORCED_ORDERS = 20_000
/** Columns and bars kept beyond a range while the page stays open. */
const MAX_COLUMNS = 4_000

export function pictureOf(json: HeatmapJson): HeatPicture {
  return {
    market: json.market,
    simulated: json.simulated,
    intervalMs: json.intervalMs,
    grid: {
      step: json.gridStep,
      firstBin: json.firstBin,
      bins: json.bins,
      openTimes: json.openTimes,
      prices: json.prices,
      values: Float32Array.from(json.values),
    },
    bars: json.bars,
    forcedOrders: json.forcedOrders,
    gaps: json.gaps,
    complete: json.complete,
    parts: [],
  }
}

/** The picture after an update of its market. Closed columns and bars are appended, never changed. */
export function withUpdate(picture: HeatPicture, update: MarketUpdate): HeatPicture {
  const { columns = [], bars = [], forcedOrders = [], gaps = [] } = update
  let next = picture
  for (const column of columns)
    if (column.intervalMs === picture.intervalMs) next = { ...next, grid: appendColumn(next.grid, column, MAX_COLUMNS) }
  for (const bar of bars) next = withBar(next, bar, bar.intervalMs)
  if (forcedOrders.length > 0)
    next = { ...next, forcedOrders: [...next.forcedOrders, ...forcedOrders].slice(-MAX_FORCED_ORDERS) }
  if (gaps.length > 0) next = { ...next, gaps: withGaps(next.gaps, gaps) }
  return next
}

function withBar(picture: HeatPicture, bar: BarJson, intervalMs: number): HeatPicture {
  if (intervalMs === picture.intervalMs) return { ...picture, bars: upsert(picture.bars, bar) }
  if (intervalMs > picture.intervalMs) return picture
  const openTime = Math.floor(bar.openTime / picture.intervalMs) * picture.intervalMs
  const parts = upsert(
    picture.parts.filter((part) => part.openTime >= openTime),
    bar,
  )
  const held = picture.bars.at(-1)
  const isNew = held === undefined || openTime > held.openTime
  if (!isNew && openTime < held.openTime) return picture
  // Until the interval we came in at has closed, its bar has a past the parts do not know: only extremes and the
  // close can be added to it. The server sends the whole bar when it closes.
  const isWhole = isNew || parts[0]?.openTime === openTime
  const folded = isWhole ? fold(openTime, parts) : { ...fold(openTime, [held, bar]), ...sumsOf(held) }
  return { ...picture, parts, bars: upsert(picture.bars, folded) }
}

/** One bar of several, oldest first. A sum is unknown when nobody knows a part of it. */
function fold(openTime: number, parts: readonly BarJson[]): BarJson {
  const first = parts[0]!
  const last = parts.at(-1)!
  const sum = (read: (bar: BarJson) => number | null) =>
    parts.every((part) => read(part) === null) ? null : parts.reduce((total, part) => total + (read(part) ?? 0), 0)
  const newest = (read: (bar: BarJson) => number | null) =>
    parts.reduce<number | null>((value, part) => read(part) ?? value, null)
  return {
    openTime,
    open: first.open,
    high: Math.max(...parts.map((part) => part.high)),
    low: Math.min(...parts.map((part) => part.low)),
    close: last.close,
    volume: sum((bar) => bar.volume),
    takerBuyVolume: sum((bar) => bar.takerBuyVolume),
    openInterest: newest((bar) => bar.openInterest),
    fundingRate: newest((bar) => bar.fundingRate),
    longLiquidated: sum((bar) => bar.longLiquidated),
    shortLiquidated: sum((bar) => bar.shortLiquidated),
  }
}

function sumsOf({ volume, takerBuyVolume, longLiquidated, shortLiquidated }: BarJson): Partial<BarJson> {
  return { volume, takerBuyVolume, longLiquidated, shortLiquidated }
}

/** Puts a bar at its place; bars arrive at the end nearly always. */
function upsert(bars: readonly BarJson[], bar: BarJson): readonly BarJson[] {
  const last = bars.at(-1)
  if (last === undefined || bar.openTime > last.openTime) return [...bars, bar].slice(-MAX_COLUMNS)
  const at = bars.findLastIndex((other) => other.openTime <= bar.openTime)
  const isSame = at >= 0 && bars[at]!.openTime === bar.openTime
  return [...bars.slice(0, isSame ? at : at + 1), bar, ...bars.slice(at + 1)]
}

/** A gap that grew replaces itself: same channel, same beginning. */
function withGaps(held: readonly GapJson[], news: readonly GapJson[]): readonly GapJson[] {
  const isRenewed = (gap: GapJson) => news.some((other) => other.channel === gap.channel && other.from === gap.from)
  return [...held.filter((gap) => !isRenewed(gap)), ...news]
}
