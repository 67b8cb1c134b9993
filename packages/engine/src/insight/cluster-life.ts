import type { PositionSide } from '@liqscope/market'
import type { Cluster } from '../map/liquidation-map.ts'

/** Growth by this factor over what a cluster was when it was born or last grew is told. */
const GROWN_BY = 1.5
/** A cluster not found again is kept in mind for so many maps: one at the edge of being one flickers. */
const MISSED_AT_MOST = 2
/** Two bands are the same cluster when they overlap by this part of the narrower one. */
const LEAST_OVERLAP = 0.5

/** What a map and the price path since the map before say. */
export interface ClusterSighting {
  readonly at: number // epoch ms
  readonly clusters: readonly Cluster[]
  /** Extremes of price since the sighting before: what they crossed was swept. */
  readonly low: number
  readonly high: number
}

/** One cluster over time. `key` never changes and is never used again; `id` counts outward from the mark and does. */
export interface ClusterLife {
  readonly key: string
  readonly side: PositionSide
  readonly low: number
  readonly high: number
  readonly price: number
  readonly notional: number
  readonly bornAt: number
  /** When it last grew, epoch ms; undefined when it never did. */
  readonly grownAt: number | undefined
  readonly seenAt: number
  /** Notional when it was born or last grew. */
  readonly base: number
  readonly missed: number
}

export type ClusterEvent = {
  readonly kind: 'born' | 'grown' | 'swept' | 'closed'
  readonly at: number
  readonly key: string
  readonly side: PositionSide
  readonly price: number
  readonly notional: number
}

export interface ClusterLives {
  readonly living: readonly ClusterLife[]
  /** Keys given so far. */
  readonly born: number
  /** What the last sighting changed. */
  readonly events: readonly ClusterEvent[]
}

export const NO_LIVES: ClusterLives = { living: [], born: 0, events: [] }

/**
 * Follows clusters from map to map: each found band goes to the living cluster it overlaps most, the largest overlaps
 * first. A cluster that is not found again was swept when price crossed its middle since, closed otherwise. Pure: the
 * same sightings give the same keys.
 */
export function followClusters(before: ClusterLives, sighting: ClusterSighting): ClusterLives {
  const { at, clusters, low, high } = sighting
  const events: ClusterEvent[] = []
  const tell = (kind: ClusterEvent['kind'], { key, side, price, notional }: ClusterLife) =>
    events.push({ kind, at, key, side, price, notional })
  const living: ClusterLife[] = []
  const isSwept = (life: ClusterLife) => (life.side === 'long' ? low <= life.price : high >= life.price)
  const standing = before.living.filter((life) => {
    if (!isSwept(life)) return true
    tell('swept', life)
    return false
  })
  const pairs = standing
    .flatMap((life) => clusters.map((cluster) => ({ life, cluster, overlap: overlapOf(life, cluster) })))
    .filter(({ overlap }) => overlap >= LEAST_OVERLAP)
    .sort((a, b) => b.overlap - a.overlap || a.life.bornAt - b.life.bornAt)
  const taken = new Set<Cluster>()
  const found = new Set<ClusterLife>()
  for (const { life, cluster } of pairs) {
    if (taken.has(cluster) || found.has(life)) continue
    taken.add(cluster)
    found.add(life)
    const grew = cluster.notional >= GROWN_BY * life.base
    const next: ClusterLife = {
      ...life,
      low: cluster.low,
      high: cluster.high,
      price: cluster.price,
      notional: cluster.notional,
      grownAt: grew ? at : life.grownAt,
      base: grew ? cluster.notional : life.base,
      seenAt: at,
      missed: 0,
    }
    if (grew) tell('grown', next)
    living.push(next)
  }
  for (const life of standing) {
    if (found.has(life)) continue
    if (life.missed >= MISSED_AT_MOST) tell('closed', life)
    else living.push({ ...life, missed: life.missed + 1 })
  }
  let { born } = before
  for (const cluster of clusters) {
    if (taken.has(cluster)) continue
    born++
    const { side, price, notional } = cluster
    const life: ClusterLife = {
      key: `c${born}`,
      side,
      low: cluster.low,
      high: cluster.high,
      price,
      notional,
      bornAt: at,
      grownAt: undefined,
      seenAt: at,
      base: notional,
      missed: 0,
    }
    tell('born', life)
    living.push(life)
  }
  return { living: living.sort((a, b) => a.price - b.price), born, events }
}

/** The life of a cluster of the same moment; undefined when it was not followed yet. */
export function lifeOf({ living }: ClusterLives, cluster: Cluster): ClusterLife | undefined {
  return living.reduce<ClusterLife | undefined>((best, life) => {
    const overlap = overlapOf(life, cluster)
    return overlap >= LEAST_OVERLAP && (best === undefined || overlap > overlapOf(best, cluster)) ? life : best
  }, undefined)
}

/** Part of the narrower band that both cover, 0 on different sides. */
function overlapOf(a: Pick<Cluster, 'side' | 'low' | 'high'>, b: Pick<Cluster, 'side' | 'low' | 'high'>): number {
  if (a.side !== b.side) return 0
  const common = Math.min(a.high, b.high) - Math.max(a.low, b.low)
  return Math.max(0, common) / Math.min(a.high - a.low, b.high - b.low)
}
