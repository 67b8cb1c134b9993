import { type HeatmapColumn, LEVERAGE_GROUPS, type LiquidationMap, type ModelNote } from './liquidation-map.ts'

const UNKNOWN_MODEL: ModelNote = { name: 'unknown', version: 'unknown', weights: 'prior', notes: [] }

/**
 * A closed heatmap column as a map: as it was drawn then. Its bounds and leverage split were not kept, so both bounds
 * equal the estimate and all of it counts as leverage unknown.
 */
export function mapOfColumn(
  { openTime, intervalMs, price, step, firstBin, values }: HeatmapColumn,
  market: LiquidationMap['market'] = 'file:unknown',
  model: ModelNote = UNKNOWN_MODEL,
): LiquidationMap {
  const isBelow = (i: number) => Math.exp((firstBin + i + 0.5) * step) < price
  const long = Float64Array.from(values, (value, i) => (isBelow(i) ? value : 0))
  const short = Float64Array.from(values, (value, i) => (isBelow(i) ? 0 : value))
  const byLeverage = new Float64Array(LEVERAGE_GROUPS.length * values.length)
  byLeverage.set(values, LEVERAGE_GROUPS.indexOf('unknown') * values.length)
  return {
    kind: 'liquidationMap',
    market,
    at: openTime + intervalMs,
    price,
    step,
    firstBin,
    bins: values.length,
    long,
    short,
    longLow: long,
    longHigh: long,
    shortLow: short,
    shortHigh: short,
    byLeverage,
    model,
  }
}
