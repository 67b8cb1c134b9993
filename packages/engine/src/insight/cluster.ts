import type { PositionSide } from '@liqscope/market'
import type { Cluster, LiquidationMap } from '../map/liquidation-map.ts'
import { bandOf } from '../map/uncertainty.ts'

/** The defaults were picked by eye on six days of one market, of twelve settings: nothing tests them yet. */
export interface ClusterOptions {
  /**
   * Standard deviation of the smoothing, in bins. Default: a quarter of what price moves in an hour, from 2 to 8 bins
   * (bands narrower than price's own noise are one band); 3 where the map does not say how price moves.
   */
  readonly smoothingBins?: number
  /** Half-width of the neighbourhood a band is dense against, in bins: a standard deviation. Default 25 (1.25 %). */
  readonly neighbourhoodBins?: number
  /** A peak counts when it stands this part of its neighbourhood's density above its saddle. Default 0.05. */
  readonly persistence?: number
  /** A cluster ends where its excess over the neighbourhood falls below this part of the peak's. Default 0.25. */
  readonly edge?: number
}

/** A neighbourhood counts as at least this part of the densest bin: next to nothing, anything would be dense. */
const LEAST_DENSITY = 0.02

interface Peak {
  /** Index of the bin. */
  readonly at: number
  /** Indices of the saddles toward the next higher or kept peak, the ends of the side where there is none. */
  low: number
  high: number
}

/**
 * The map's dense bands, sorted by price. What counts is the excess of the smoothed map over its neighbourhood,
 * relative to it, so that the thin part near the mark has its clusters too: a wide plateau is no cluster, the edge at which one begins is. Peaks of the excess are ranked by topological persistence
 * (the height of a peak above the saddle at which it joins a higher one), which, unlike a threshold, finds a small
 * cluster in a thin part of the map and none on the slope of a large one. A cluster reaches from its peak to the
 * nearest saddle, or to where the excess falls below a quarter of the peak's if that is nearer; its notional is the
 * whole map's within these bounds.
 */
export function findClusters(map: LiquidationMap, options: ClusterOptions = {}): Cluster[] {
  const { smoothingBins = smoothingOf(map), neighbourhoodBins = 25, persistence = 0.05, edge = 0.25 } = options
  const densest = Math.max(maximumOf(map.long), maximumOf(map.short))
  if (!(densest > 0)) return []
  const sides = (['long', 'short'] as const).map((side) => {
    const [from, to] = extentOf(map, side)
    return { side, from, heights: excess(map[side].subarray(from, to), smoothingBins, neighbourhoodBins, densest) }
  })
  const found = sides.flatMap(({ side, from, heights }) =>
    peaksOf(heights, persistence).map((peak) => {
      const [low, high] = trim(heights, peak, edge)
      return measure(map, side, from + low, from + high)
    }),
  )
  const strongest = found.reduce((most, { notional }) => Math.max(most, notional), 0)
  return nameOutward(found.filter(({ notional }) => notional > 0)).map((cluster) => ({
    ...cluster,
    strength: (100 * cluster.notional) / strongest,
  }))
}

function smoothingOf({ hourVolatility, step }: LiquidationMap): number {
  return hourVolatility === undefined ? 3 : Math.min(8, Math.max(2, (0.25 * hourVolatility) / step))
}

function maximumOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

/** Bins [from, to) on this side of the mark: empty ones beside it are part of a band's neighbourhood. */
function extentOf(map: LiquidationMap, side: PositionSide): [from: number, to: number] {
  const mark = Math.min(map.bins, Math.max(0, Math.log(map.price) / map.step - map.firstBin))
  return side === 'long' ? [0, Math.ceil(mark)] : [Math.floor(mark), map.bins]
}

/** How much denser each bin is than its neighbourhood, as a part of the neighbourhood's density, never negative. */
function excess(values: Float64Array, smoothingBins: number, neighbourhoodBins: number, densest: number): Float64Array {
  const wide = smooth(values, neighbourhoodBins)
  return smooth(values, smoothingBins).map((value, i) =>
    Math.max(0, (value - wide[i]!) / Math.max(wide[i]!, LEAST_DENSITY * densest)),
  )
}

