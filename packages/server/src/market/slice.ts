import { findClusters, type HeatmapColumn, type LiquidationMap } from '@liqscope/engine'
import type { Gap, LiquidationOrder } from '@liqscope/market'
import type { ColumnSlice, ForcedOrderJson, GapJson, MapSlice, MarketUpdate } from '@liqscope/protocol'

/** Bins [from, to) of a map as an update carries them. The arrays are views: encode before the next event. */
export function mapSlice(map: LiquidationMap, from = 0, to = map.bins): MapSlice {
  const groups = map.bins === 0 ? 0 : map.byLeverage.length / map.bins
  const width = to - from
  const byLeverage = new Float64Array(groups * width)
  for (let group = 0; group < groups; group++)
    byLeverage.set(map.byLeverage.subarray(group * map.bins + from, group * map.bins + to), group * width)
  return {
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

/** What a map says beside its bins. */
export function mapFacts(map: LiquidationMap): Pick<MarketUpdate, 'clusters' | 'model' | 'openInterest'> {
  return {
    clusters: findClusters(map).map((cluster) => ({ ...cluster })),
    model: { ...map.model, notes: [...map.model.notes] },
    openInterest: map.openInterest ? { ...map.openInterest } : null,
  }
}

export function columnSlice({ openTime, intervalMs, price, step, firstBin, values }: HeatmapColumn): ColumnSlice {
  return { openTime, intervalMs, price, step, firstBin, values }
}

export function forcedOrderJson(order: LiquidationOrder): ForcedOrderJson {
  const [venue = ''] = order.instrument.split(':')
  return {
    time: order.exchangeTime,
    positionSide: order.positionSide,
    price: order.price,
    priceKind: order.priceKind,
    size: order.size,
    notional: order.size * order.price,
    venue,
  }
}

export function gapJson({ from, to, channel, reason }: Gap): GapJson {
  return { from, to, channel, reason }
}
