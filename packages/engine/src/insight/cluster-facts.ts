import type { AlertCluster } from '../alert/alert-rule.ts'
import { type Cluster, LEVERAGE_GROUPS } from '../map/liquidation-map.ts'
import { type ClusterLife, type ClusterLives, lifeOf } from './cluster-life.ts'
import { type MarketView, volatilityOver } from './market-view.ts'
import { touchProbability } from './touch.ts'
import { HOUR_MS } from './volatility.ts'

/** Horizons that the probability of being touched is given for. */
const TOUCH_HORIZONS = [
  ['1h', HOUR_MS],
  ['4h', 4 * HOUR_MS],
  ['24h', 24 * HOUR_MS],
] as const

/** A cluster with all that is known about it. What is not known is undefined. */
export interface ClusterFacts extends Cluster {
  /** ESTIMATED USD per leverage group, as LEVERAGE_GROUPS; adds up to `notional`. */
  readonly byLeverage: readonly number[]
  readonly byVenue: readonly { readonly venue: string; readonly notional: number }[]
  /** From the mark to the near edge, in average true ranges of 14 x 30 minutes, signed like `distance`. */
  readonly distanceAtr: number | undefined
  /** Probability that price touches the near edge within the horizon: first passage without drift (docs/insight.md). */
  readonly touch: { readonly [Horizon in (typeof TOUCH_HORIZONS)[number][0]]: number } | undefined
  /** Stable over maps, unlike `id`; undefined where no earlier maps are held. */
  readonly key: string | undefined
  /** Epoch ms; not before the oldest map that is held. */
  readonly bornAt: number | undefined
  readonly grownAt: number | undefined
  /** What it did within the last hour; undefined where it is not followed. */
  readonly life: 'born' | 'grown' | 'standing' | undefined
}

export function clusterFacts(view: MarketView, lives?: ClusterLives): ClusterFacts[] {
  const { map, clusters, atr } = view
  return clusters.map((cluster) => {
    const life = lives === undefined ? undefined : lifeOf(lives, cluster)
    return {
      ...cluster,
      byLeverage: leverageOf(view, cluster),
      byVenue: venuesOf(view, cluster),
      distanceAtr: atr === undefined ? undefined : cluster.distance / atr,
      touch: touchOf(view, Math.abs(Math.log(nearEdge(cluster) / map.price))),
      key: life?.key,
      bornAt: life?.bornAt,
      grownAt: life?.grownAt,
      life: life && stateOf(life, map.at),
    }
  })
}

/** A birth or growth is news for so long, ms. */
const NEWS_MS = HOUR_MS

function stateOf({ bornAt, grownAt }: ClusterLife, at: number): NonNullable<ClusterFacts['life']> {
  if (at - bornAt < NEWS_MS) return 'born'
  return grownAt !== undefined && at - grownAt < NEWS_MS ? 'grown' : 'standing'
}

type Band = Pick<Cluster, 'side' | 'low' | 'high' | 'notional'>

/** What alerts say of a cluster beside its size: whose it is, of a sum of venues, and how far in average true ranges. */
export function bandFacts(view: MarketView, band: Band): Pick<AlertCluster, 'byVenue' | 'distanceAtr'> {
  const { map, atr } = view
  const byVenue = map.shares === undefined ? [] : venuesOf(view, band).filter(({ notional }) => notional > 0)
  return {
    ...(byVenue.length > 0 ? { byVenue } : {}),
    ...(atr === undefined ? {} : { distanceAtr: (nearEdge(band) / map.price - 1) / atr }),
  }
}

/** The edge that price meets first. */
export function nearEdge({ side, low, high }: Pick<Cluster, 'side' | 'low' | 'high'>): number {
  return side === 'long' ? high : low
}

/** The edge that price leaves last. */
export function farEdge({ side, low, high }: Cluster): number {
  return side === 'long' ? low : high
}

function touchOf(view: MarketView, distance: number): ClusterFacts['touch'] {
  const within = (horizonMs: number) => {
    const volatility = volatilityOver(view, horizonMs)
    return volatility === undefined ? Number.NaN : touchProbability(distance, volatility)
  }
  const [hour, fourHours, day] = TOUCH_HORIZONS.map(([, horizonMs]) => within(horizonMs))
  return view.dayVolatility === undefined ? undefined : { '1h': hour!, '4h': fourHours!, '24h': day! }
}

function leverageOf({ map }: MarketView, { side, low, high, notional }: Cluster): number[] {
  const sums = LEVERAGE_GROUPS.map(() => 0)
  for (const i of binsOf(map, low, high))
    if (map[side][i]! > 0) for (let g = 0; g < sums.length; g++) sums[g]! += map.byLeverage[g * map.bins + i]!
  const total = sums.reduce((sum, one) => sum + one, 0)
  return sums.map((one) => (total > 0 ? (one * notional) / total : 0))
}

function venuesOf({ map }: MarketView, { low, high, notional }: Band): ClusterFacts['byVenue'] {
  const { shares, byVenue } = map
  if (shares === undefined || byVenue === undefined) return [{ venue: venueOf(map.market), notional }]
  const bins = binsOf(map, low, high)
  const sums = shares.map((_, share) => bins.reduce((sum, i) => sum + byVenue[share * map.bins + i]!, 0))
  const total = sums.reduce((sum, one) => sum + one, 0)
  const parts = new Map<string, number>()
  for (const [share, { market }] of shares.entries()) {
    const part = total > 0 ? (sums[share]! * notional) / total : 0
    parts.set(venueOf(market), (parts.get(venueOf(market)) ?? 0) + part)
  }
  return [...parts].map(([venue, part]) => ({ venue, notional: part }))
}

/** `binance` of `binance:BTCUSDT`; `sim gate` of a simulated market that speaks Gate's protocol, `sim:BTCUSDT@gate`. */
function venueOf(market: string): string {
  const protocol = market.split('@')[1]
  const venue = market.split(':')[0] ?? ''
  return protocol === undefined ? venue : `${venue} ${protocol}`
}

function binsOf({ firstBin, step, bins }: MarketView['map'], low: number, high: number): number[] {
  const from = Math.max(0, Math.round(Math.log(low) / step - firstBin - 0.5))
  const to = Math.min(bins, Math.ceil(Math.log(high) / step - firstBin - 1e-6))
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}
