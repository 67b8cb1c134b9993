import { findClusters } from '@liqscope/engine'
import type { MapJson } from '@liqscope/protocol'
import type { HeatGrid } from '../chart/heatmap/build.ts'
import type { HeatPicture } from './heat-picture.ts'
import type { LiveMap } from './live-map.ts'

/** ESTIMATED: the map as it was known at a past moment. */
export interface Past {
  /** End of the column that was the newest then, epoch ms. */
  readonly at: number
  readonly price: number
  readonly map: LiveMap
  readonly clusters: MapJson['clusters']
}

/** By grid: it stays while bars and orders come in, and so does what was read from it. */
const known = new WeakMap<HeatGrid, Map<number, Past>>()

/** The column that was the newest closed one at `moment`; -1 before the first. */
export function columnAt({ grid: { openTimes }, intervalMs }: HeatPicture, moment: number): number {
  return openTimes.findLastIndex((openTime) => openTime + intervalMs <= moment)
}

/**
 * The map of the newest column closed at `moment`, as it was drawn then. Columns keep neither bands nor leverage.
 * Undefined before the first column. Kept: dragging asks for the same column many times.
 */
export function pastOf(picture: HeatPicture, moment: number): Past | undefined {
  const column = columnAt(picture, moment)
  if (column < 0) return undefined
  const held = known.get(picture.grid) ?? new Map<number, Past>()
  known.set(picture.grid, held)
  const past = held.get(column) ?? buildPast(picture, column)
  held.set(column, past)
  return past
}

function buildPast({ grid, intervalMs }: HeatPicture, column: number): Past {
  const { step, firstBin, bins, values } = grid
  const price = grid.prices[column]!
  const at = grid.openTimes[column]! + intervalMs
  const mark = Math.log(price) / step - firstBin
  const mass = values.subarray(column * bins, (column + 1) * bins)
  const long = Float64Array.from(mass, (value, i) => (i + 0.5 < mark ? value : 0))
  const short = Float64Array.from(mass, (value, i) => (i + 0.5 < mark ? 0 : value))
  const none = new Float64Array(0)
  const map: LiveMap = {
    at,
    price,
    step,
    firstBin,
    bins,
    long,
    short,
    hasBands: false,
    longLow: none,
    longHigh: none,
    shortLow: none,
    shortHigh: none,
    byLeverage: none,
    groups: 0,
  }
  const clusters = findClusters({
    ...map,
    kind: 'liquidationMap',
    market: 'file:past',
    longLow: long,
    longHigh: long,
    shortLow: short,
    shortHigh: short,
    model: { name: '', version: '', weights: 'prior', notes: [] },
  })
  return { at, price, map, clusters: clusters.map((cluster) => ({ ...cluster })) }
}

/** A map as REST sends it. Only one folded again has bands and leverage of its own. */
export function pastOfJson(json: MapJson): Past {
  const { bins, gridStep: step, price, clusters, leverageGroups } = json
  const firstBin = Math.floor(Math.log(bins[0]?.price ?? price) / step)
  const array = (read: (bin: MapJson['bins'][number]) => number) => Float64Array.from(bins, read)
  const byLeverage = new Float64Array(leverageGroups.length * bins.length)
  bins.forEach(({ leverage }, i) => {
    leverage.forEach((usd, group) => {
      byLeverage[group * bins.length + i] = usd
    })
  })
  const at = Date.parse(json.at)
  const map: LiveMap = {
    at,
    price,
    step,
    firstBin,
    bins: bins.length,
    long: array(({ long }) => long),
    short: array(({ short }) => short),
    hasBands: json.basis !== 'column',
    longLow: array(({ longLow }) => longLow),
    longHigh: array(({ longHigh }) => longHigh),
    shortLow: array(({ shortLow }) => shortLow),
    shortHigh: array(({ shortHigh }) => shortHigh),
    byLeverage,
    groups: leverageGroups.length,
  }
  return { at, price, map, clusters }
}
