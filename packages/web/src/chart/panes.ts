import type { BarJson, ForcedOrderJson } from '@liqscope/protocol'
import type { HeatPicture } from '../state/heat-picture.ts'
import { ringsOf } from './rings.ts'

/** The panes below the plot, from top to bottom. */
export type PaneName = 'volume' | 'openInterest' | 'funding' | 'cvd' | 'forced'

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

type Size = 'phone' | 'tablet' | 'desktop' | 'wide'

const HEIGHTS: Readonly<Record<PaneName, Readonly<Record<Size, number>>>> = {
  volume: { phone: 44, tablet: 44, desktop: 50, wide: 84 },
  openInterest: { phone: 44, tablet: 44, desktop: 50, wide: 84 },
  funding: { phone: 44, tablet: 44, desktop: 46, wide: 84 },
  cvd: { phone: 44, tablet: 44, desktop: 50, wide: 84 },
  forced: { phone: 44, tablet: 50, desktop: 58, wide: 96 },
}

/** What stands there until a person chooses. */
const USUAL: Readonly<Record<Size, readonly PaneName[]>> = {
  phone: ['openInterest'],
  tablet: ['volume', 'forced'],
  desktop: ['volume', 'openInterest', 'funding', 'forced'],
  wide: ['volume', 'openInterest', 'funding', 'cvd', 'forced'],
}

/** The plot keeps at least this much; panes go first when the window is low. */
const LEAST_PLOT_PX = 200

/**
 * The panes that fit and have something to show: an empty one would be a promise nobody keeps.
 *
 * @param chosen in the order they stand; undefined takes the usual ones of this size.
 */
export function panesFor(
  width: number,
  height: number,
  has: (name: PaneName) => boolean,
  chosen?: readonly PaneName[],
): readonly Pane[] {
  const size: Size = width < 420 ? 'phone' : height > 1000 ? 'wide' : height > 560 ? 'desktop' : 'tablet'
  const panes = (chosen ?? USUAL[size]).filter(has).map((name) => ({ name, height: HEIGHTS[name][size] }))
  while (panes.length > 0 && height - panes.reduce((sum, pane) => sum + pane.height + 1, 0) < LEAST_PLOT_PX) panes.pop()
  return panes
}

const known = new WeakMap<HeatPicture, Map<PaneName, readonly PanePoint[]>>()

/** The points of a pane of a picture, computed once for each. */
export function panePointsOf(picture: HeatPicture, name: PaneName): readonly PanePoint[] {
  const held = known.get(picture) ?? new Map<PaneName, readonly PanePoint[]>()
  known.set(picture, held)
  const points = held.get(name) ?? panePoints(name, picture.bars, picture.forcedOrders, picture.intervalMs)
  held.set(name, points)
  return points
}

/** The points of a pane; bars that do not know the figure have none. */
function panePoints(
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
    case 'cvd':
      return cumulativeDelta(bars)
    case 'forced':
      return forcedPoints(bars, orders, intervalMs)
  }
}

/** Taker buys minus taker sells since the first bar that knows both, base units. */
function cumulativeDelta(bars: readonly BarJson[]): readonly PanePoint[] {
  let sum = 0
  return bars.flatMap(({ openTime, volume, takerBuyVolume }) => {
    if (volume === null || takerBuyVolume === null) return []
    sum += 2 * takerBuyVolume - volume
    return [{ openTime, value: sum, part: undefined }]
  })
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
