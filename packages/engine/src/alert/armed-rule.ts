import type { PositionSide } from '@liqscope/market'
import type { Alert, AlertCluster, AlertCondition, AlertRule, ClusterFilter } from './alert-rule.ts'
import type { MomentView } from './alert-watch.ts'

/** What a rule has told and may not tell again yet. */
export interface Armed {
  /** What its condition is still true of: cluster keys, or the one word of a condition without a subject. */
  readonly told: readonly string[]
  /** Exchange time of its last alert, epoch ms. */
  readonly lastAt?: number
  readonly suppressed: number
}

/** A rule and its memory. */
export interface CompiledRule {
  readonly rule: AlertRule
  /** Appends what the rule has to say of this moment. */
  observe(moment: MomentView, out: Alert[]): void
  armed(): Armed
}

type Facts = Pick<Alert, 'cluster' | 'forced' | 'zone'>
type Tell = (subject: string, moment: MomentView, facts: Facts) => void

/** @throws {RangeError} when the rule's figures cannot be meant. */
export function compile(rule: AlertRule, armed: Armed = { told: [], suppressed: 0 }): CompiledRule {
  check(rule)
  const told = new Set(armed.told)
  let { lastAt, suppressed } = armed
  const look = lookOf(rule, told)
  return {
    rule,
    observe(moment, out) {
      look(moment, (subject, { market, at, price, simulated }, facts) => {
        if (lastAt !== undefined && at - lastAt < rule.cooldownMs) {
          suppressed++
          return
        }
        const { kind } = rule.condition
        out.push({
          id: `${rule.id}/${subject}/${at}`,
          rule: rule.id,
          kind,
          market,
          at,
          price,
          simulated,
          ...facts,
          suppressed,
        })
        lastAt = at
        suppressed = 0
      })
    },
    armed: () => ({ told: [...told], ...(lastAt === undefined ? {} : { lastAt }), suppressed }),
  }
}

function lookOf({ condition, hysteresis }: AlertRule, told: Set<string>): (moment: MomentView, tell: Tell) => void {
  switch (condition.kind) {
    case 'approach':
      return approach(condition, hysteresis, told)
    case 'sweep':
      return change('swept', condition)
    case 'newCluster':
      return change('born', condition)
    case 'clusterGone':
      return change('closed', condition)
    case 'cascade':
      return cascade(condition, hysteresis, told)
    case 'gradientZone':
      return (moment, tell) =>
        once(told, 'zone', moment.zone === condition.zone, () => tell('zone', moment, { zone: condition.zone }))
    case 'stale':
      return (moment, tell) => once(told, 'stale', moment.isStale, () => tell('stale', moment, {}))
  }
}

function approach(
  condition: Extract<AlertCondition, { kind: 'approach' }>,
  hysteresis: number,
  told: Set<string>,
): (moment: MomentView, tell: Tell) => void {
  const { within } = condition
  const release = within * (1 + hysteresis)
  return (moment, tell) => {
    let kept = 0
    for (const { cluster, distance } of moment.nearest) {
      if (distance > release) break
      if (!isMeant(cluster, condition)) continue
      if (told.has(cluster.key)) kept++
      else if (distance <= within) {
        told.add(cluster.key)
        kept++
        tell(cluster.key, moment, { cluster })
      }
    }
    if (kept === told.size) return
    const near = new Set(moment.nearest.filter(({ distance }) => distance <= release).map(({ cluster }) => cluster.key))
    for (const key of told) if (!near.has(key)) told.delete(key)
  }
}

function change(kind: 'swept' | 'born' | 'closed', filter: ClusterFilter) {
  return (moment: MomentView, tell: Tell): void => {
    for (const one of moment.changes) {
      if (one.kind !== kind || !isMeant(one, filter)) continue
      const { key, side, price, notional } = one
      const standing = moment.clusters.find((cluster) => cluster.key === key)
      const { low, high } = standing ?? { low: price, high: price }
      tell(key, moment, { cluster: { key, side, low, high, price, notional } })
    }
  }
}

/** Sums over a sliding window; told once per side until the sum has fallen by the hysteresis. */
function cascade(
  condition: Extract<AlertCondition, { kind: 'cascade' }>,
  hysteresis: number,
  told: Set<string>,
): (moment: MomentView, tell: Tell) => void {
  const { windowMs, leastNotional } = condition
  const sides: readonly PositionSide[] = condition.side === undefined ? ['long', 'short'] : [condition.side]
  return (moment, tell) => {
    for (const side of sides) {
      const notional = moment.flow.within(side, windowMs, moment.at)
      if (told.has(side)) {
        if (notional < leastNotional / (1 + hysteresis)) told.delete(side)
      } else if (notional >= leastNotional) {
        told.add(side)
        tell(side, moment, { forced: { side, notional, windowMs } })
      }
    }
  }
}

function once(told: Set<string>, word: string, isTrue: boolean, tell: () => void): void {
  if (!isTrue) told.delete(word)
  else if (!told.has(word)) {
    told.add(word)
    tell()
  }
}

function isMeant({ side, notional }: Pick<AlertCluster, 'side' | 'notional'>, filter: ClusterFilter): boolean {
  return notional >= (filter.leastNotional ?? 0) && (filter.side === undefined || filter.side === side)
}

function check({ id, condition, cooldownMs, hysteresis }: AlertRule): void {
  const must = (isTrue: boolean, what: string) => {
    if (!isTrue) throw new RangeError(`alert rule ${id}: ${what}`)
  }
  must(cooldownMs >= 0 && cooldownMs < Number.POSITIVE_INFINITY, 'the cooldown is a time of 0 ms or more')
  must(hysteresis >= 0 && hysteresis <= 10, 'the hysteresis is a part from 0 to 10')
  if ('leastNotional' in condition && condition.leastNotional !== undefined)
    must(
      condition.leastNotional >= 0 && condition.leastNotional < Number.POSITIVE_INFINITY,
      'the least notional is USD',
    )
  if (condition.kind === 'approach')
    must(condition.within > 0 && condition.within <= 0.2, 'within is a fraction up to 0.2')
  if (condition.kind === 'cascade')
    must(condition.windowMs > 0 && condition.windowMs <= 86_400_000, 'the window is up to a day')
}
