import {
  type ClusterEvent,
  type ClusterLife,
  type ClusterLives,
  findClusters,
  followClusters,
  type LiquidationMap,
  NO_LIVES,
} from '@liqscope/engine'

/** Clusters are looked for anew this often, exchange time, ms: a map changes when a minute closes. */
const LOOK_MS = 60_000

/** Lives kept over a restart are gone on with for so long, exchange time, ms: later, the same place is another cluster. */
const KEPT_FOR_MS = 86_400_000

/** The living clusters of one market, for alerts: a sweep is seen at once, births and ends once a minute. */
export class ClusterFollow {
  private current: ClusterLives
  private lookedAt = Number.NEGATIVE_INFINITY
  private low = Number.POSITIVE_INFINITY
  private high = Number.NEGATIVE_INFINITY

  /** @param lives where another run left off: clusters that still stand keep their keys, others get new ones. */
  constructor(lives: ClusterLives = NO_LIVES) {
    this.current = lives
  }

  get living(): readonly ClusterLife[] {
    return this.current.living
  }

  get lives(): ClusterLives {
    return this.current
  }

  /** Takes a map in. @returns what happened since the map before; the first map is no news. */
  look(map: LiquidationMap): readonly ClusterEvent[] {
    const { price, at } = map
    this.low = Math.min(this.low, price)
    this.high = Math.max(this.high, price)
    const isFirst = this.lookedAt === Number.NEGATIVE_INFINITY
    if (isFirst)
      this.current = {
        ...this.current,
        living: this.current.living.filter(({ seenAt }) => Math.abs(at - seenAt) <= KEPT_FOR_MS),
      }
    const isSwept = this.current.living.some(({ side, price: middle }) =>
      side === 'long' ? this.low <= middle : this.high >= middle,
    )
    if (!isSwept && at < this.lookedAt + LOOK_MS) return []
    this.current = followClusters(this.current, { at, clusters: findClusters(map), low: this.low, high: this.high })
    this.lookedAt = at
    this.low = this.high = price
    return isFirst ? [] : this.current.events
  }
}
