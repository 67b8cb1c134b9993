import type { InstrumentId, PositionSide } from '@liqscope/market'

/** Which clusters a rule is about. */
export interface ClusterFilter {
  /** Least estimated notional, USD. Absent: any. */
  readonly leastNotional?: number
  /** Absent: both. */
  readonly side?: PositionSide
}

/**
 * What a rule waits for.
 *
 * - `approach`: price comes within `within` (a fraction, 0.01 is 1 %) of a cluster's near edge.
 * - `sweep`: price crossed a cluster. `newCluster`, `clusterGone`: one appeared, or went without being swept.
 * - `cascade`: OBSERVED forced orders of one side reached `leastNotional` USD within `windowMs`.
 * - `gradientZone`: price entered a zone of the gradient index.
 * - `stale`: the market's data stopped.
 */
export type AlertCondition =
  | ({ readonly kind: 'approach'; readonly within: number } & ClusterFilter)
  | ({ readonly kind: 'sweep' | 'newCluster' | 'clusterGone' } & ClusterFilter)
  | {
      readonly kind: 'cascade'
      readonly leastNotional: number
      readonly windowMs: number
      readonly side?: PositionSide
    }
  | { readonly kind: 'gradientZone'; readonly zone: 'blackHole' | 'smooth' }
  | { readonly kind: 'stale' }

export type AlertKind = AlertCondition['kind']

export interface AlertRule {
  readonly id: string
  readonly market: InstrumentId
  readonly condition: AlertCondition
  /** After an alert the rule is silent for so long, exchange time, ms. What it would have said is counted. */
  readonly cooldownMs: number
  /**
   * How far what was told must go back before it can be told again, as a part of the condition's own measure: with 0.2 an
   * approach within 1 % is told again only after price was more than 1.2 % away.
   */
  readonly hysteresis: number
}

/** What a rule had to say. Times are the exchange's; the same events give the same alerts with the same ids. */
export interface Alert {
  /** Unique to the rule, what it is about and when: a receiver may use it to drop a repetition. */
  readonly id: string
  readonly rule: string
  readonly kind: AlertKind
  readonly market: InstrumentId
  readonly at: number // epoch ms
  /** The mark when it was told. */
  readonly price: number
  readonly simulated: boolean
  /** ESTIMATED: the cluster it is about. */
  readonly cluster?: AlertCluster
  /** OBSERVED: notional of forced orders of one side within the rule's window, USD. */
  readonly forced?: { readonly side: PositionSide; readonly notional: number; readonly windowMs: number }
  readonly zone?: 'blackHole' | 'smooth'
  /** What the rule did not say since its last alert, because it was cooling down. */
  readonly suppressed: number
}

/** A cluster as alerts speak of it. `key` stays with it for life. */
export interface AlertCluster {
  readonly key: string
  readonly side: PositionSide
  readonly low: number
  readonly high: number
  readonly price: number
  /** Estimated, USD. */
  readonly notional: number
  /** Of a sum of venues: whose positions they would be, estimated USD, adding up to `notional`. */
  readonly byVenue?: readonly { readonly venue: string; readonly notional: number }[]
  /** From the mark to the near edge in average true ranges of 14 x 30 minutes, signed. Absent where they are not known. */
  readonly distanceAtr?: number
}
