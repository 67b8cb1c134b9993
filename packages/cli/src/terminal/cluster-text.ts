import type { Cluster } from '@liqscope/engine'
import { percentText, usd } from './figures.ts'

/** Of each side the nearest and the strongest, nearest first. */
export function notableClusters(clusters: readonly Cluster[]): {
  readonly above: readonly Cluster[]
  readonly below: readonly Cluster[]
} {
  return {
    above: nearestAndStrongest(clusters.filter(({ side }) => side === 'short')),
    below: nearestAndStrongest(clusters.filter(({ side }) => side === 'long')),
  }
}

export function strongestOf(clusters: readonly Cluster[]): Cluster | undefined {
  return clusters.reduce<Cluster | undefined>(
    (best, cluster) => (best === undefined || cluster.strength > best.strength ? cluster : best),
    undefined,
  )
}

/** `S3 +1.81 % $12.4M` */
export function clusterText(cluster: Cluster | undefined): string {
  return cluster === undefined ? 'none' : `${cluster.id} ${percentText(cluster.distance)} ${usd(cluster.notional)}`
}

function nearestAndStrongest(clusters: readonly Cluster[]): Cluster[] {
  const byDistance = clusters.toSorted((a, b) => Math.abs(a.distance) - Math.abs(b.distance))
  const strongest = strongestOf(byDistance)
  return byDistance.filter((cluster, i) => i === 0 || cluster === strongest)
}
