import type { PositionSide } from '@liqscope/market'
import type { Cluster } from '../../map/liquidation-map.ts'
import { type Answer, type Evidence, noSignal, refused } from '../answer.ts'
import { nearEdge } from '../cluster-facts.ts'
import { type MarketView, mapFault, volatilityOver } from '../market-view.ts'
import { touchProbability } from '../touch.ts'
import { DAY_MS } from '../volatility.ts'
import { entryFault, horizonFault, hours, isPositive, text } from './question.ts'

/** Zones nearer than this are noise, farther ones no target, in average true ranges. */
const NEAREST_ATR = 0.5
const FARTHEST_ATR = 12
const MOST_ZONES = 4
/** The plain rule it is measured against. */
export const PLAIN_TARGET_ATR = 2

export interface TargetQuestion {
  readonly side: PositionSide
  readonly entry?: number | undefined
  /** USD; with it, how much of it forced orders would fill. */
  readonly size?: number | undefined
  readonly horizonMs?: number | undefined
}

export interface TargetZone {
  readonly cluster: string | undefined // undefined: the plain rule
  readonly price: number
  /** From entry, a fraction. */
  readonly gain: number
  readonly touch: number
  /** ESTIMATED USD forced from the near edge to the price: what a resting exit is filled by. */
  readonly liquidity: number
  /** Part of the size that it fills, at most 1; undefined without a size. */
  readonly filled: number | undefined
  /** touch x (gain - maker fee), a fraction. */
  readonly worth: number
}

export interface TargetAnswer {
  readonly side: PositionSide
  readonly entry: number
  readonly target: number
  readonly gain: number
  readonly reason: string
  readonly horizonMs: number
  readonly zones: readonly TargetZone[]
  readonly evidence: readonly Evidence[]
  readonly notes: readonly string[]
}

/** Profit zones: where the other side's forced orders fill a resting exit. */
export function targetTool(view: MarketView, question: TargetQuestion): Answer<TargetAnswer> {
  const { map, atr, fees } = view
  const { side, entry = map.price, size, horizonMs = DAY_MS } = question
  if (side !== 'long' && side !== 'short') return refused('side', 'The side must be long or short.')
  const wrong = entryFault(view, entry) ?? horizonFault(horizonMs)
  if (wrong !== undefined) return wrong
  if (size !== undefined && !isPositive(size)) return refused('size', 'The size must be an amount in USD above 0.')
  const empty = mapFault(view)
  if (empty !== undefined) return empty
  const volatility = volatilityOver(view, horizonMs)
  if (atr === undefined || volatility === undefined)
    return noSignal('fewBars', 'Fewer than 14 half hours of bars are known.')
  const sign = side === 'long' ? 1 : -1
  const zoneAt = (price: number, cluster?: Cluster): TargetZone => {
    const gain = sign * (price / entry - 1)
    const ahead = sign * Math.log(price / map.price)
    const touch = ahead <= 0 ? 1 : touchProbability(ahead, volatility)
    const liquidity = cluster === undefined ? 0 : forcedUpTo(view, cluster, price)
    return {
      cluster: cluster?.id,
      price,
      gain,
      touch,
      liquidity,
      filled: size === undefined ? undefined : Math.min(1, liquidity / size),
      worth: touch * (gain - fees.maker),
    }
  }
  const zones = view.clusters
    .filter((cluster) => cluster.side !== side)
    .map((cluster) => zoneAt(targetIn(cluster), cluster))
    .filter(({ price }) => {
      const distance = sign * Math.log(price / entry)
      return distance >= NEAREST_ATR * atr && distance <= FARTHEST_ATR * atr && sign * (price - map.price) > 0
    })
  const [best] = zones.toSorted((a, b) => b.worth - a.worth)
  if (best === undefined)
    return noSignal(
      'noCluster',
      `No cluster of ${side === 'long' ? 'shorts' : 'longs'} lies ${NEAREST_ATR} to ${FARTHEST_ATR} average true ranges ${side === 'long' ? 'above' : 'below'} ${text(entry)}.`,
    )
  const plain = zoneAt(entry * Math.exp(sign * PLAIN_TARGET_ATR * atr))
  return {
    kind: 'answer',
    side,
    entry,
    target: best.price,
    gain: best.gain,
    reason: `Inside ${best.cluster}: forced ${side === 'long' ? 'buys' : 'sells'} there fill a resting ${side === 'long' ? 'sell' : 'buy'}, and ${Math.round(100 * best.touch)} % of ${hours(horizonMs)} h paths without drift come that far.`,
    horizonMs,
    zones: [...zones.sort((a, b) => a.gain - b.gain).slice(0, MOST_ZONES), plain].sort((a, b) => a.gain - b.gain),
    evidence: [
      { text: `Forced up to the target`, kind: 'estimated', value: best.liquidity, unit: 'usd' },
      { text: `Touched within ${hours(horizonMs)} h`, kind: 'model', value: best.touch, unit: 'probability' },
      { text: 'ATR, 14 × 30 min', kind: 'observed', value: atr, unit: 'fraction' },
      ...(best.filled === undefined
        ? []
        : [
            {
              text: 'Of the size filled there',
              kind: 'estimated' as const,
              value: best.filled,
              unit: 'probability' as const,
            },
          ]),
    ],
    notes: [
      'Without drift no target is worth more than another before costs: the zone says where a resting order is filled, not that price goes there.',
    ],
  }
}

/** Half of the way from the near edge to the middle of the mass: inside the zone, before most of it is used up. */
function targetIn(cluster: Cluster): number {
  return Math.sqrt(nearEdge(cluster) * cluster.price)
}

function forcedUpTo({ map }: MarketView, cluster: Cluster, price: number): number {
  const low = Math.min(nearEdge(cluster), price)
  const high = Math.max(nearEdge(cluster), price)
  let sum = 0
  for (let i = 0; i < map.bins; i++) {
    const middle = Math.exp((map.firstBin + i + 0.5) * map.step)
    if (middle >= low && middle <= high) sum += map[cluster.side][i]!
  }
  return sum
}
