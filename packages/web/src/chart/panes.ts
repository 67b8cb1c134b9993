import type { BarJson, ForcedOrderJson } from '@liqscope/protocol'
import { ringsOf } from './rings.ts'

/** The panes below the plot, from top to bottom. */
export type PaneName = 'volume' | 'openInterest' | 'funding' | 'forced'

export interface Pane {
  readonly name: PaneName
  readonly height: number // CSS pixels
}

/** One bar's value in a pane; `part` is drawn in front (taker buys of the volume) or below zero (forced longs). */
export interface PanePoint {
  readonly openTime: number
  readonly value: number
  readonly part: number | undefined
}

type Layout = 'phone' | 'tablet' | 'desktop' | 'wide'

const HEIGHTS: Readonly<Record<Layout, readonly (readonly [PaneName, number])[]>> = {
  phone: [['openInterest', 44]],
  tablet: [
    ['volume', 44],
    ['forced', 50],
  ],
  desktop: [
    ['volume', 50],
    ['openInterest', 50],
    ['funding', 46],
    ['forced', 58],
  ],
  wide: [
    ['volume', 84],
    ['openInterest', 84],
    ['funding', 84],
    ['forced', 96],
  ],
}

/** The plot keeps at least this much; panes go first when the window is low. */
const LEAST_PLOT_PX = 200

/** The panes that fit and have something to show: an empty one would be a promise nobody keeps. */
export function panesFor(width: number, height: number, has: (name: PaneName) => boolean): readonly Pane[] {
  const layout: Layout = width < 420 ? 'phone' : height > 1000 ? 'wide' : height > 560 ? 'desktop' : 'tablet'
  const panes = HEIGHTS[layout].filter(([name]) => has(name)).map(([name, px]) => ({ name, height: px }))
  while (panes.length > 0 && height - panes.reduce((sum, pane) => sum + pane.height + 1, 0) < LEAST_PLOT_PX) panes.pop()
  return panes
}

/** The points of a pane; bars that do not know the figure have none. */
export function panePoints(
  name: PaneName,
  bars: readonly BarJson[],
  orders: readonly ForcedOrderJson[],
  intervalMs: number,
): readonly PanePoint[] {
  switch (name) {
    case 'volume':
      return bars.flatMap(({ openTime, volume, takerBuyVolume }) =>
        volume === null ? [] : [{ openTime, value: volume, part: takerBuyVolume ?? undefined }],
      )
    case 'openInterest':
      return bars.flatMap(({ openTime, openInterest, close }) =>
        openInterest === null ? [] : [{ openTime, value: openInterest * close, part: undefined }],
      )
    case 'funding':
      return bars.flatMap(({ openTime, fundingRate }) =>
        fundingRate === null ? [] : [{ openTime, value: fundingRate, part: undefined }],
      )
    case 'forced':
      return forcedPoints(bars, orders, intervalMs)
  }
}

/** Forced shorts above zero and forced longs below it, USD per bar. */
function forcedPoints(
  bars: readonly BarJson[],
  orders: readonly ForcedOrderJson[],
  intervalMs: number,
): readonly PanePoint[] {
  const sums = new Map<number, { short: number; long: number }>()
  for (const { openTime, side, notional } of ringsOf(bars, orders, intervalMs)) {
    const sum = sums.get(openTime) ?? { short: 0, long: 0 }
    sum[side] += notional
    sums.set(openTime, sum)
  }
  return [...sums]
    .map(([openTime, { short, long }]) => ({ openTime, value: short, part: long }))
    .sort((a, b) => a.openTime - b.openTime)
}
