import type { InstrumentId, PositionSide } from '@liqscope/market'
import type { Alert, AlertCluster, AlertRule } from './alert-rule.ts'
import { type Armed, type CompiledRule, compile } from './armed-rule.ts'
import { ForcedFlow } from './forced-flow.ts'

/** What happened to a cluster since the moment before. */
export interface ClusterChange extends Omit<AlertCluster, 'low' | 'high'> {
  readonly kind: 'born' | 'grown' | 'swept' | 'closed'
}

/** One market at one moment, as alerts see it. */
export interface AlertMoment {
  readonly market: InstrumentId
  readonly at: number // epoch ms, exchange time
  readonly price: number
  readonly simulated: boolean
  /** Clusters living now. */
  readonly clusters: readonly AlertCluster[]
  /** Since the moment before. */
  readonly changes: readonly ClusterChange[]
  /** Observed forced orders since the moment before. */
  readonly forcedOrders: readonly {
    readonly positionSide: PositionSide
    readonly at: number
    readonly notional: number
  }[]
  /** The gradient zone that price is in. */
  readonly zone: 'blackHole' | 'smooth' | undefined
  readonly isStale: boolean
  /** What more is known of a cluster; asked for of those alone that are told. */
  readonly factsOf?: (cluster: AlertCluster) => Pick<AlertCluster, 'byVenue' | 'distanceAtr'>
}

/**
 * Watches rules over moments of their markets. What a caller may rely on:
 *
 * - A condition that stays true is told once; it is told again only after it was false by the rule's hysteresis.
 * - Within a rule's cooldown nothing is told; how much was not is in the next alert's `suppressed`.
 * - A rule that is added while its condition is true tells it at the next moment: nobody has to wait for a second time.
 * - Only rules of the moment's own market are looked at, so a moment costs what its market's rules cost.
 *
 * Pure but for its own state: no clock, no randomness. `state` and `restore` carry it over a restart.
 */
export class AlertWatch {
  private readonly rules = new Map<string, CompiledRule>()
  private readonly byMarket = new Map<InstrumentId, CompiledRule[]>()
  private readonly flows = new Map<InstrumentId, ForcedFlow>()

  /** Adds a rule, or replaces the one of the same id, which forgets what it had told. */
  set(rule: AlertRule, armed?: Armed): void {
    this.remove(rule.id)
    const compiled = compile(rule, armed)
    this.rules.set(rule.id, compiled)
    const own = this.byMarket.get(rule.market)
    if (own) own.push(compiled)
    else this.byMarket.set(rule.market, [compiled])
  }

  remove(id: string): void {
    const known = this.rules.get(id)
    if (!known) return
    this.rules.delete(id)
    const own = this.byMarket.get(known.rule.market) ?? []
    own.splice(own.indexOf(known), 1)
  }

  list(): AlertRule[] {
    return [...this.rules.values()].map(({ rule }) => rule)
  }

  observe(moment: AlertMoment): Alert[] {
    const own = this.byMarket.get(moment.market)
    if (own === undefined || own.length === 0) return []
    const flow = this.flowOf(moment.market)
    flow.move(moment.at, moment.forcedOrders)
    const view = viewOf(moment, flow)
    const alerts: Alert[] = []
    for (const rule of own) rule.observe(view, alerts)
    const { factsOf } = moment
    if (factsOf === undefined) return alerts
    return alerts.map((alert) =>
      alert.cluster === undefined ? alert : { ...alert, cluster: { ...alert.cluster, ...factsOf(alert.cluster) } },
    )
  }

  private flowOf(market: InstrumentId): ForcedFlow {
    const known = this.flows.get(market) ?? new ForcedFlow()
    this.flows.set(market, known)
    return known
  }

  /** What each rule has told and may not tell again yet, by rule. */
  state(): Record<string, Armed> {
    return Object.fromEntries([...this.rules].map(([id, rule]) => [id, rule.armed()]))
  }
}

/** A moment with its clusters in the order that rules ask for: nearest to the price first. */
export interface MomentView extends AlertMoment {
  readonly nearest: readonly { readonly cluster: AlertCluster; readonly distance: number }[]
  readonly flow: ForcedFlow
}

function viewOf(moment: AlertMoment, flow: ForcedFlow): MomentView {
  const { price } = moment
  const nearest = moment.clusters
    .map((cluster) => ({ cluster, distance: distanceTo(cluster, price) }))
    .sort((a, b) => a.distance - b.distance)
  return { ...moment, nearest, flow }
}

/** From the price to the near edge, a fraction of the price, 0 within the cluster. */
function distanceTo({ low, high }: AlertCluster, price: number): number {
  if (price < low) return low / price - 1
  return price > high ? 1 - high / price : 0
}
