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

/** The living clusters of one market, for alerts: a sweep is seen at once, births and ends once a minute. */
export class ClusterFollow {
  private lives: ClusterLives = NO_LIVES
  private lookedAt = Number.NEGATIVE_INFINITY
  private low = Number.POSITIVE_INFINITY
  private high = Number.NEGATIVE_INFINITY

  get living(): readonly ClusterLife[] {
    return this.lives.living
  }

  /** Takes a map in. @returns what happened since the map before; the first map is no news. */
  look(map: LiquidationMap): readonly ClusterEvent[] {
    const { price, at } = map
    this.low = Math.min(this.low, price)
    this.high = Math.max(this.high, price)
    const isSwept = this.lives.living.some(({ side, price: middle }) =>
      side === 'long' ? this.low <= middle : this.high >= middle,
    )
    if (!isSwept && at < this.lookedAt + LOOK_MS) return []
    const isFirst = this.lives === NO_LIVES
    this.lives = followClusters(this.lives, { at, clusters: findClusters(map), low: this.low, high: this.high })
    this.lookedAt = at
    this.low = this.high = price
    return isFirst ? [] : this.lives.events
  }
}
