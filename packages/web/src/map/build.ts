import { binsPerRow } from '../chart/heatmap/build.ts'
import { type MapRow, mapRows } from '../chart/profile/build.ts'
import type { DrawnBar } from '../chart/scene.ts'
import { roundTop } from '../chart/ticks.ts'
import type { Unit } from '../state/layout.ts'
import type { LiveMap } from '../state/live-map.ts'

/** The part of the price axis in view, linear. */
export interface PriceWindow {
  readonly low: number
  readonly high: number
}

/** The rectangle of the bars, CSS pixels in the canvas. */
export interface PlotBox {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface MapBar extends DrawnBar {
  readonly row: MapRow
}

export interface MapLayout {
  readonly bars: readonly MapBar[]
  /** USD of the top of the left scale: the strongest bar in view for strength, a round amount for USD. */
  readonly full: number
  readonly top: number
  /** USD of the top of the right scale. */
  readonly curveTop: number
  readonly size: number // bins per bar
  readonly rowStep: number // ln(price)
}

/** Bars narrower than this cannot be told apart or pointed at. */
const MIN_BAR_PX = 5
/** A window shows this much to each side of the mark at first, as a share of the price; more when clusters lie beyond. */
const DEFAULT_REACH = 0.05
const LARGEST_REACH = 0.15
/** In USD the scale makes room for bands up to this many times the strongest bar; longer ones run out of it. */
const LARGEST_BAND = 2.6

/** The window of a fresh page: the mark in its middle, the nearest clusters of each side inside. */
export function defaultWindow(
  price: number,
  clusters: readonly { readonly side: string; readonly low: number; readonly high: number }[],
): PriceWindow {
  const reaches = (['long', 'short'] as const).map((side) => {
    const near = clusters.filter((cluster) => cluster.side === side).slice(0, 3)
    return Math.max(0, ...near.map(({ low, high }) => Math.abs((side === 'long' ? low : high) / price - 1)))
  })
  const reach = Math.min(LARGEST_REACH, Math.max(DEFAULT_REACH, ...reaches.map((share) => share * 1.08)))
  return { low: price * (1 - reach), high: price * (1 + reach) }
}

/** Places the map's bars in a box. Heights are proportional to USD, the strongest bar in view is 100. */
export function layoutMap(map: LiveMap, window: PriceWindow, box: PlotBox, unit: Unit): MapLayout {
  const perPrice = (box.right - box.left) / (window.high - window.low)
  const size = binsPerRow(map.price * map.step * perPrice, MIN_BAR_PX)
  const rows = mapRows(map, size).filter((row) => Math.exp(row.to) > window.low && Math.exp(row.from) < window.high)
  const full = rows.reduce((most, row) => Math.max(most, row.notional), 0)
  const highest = rows.reduce((most, row) => Math.max(most, row.high ?? row.notional), 0)
  // In USD the band has to fit too, but an outlier of a band must not flatten every bar.
  const top = unit === 'usd' && full > 0 ? roundTop(Math.min(Math.max(full, highest), LARGEST_BAND * full)) : full
  const curves = (['short', 'long'] as const).map((side) => reachOf(map, side, window))
  const most = Math.max(...curves)
  const bars = rows.map((row): MapBar => {
    const from = Math.max(box.left, box.left + (Math.exp(row.from) - window.low) * perPrice)
    const to = Math.min(box.right, box.left + (Math.exp(row.to) - window.low) * perPrice)
    const height = top > 0 ? (row.notional / top) * (box.bottom - box.top) : 0
    const gap = to - from > 4 ? 1 : 0
    return {
      row,
      price: Math.exp((row.from + row.to) / 2),
      side: row.side,
      notional: row.notional,
      x: from,
      y: box.bottom - height,
      width: Math.max(0.5, to - from - gap),
      height,
    }
  })
  return { bars, full, top, curveTop: most > 0 ? roundTop(most) : 0, size, rowStep: map.step * size }
}

/** Everything of one side between the mark and the edge of the window, USD. */
function reachOf(map: LiveMap, side: 'long' | 'short', window: PriceWindow): number {
  let sum = 0
  for (let i = 0; i < map.bins; i++) {
    const price = Math.exp((map.firstBin + i + 0.5) * map.step)
    if (side === 'short' ? price <= window.high : price >= window.low) sum += map[side][i]!
  }
  return sum
}

/** Max pain of a side: the bar in view at which the most is forced. Undefined when the side has none. */
export function maxPain({ bars }: Pick<MapLayout, 'bars'>, side: 'long' | 'short'): MapBar | undefined {
  return bars
    .filter((bar) => bar.side === side)
    .reduce<MapBar | undefined>((most, bar) => (most && most.notional >= bar.notional ? most : bar), undefined)
}
