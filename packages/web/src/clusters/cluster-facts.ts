import type { ClusterFactsJson } from '@liqscope/protocol'
import type { Cluster } from '../state/app-state.ts'

/** A cluster of the picture with what the server says of it, undefined where it says nothing yet. */
export interface KnownCluster {
  readonly cluster: Cluster
  readonly facts: ClusterFactsJson | undefined
}

export const ORDERS = ['price', 'strength', 'usd', 'atr', 'touch', 'age', 'life'] as const
export type Order = (typeof ORDERS)[number]

/** Two bands are the same cluster when they overlap by this part of the narrower one, as where lives are followed. */
const LEAST_OVERLAP = 0.5

/** Pairs clusters with facts by their bands: both are asked for at their own times, and ids count anew with each map. */
export function knownClusters(
  clusters: readonly Cluster[],
  facts: readonly ClusterFactsJson[] | undefined,
): KnownCluster[] {
  return clusters.map((cluster) => {
    const [best] = (facts ?? [])
      .map((one) => ({ one, overlap: overlapOf(one, cluster) }))
      .filter(({ overlap }) => overlap >= LEAST_OVERLAP)
      .toSorted((a, b) => b.overlap - a.overlap)
    return { cluster, facts: best?.one }
  })
}

function overlapOf(a: Pick<Cluster, 'side' | 'low' | 'high'>, b: Pick<Cluster, 'side' | 'low' | 'high'>): number {
  if (a.side !== b.side) return 0
  return Math.max(0, Math.min(a.high, b.high) - Math.max(a.low, b.low)) / Math.min(a.high - a.low, b.high - b.low)
}

const LIFE_RANK = { born: 0, grown: 1, standing: 2 } as const

/** Clusters in an order, what is not known last. Price order is the picture's: dearest first. */
export function sorted(known: readonly KnownCluster[], order: Order): KnownCluster[] {
  const key = ({ cluster, facts }: KnownCluster): number | undefined => {
    switch (order) {
      case 'price':
        return -cluster.price
      case 'strength':
        return -cluster.strength
      case 'usd':
        return -cluster.notional
      case 'atr':
        return facts?.distanceAtr === undefined ? undefined : Math.abs(facts.distanceAtr)
      case 'touch':
        return facts?.touch === undefined ? undefined : -facts.touch['4h']
      case 'age':
        return facts?.bornAt
      case 'life':
        return facts?.life === undefined ? undefined : LIFE_RANK[facts.life]
    }
  }
  return known.toSorted((a, b) => (key(a) ?? Number.POSITIVE_INFINITY) - (key(b) ?? Number.POSITIVE_INFINITY) || 0)
}
