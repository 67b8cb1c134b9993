import {
  type ClusterEvent,
  type ClusterLives,
  findClusters,
  followClusters,
  mapOfColumn,
  NO_LIVES,
} from '@liqscope/engine'
import type { Market } from './market.ts'

/** Columns of this width are what lives are followed over: three days of them are kept. */
const INTERVAL_MS = 300_000
const MOST_EVENTS = 200
/** The first time somebody asks, no more columns than these are followed: a day and a half, in a quarter of a second. */
const MOST_AT_ONCE = 432

/** The lives of one market's clusters, followed over closed heatmap columns: the past as it was drawn. */
class ClusterChronicle {
  lives: ClusterLives = NO_LIVES
  readonly events: ClusterEvent[] = []
  private followedTo = Number.NEGATIVE_INFINITY

  /** Follows the columns closed since the last call, up to a moment. */
  follow(market: Market, at = market.at ?? 0): void {
    const columns = market
      .columns(INTERVAL_MS, this.followedTo, at)
      .filter(({ openTime, intervalMs }) => openTime + intervalMs <= at)
      .slice(-MOST_AT_ONCE)
    const first = columns[0]
    if (first === undefined) return
    const bars = new Map(market.bars(first.intervalMs, first.openTime, at).map((bar) => [bar.openTime, bar]))
    for (const column of columns) {
      const end = column.openTime + column.intervalMs
      const { low, high } = bars.get(column.openTime) ?? { low: column.price, high: column.price }
      this.lives = followClusters(this.lives, { at: end, clusters: findClusters(mapOfColumn(column)), low, high })
      this.events.push(...this.lives.events)
      this.followedTo = end
    }
    if (this.events.length > MOST_EVENTS) this.events.splice(0, this.events.length - MOST_EVENTS)
  }
}

/** A replay that goes back puts another market in the place of the old one: its lives begin anew with it. */
const chronicles = new WeakMap<Market, ClusterChronicle>()

/** Lives of a market's clusters up to now; they are followed when somebody asks. */
export function clusterLivesOf(market: Market): {
  readonly lives: ClusterLives
  readonly events: readonly ClusterEvent[]
} {
  const chronicle = chronicles.get(market) ?? new ClusterChronicle()
  chronicles.set(market, chronicle)
  chronicle.follow(market)
  return chronicle
}

/** Lives as they were at a past moment, from the columns that had closed by then. */
export function clusterLivesAt(market: Market, at: number): ReturnType<typeof clusterLivesOf> {
  const chronicle = new ClusterChronicle()
  chronicle.follow(market, at)
  return chronicle
}
