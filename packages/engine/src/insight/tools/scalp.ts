import type { PositionSide } from '@liqscope/market'
import type { Cluster } from '../../map/liquidation-map.ts'
import { type Answer, type Evidence, noSignal } from '../answer.ts'
import { nearEdge } from '../cluster-facts.ts'
import { halfSpread } from '../liquidity.ts'
import { bookFault, type MarketView, mapFault, volatilityOver } from '../market-view.ts'
import { touchProbability } from '../touch.ts'
import { HOUR_MS } from '../volatility.ts'
import { text } from './question.ts'

/** Entries stand this part of an average true range ahead of the zone. */
const AHEAD_ATR = 0.5
/** Zones farther than this, in average true ranges, are no scalp. */
const FARTHEST_ATR = 3
/** A move of less than this many times its cost is not worth it. */
const LEAST_COSTS = 2
const HORIZON_MS = 4 * HOUR_MS

export interface ScalpAnswer {
  /** Of the position to open. */
  readonly side: PositionSide
  readonly cluster: string
  readonly entry: number
  /** The entry is the mark itself; otherwise price has to come there first. */
  readonly now: boolean
  readonly exit: number
  readonly stop: number
  /** From entry to exit, a fraction. */
  readonly move: number
  /** Fees of both orders and, with a book, the spread: a fraction. */
  readonly cost: number
  /** Part of such trades that must reach the exit before the stop to pay for the cost. A price without drift has 0.5. */
  readonly breakEven: number
  readonly reason: string
  readonly evidence: readonly Evidence[]
  readonly notes: readonly string[]
}

/** Into the nearest zone: enter ahead of it, leave inside it, where forced orders fill the exit; stop as far behind. */
export function scalpTool(view: MarketView): Answer<ScalpAnswer> {
  const empty = mapFault(view)
  if (empty !== undefined) return empty
  const { map, atr, fees, clusters } = view
  const volatility = volatilityOver(view, HORIZON_MS)
  if (atr === undefined || volatility === undefined)
    return noSignal('fewBars', 'Fewer than 14 half hours of bars are known.')
  const noBook = bookFault(view)
  const spread = noBook === undefined && view.known !== undefined ? 2 * halfSpread(view.known.book) : 0
  const cost = 2 * fees.taker + spread
  const near = clusters
    .filter(({ distance }) => Math.abs(distance) <= FARTHEST_ATR * atr)
    .map((cluster) => ({ cluster, trade: tradeInto(cluster, map.price, atr) }))
    .filter(({ trade }) => trade.move > 0)
  if (near.length === 0)
    return noSignal('noCluster', `No cluster lies within ${FARTHEST_ATR} average true ranges of the price.`)
  const worth = near.filter(({ trade }) => trade.move >= LEAST_COSTS * cost)
  const [best] = worth.toSorted((a, b) => b.cluster.strength * b.trade.move - a.cluster.strength * a.trade.move)
  if (best === undefined)
    return noSignal(
      'belowCost',
      `The move into ${near[0]!.cluster.id} is ${basisPoints(near[0]!.trade.move)}, less than ${LEAST_COSTS} times its cost of ${basisPoints(cost)}.`,
      [near[0]!.cluster.id, basisPoints(near[0]!.trade.move), String(LEAST_COSTS), basisPoints(cost)],
    )
  const { cluster, trade } = best
  const breakEven = 0.5 * (1 + cost / trade.move)
  return {
    kind: 'answer',
    side: cluster.side === 'short' ? 'long' : 'short',
    cluster: cluster.id,
    ...trade,
    cost,
    breakEven,
    reason: `${cluster.side === 'short' ? 'Buy' : 'Sell'} ${trade.now ? 'now' : `at ${text(trade.entry)}`}, ahead of ${cluster.id}, and leave inside it at ${text(trade.exit)}: ${basisPoints(trade.move)} against ${basisPoints(cost)} of cost.`,
    evidence: [
      {
        text: `Estimated in ${cluster.id}`,
        kind: 'estimated',
        value: cluster.notional,
        low: cluster.notionalLow,
        high: cluster.notionalHigh,
        unit: 'usd',
      },
      { text: 'Needed to break even', kind: 'model', value: breakEven, unit: 'probability' },
      {
        text: 'Exit touched within 4 h',
        kind: 'model',
        value: touchProbability(Math.abs(Math.log(trade.exit / map.price)), volatility),
        unit: 'probability',
      },
      { text: 'ATR, 14 × 30 min', kind: 'observed', value: atr, unit: 'fraction' },
    ],
    notes: noBook === undefined ? [] : [`Cost without the spread: ${noBook.reason}`],
  }
}

/** Entry, exit and stop of a trade into a cluster: the stop is as far from the entry as the exit. */
function tradeInto(
  cluster: Cluster,
  price: number,
  atr: number,
): {
  readonly entry: number
  readonly now: boolean
  readonly exit: number
  readonly stop: number
  readonly move: number
} {
  const sign = cluster.side === 'short' ? 1 : -1
  const ahead = nearEdge(cluster) * Math.exp(-sign * AHEAD_ATR * atr)
  const now = sign * (price - ahead) >= 0
  const entry = now ? price : ahead
  const move = sign * Math.log(cluster.price / entry)
  return { entry, now, exit: cluster.price, stop: entry * Math.exp(-sign * move), move: Math.max(0, move) }
}

function basisPoints(part: number): string {
  return `${(part * 1e4).toFixed(1)} bp`
}
