import { binOf, GRID_STEP, priceAt } from '../../estimate/price-grid.ts'
import { findClusters } from '../../insight/cluster.ts'
import type { Cluster, LiquidationMap } from '../../map/liquidation-map.ts'
import type { OutwardMap } from './outward-map.ts'

/** Clusters of each map that are compared, the largest of both sides. */
const LARGEST = 10
/** A hit: middles of mass no farther apart than this, in ln(price). */
const HIT_WITHIN = 0.005

export interface ClusterMatch {
  /** Part of the map's largest clusters that hit a true one. */
  readonly precision: number
  /** Part of the largest true clusters that were hit. */
  readonly recall: number
}

/**
 * The ten largest clusters of a map against the ten largest true ones: both found by the same rule (`findClusters`),
 * on the same side, and each used for one hit only, nearest pairs first. So a map that is one wide band hits once at
 * most. `undefined` when either map has no cluster.
 */
export function matchClusters(map: OutwardMap, truth: OutwardMap): ClusterMatch | undefined {
  const found = largestOf(map)
  const real = largestOf(truth)
  if (found.length === 0 || real.length === 0) return undefined
  const pairs = found
    .flatMap((own, i) =>
      real.map((other, j) => ({
        i,
        j,
        apart: own.side === other.side ? Math.abs(Math.log(own.price / other.price)) : Number.POSITIVE_INFINITY,
      })),
    )
    .filter(({ apart }) => apart <= HIT_WITHIN)
    .sort((a, b) => a.apart - b.apart || a.i - b.i || a.j - b.j)
  const usedOwn = new Set<number>()
  const usedReal = new Set<number>()
  for (const { i, j } of pairs) {
    if (usedOwn.has(i) || usedReal.has(j)) continue
    usedOwn.add(i)
    usedReal.add(j)
  }
  return { precision: usedOwn.size / found.length, recall: usedReal.size / real.length }
}

function largestOf(map: OutwardMap): Cluster[] {
  return findClusters(asLiquidationMap(map))
    .sort((a, b) => b.notional - a.notional)
    .slice(0, LARGEST)
}

/** A map around a mark of 1 to find clusters in: sizes as they are, no uncertainty. */
function asLiquidationMap({ long, short }: OutwardMap): LiquidationMap {
  const reach = Math.max(long.length, short.length)
  const bins = 2 * reach + 1
  const below = new Float64Array(bins)
  const above = new Float64Array(bins)
  for (let j = 0; j < long.length; j++) below[reach - 1 - j] = long[j]!
  for (let j = 0; j < short.length; j++) above[reach + 1 + j] = short[j]!
  return {
    kind: 'liquidationMap',
    market: 'file:SHAPE',
    at: 0,
    price: priceAt(0.5),
    step: GRID_STEP,
    firstBin: binOf(1) - reach,
    bins,
    long: below,
    short: above,
    longLow: below,
    longHigh: below,
    shortLow: above,
    shortHigh: above,
    byLeverage: new Float64Array(0),
    model: { name: 'shape', version: '1', weights: 'prior', notes: [] },
  }
}