/** Gaussian smoothing within the side: the weights that would fall beyond its ends are shared by the rest. */
function smooth(values: Float64Array, sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma)
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => (sigma > 0 ? Math.exp(-0.5 * (i / sigma) ** 2) : 1))
  return values.map((_, at) => {
    let sum = 0
    let weight = 0
    for (let i = Math.max(0, at - reach); i <= Math.min(values.length - 1, at + reach); i++) {
      sum += kernel[Math.abs(i - at)]! * values[i]!
      weight += kernel[Math.abs(i - at)]!
    }
    return sum / weight
  })
}

/**
 * Peaks whose persistence reaches `least`, in order, with the saddles between neighbouring ones. Bins are flooded from
 * the highest down; where two basins meet, the lower peak dies if it stands less than `least` above the meeting.
 */
function peaksOf(heights: Float64Array, least: number): Peak[] {
  const basin = new Int32Array(heights.length).fill(-1)
  const rootOf = (at: number): number => {
    let root = at
    while (basin[root] !== root) root = basin[root]!
    while (basin[at] !== root) [at, basin[at]] = [basin[at]!, root]
    return root
  }
  const kept = new Set<number>()
  const order = Array.from(heights.keys()).sort((a, b) => heights[b]! - heights[a]! || a - b)
  for (const at of order) {
    const roots = [at - 1, at + 1].filter((near) => (basin[near] ?? -1) >= 0).map(rootOf)
    basin[at] = at
    if (roots.length === 0) {
      kept.add(at)
      continue
    }
    const [higher, lower] =
      roots.length < 2 || heights[roots[0]!]! >= heights[roots[1]!]! ? roots : [roots[1]!, roots[0]!]
    basin[at] = higher!
    if (lower === undefined) continue
    if (heights[lower]! - heights[at]! < least) kept.delete(lower)
    basin[lower] = higher!
  }
  const peaks = [...kept]
    .filter((at) => heights[at]! >= least)
    .sort((a, b) => a - b)
    .map((at) => ({ at, low: 0, high: heights.length - 1 }))
  for (let i = 1; i < peaks.length; i++) {
    let saddle = peaks[i - 1]!.at
    for (let at = saddle; at <= peaks[i]!.at; at++) if (heights[at]! < heights[saddle]!) saddle = at
    peaks[i - 1]!.high = saddle
    peaks[i]!.low = saddle + 1
  }
  return peaks
}

/** The stretch around the peak whose excess stays above `edge` of it, within the saddles. */
function trim(heights: Float64Array, peak: Peak, edge: number): [low: number, high: number] {
  const floor = edge * heights[peak.at]!
  let low = peak.at
  while (low > peak.low && heights[low - 1]! >= floor) low--
  let high = peak.at
  while (high < peak.high && heights[high + 1]! >= floor) high++
  return [low, high]
}

/** The cluster of bins [low, high], still without name and strength. */
function measure(map: LiquidationMap, side: PositionSide, low: number, high: number): Cluster {
  const priceAt = (index: number) => Math.exp((map.firstBin + index) * map.step)
  let notional = 0
  let moment = 0
  let sumLow = 0
  let sumHigh = 0
  for (let i = low; i <= high; i++) {
    notional += map[side][i]!
    moment += map[side][i]! * priceAt(i + 0.5)
    sumLow += map[`${side}Low`][i]!
    sumHigh += map[`${side}High`][i]!
  }
  // Without the map's spread the bins are taken as moving together, which can only widen the band.
  const band = map.spread && notional > 0 ? bandOf(notional, map.spread) : { low: sumLow, high: sumHigh }
  const near = side === 'long' ? Math.min(priceAt(high + 1), map.price) : Math.max(priceAt(low), map.price)
  return {
    id: '',
    side,
    low: side === 'short' ? near : priceAt(low),
    high: side === 'long' ? near : priceAt(high + 1),
    price: notional > 0 ? moment / notional : priceAt((low + high + 1) / 2),
    notional,
    notionalLow: band.low,
    notionalHigh: band.high,
    strength: 0,
    distance: near / map.price - 1,
  }
}

/** Sorted by price and named outward from the mark: L1 is the nearest below, S1 the nearest above. */
function nameOutward(clusters: readonly Cluster[]): Cluster[] {
  const sorted = [...clusters].sort((a, b) => a.price - b.price)
  const longs = sorted.filter(({ side }) => side === 'long')
  const shorts = sorted.filter(({ side }) => side === 'short')
  return [
    ...longs.map((cluster, i) => ({ ...cluster, id: `L${longs.length - i}` })),
    ...shorts.map((cluster, i) => ({ ...cluster, id: `S${i + 1}` })),
  ]
}
