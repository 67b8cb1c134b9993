import { findClusters, type HeatmapColumn, type LiquidationMap } from '@liqscope/engine'
import type { Gap, LiquidationOrder } from '@liqscope/market'
import {
  type ColumnSlice,
  type ForcedOrderJson,
  type GapJson,
  type MapSlice,
  type MarketUpdate,
  shareJson,
} from '@liqscope/protocol'

/** Bins [from, to) of a map as an update carries them. The arrays are views: encode before the next event. */
export function mapSlice(map: LiquidationMap, from = 0, to = map.bins): MapSlice {
  const byLeverage = rowsBetween(map.byLeverage, map.bins, from, to)
  return {
    ...(map.byVenue && { byVenue: rowsBetween(map.byVenue, map.bins, from, to) }),
    at: map.at,
    price: map.price,
    step: map.step,
    firstBin: map.firstBin,
    bins: map.bins,
    from,
    to,
    long: map.long.subarray(from, to),
    short: map.short.subarray(from, to),
    longLow: map.longLow.subarray(from, to),
    longHigh: map.longHigh.subarray(from, to),
    shortLow: map.shortLow.subarray(from, to),
    shortHigh: map.shortHigh.subarray(from, to),
    byLeverage,
  }
}

/** Columns [from, to) of a table whose rows have `bins` values. */
function rowsBetween(table: Float64Array, bins: number, from: number, to: number): Float64Array {
  const rows = bins === 0 ? 0 : table.length / bins
  const width = to - from
  const part = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) part.set(table.subarray(row * bins + from, row * bins + to), row * width)
  return part
}

/** What a map says beside its bins. */
export function mapFacts(map: LiquidationMap): Pick<MarketUpdate, 'clusters' | 'model' | 'openInterest' | 'shares'> {
  return {
    clusters: findClusters(map).map((cluster) => ({ ...cluster })),
    model: { ...map.model, notes: [...map.model.notes] },
    openInterest: map.openInterest ? { ...map.openInterest } : null,
    ...(map.shares && { shares: map.shares.map(shareJson) }),
  }
}

export function columnSlice({ openTime, intervalMs, price, step, firstBin, values }: HeatmapColumn): ColumnSlice {
  return { openTime, intervalMs, price, step, firstBin, values }
}

/** @param triggerPrice where it was triggered, when that is known */
export function forcedOrderJson(order: LiquidationOrder, triggerPrice?: number): ForcedOrderJson {
  const [venue = ''] = order.instrument.split(':')
  return {
    time: order.exchangeTime,
    positionSide: order.positionSide,
    price: order.price,
    priceKind: order.priceKind,
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
    size: order.size,
    notional: order.size * order.price,
    venue,
  }
}

export function gapJson({ from, to, channel, reason }: Gap): GapJson {
  return { from, to, channel, reason }
}

/** Appends; past `bound` the oldest tenth goes, so that the cost of dropping is shared by many additions. */
export function pushBounded<T>(list: T[], item: T, bound: number): void {
  list.push(item)
  if (list.length > bound) list.splice(0, Math.ceil(bound / 10))
}
