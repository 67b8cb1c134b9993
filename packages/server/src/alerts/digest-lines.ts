import { percent, priceText, usd } from '@liqscope/alerts'
import { type Cluster, findClusters } from '@liqscope/engine'
import type { Market } from '../market/market.ts'

/** Markets in one digest: a message has room for these. */
const MOST_MARKETS = 8
const CLUSTERS_A_SIDE = 2

/** What a session's digest says: each real market's price, day, funding and strongest clusters. Simulated ones never. */
export function digestLines(markets: readonly Market[]): string[] {
  const real = markets.filter(({ instrument }) => !instrument.simulated)
  const sums = new Set(
    real.filter(({ instrument }) => instrument.venue === 'all').map(({ instrument }) => instrument.base),
  )
  // Where a coin has a sum of its venues, the sum speaks for them.
  const chosen = real.filter(({ instrument: { venue, base } }) => venue === 'all' || !sums.has(base))
  return chosen.slice(0, MOST_MARKETS).flatMap(marketLines)
}

/** A market in three lines; none while it has no map. */
export function marketLines(market: Market): string[] {
  const map = market.map()
  const { price, change24h, fundingRate } = market.facts()
  if (map === undefined || price === null) return []
  const clusters = findClusters(map)
  const head = [
    `${market.instrument.id} ${priceText(price)}`,
    ...(change24h === null ? [] : [`${percent(change24h)} in 24 h`]),
    ...(fundingRate === null ? [] : [`funding ${(100 * fundingRate).toFixed(4)} %`]),
  ]
  const strongest = (side: Cluster['side']) =>
    clusters
      .filter((cluster) => cluster.side === side)
      .toSorted((a, b) => b.notional - a.notional)
      .slice(0, CLUSTERS_A_SIDE)
  const line = (side: Cluster['side']) =>
    `  est. ${side}s: ${
      strongest(side)
        .map((cluster) => `${usd(cluster.notional)} at ${priceText(cluster.price)} (${percent(cluster.distance)})`)
        .join(', ') || 'no cluster'
    }`
  return [head.join(', '), line('short'), line('long')]
}
