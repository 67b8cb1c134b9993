import type { PositionSide } from '@liqscope/market'
import type { Cluster } from '../../map/liquidation-map.ts'
import { type Answer, type Evidence, noSignal, type Refusal, refused } from '../answer.ts'
import { farEdge, nearEdge } from '../cluster-facts.ts'
import { fillOf, halfSpread, notionalOf } from '../liquidity.ts'
import { bookFault, type MarketView, mapFault, volatilityOver } from '../market-view.ts'
import { returnProbability, touchProbability } from '../touch.ts'
import { DAY_MS } from '../volatility.ts'
import { densityAt, entryFault, horizonFault, hours, isPositive, sizeFault, text } from './question.ts'

/** A stop stands this part of an average true range beyond the cluster's far edge: forced orders overshoot it. */
const OVERSHOOT_ATR = 0.5
/** Clusters whose stop would lie nearer or farther than this, in average true ranges, are no help. */
const NEAREST_ATR = 0.75
const FARTHEST_ATR = 8
/** The plain rule it is measured against. */
export const PLAIN_ATR = 1.5

export interface StopQuestion {
  readonly side: PositionSide
  /** Default: the mark. */
  readonly entry?: number | undefined
  /** USD; with it, slippage is estimated. */
  readonly size?: number | undefined
  /** A stop of one's own to judge beside the others. */
  readonly stop?: number | undefined
  /** Default a day. */
  readonly horizonMs?: number | undefined
}

export interface StopCandidate {
  readonly name: 'beyond cluster' | 'in cluster' | 'plain ATR' | 'tight ATR' | 'yours'
  readonly cluster: string | undefined
  readonly price: number
  /** From entry, a fraction, never negative. */
  readonly risk: number
  /** Probability of being touched within the horizon. */
  readonly touch: number
  /** Probability, once touched, that price comes back to the entry within the horizon. */
  readonly back: number
  /** ESTIMATED USD forced within one bin of it. */
  readonly density: number
  /** Of the fill against the stop's price, a fraction: the book's, with what is forced beside it. Undefined without a book or size. */
  readonly slippage: number | undefined
  /** Expected loss from being stopped within the horizon, a fraction of the position: touch x (risk + slippage + fee). */
  readonly cost: number
}

export interface StopAnswer {
  readonly side: PositionSide
  readonly entry: number
  readonly stop: number
  readonly risk: number
  readonly reason: string
  readonly horizonMs: number
  readonly candidates: readonly StopCandidate[]
  readonly evidence: readonly Evidence[]
  readonly notes: readonly string[]
}

/** Places a stop where the forced orders of the nearest cluster have been sold: beyond its far edge and their overshoot. */
export function stopTool(view: MarketView, question: StopQuestion): Answer<StopAnswer> {
  const { map, atr } = view
  const { side, entry = map.price, horizonMs = DAY_MS } = question
  const wrong = faultOf(view, question, entry)
  if (wrong !== undefined) return wrong
  const empty = mapFault(view)
  if (empty !== undefined) return empty
  const volatility = volatilityOver(view, horizonMs)
  if (atr === undefined || volatility === undefined)
    return noSignal(
      'fewBars',
      'Fewer than 14 half hours of bars are known: without them there is no average true range.',
    )
  const down = side === 'long'
  const shift = (price: number, distance: number) => price * Math.exp(down ? -distance : distance)
  const judge = judgeOf(view, question, entry, horizonMs)

  const within = view.clusters
    .filter((cluster) => cluster.side === side)
    .map((cluster) => ({ cluster, price: shift(farEdge(cluster), OVERSHOOT_ATR * atr) }))
    .filter(({ price }) => {
      const distance = Math.log(down ? entry / price : price / entry)
      return distance >= NEAREST_ATR * atr && distance <= FARTHEST_ATR * atr
    })
    .sort((a, b) => Math.abs(Math.log(a.price / entry)) - Math.abs(Math.log(b.price / entry)))
  const [chosen, further] = within
  const plain = judge('plain ATR', shift(entry, PLAIN_ATR * atr))
  if (chosen === undefined)
    return noSignal(
      'noCluster',
      `No cluster of ${side}s lies where a stop could stand beyond it (${NEAREST_ATR} to ${FARTHEST_ATR} ATR from ${text(entry)}). The plain rule of ${PLAIN_ATR} ATR would say ${text(plain.price)}.`,
    )
  const inside = chosen.cluster.price
  const candidates = [
    judge('tight ATR', shift(entry, 0.5 * atr)),
    ...(down === inside < entry && Math.abs(Math.log(inside / entry)) > map.step
      ? [judge('in cluster', inside, chosen.cluster)]
      : []),
    judge('beyond cluster', chosen.price, chosen.cluster),
    plain,
    ...(further === undefined ? [] : [judge('beyond cluster', further.price, further.cluster)]),
    ...(question.stop === undefined ? [] : [judge('yours', question.stop)]),
  ].sort((a, b) => a.risk - b.risk)
  const { cluster } = chosen
  const best = candidates.find(({ price, name }) => name === 'beyond cluster' && price === chosen.price)!
  const book = bookFault(view)
  return {
    kind: 'answer',
    side,
    entry,
    stop: chosen.price,
    risk: best.risk,
    reason: `${down ? 'Below' : 'Above'} ${cluster.id} (${text(nearEdge(cluster))} to ${text(farEdge(cluster))}) by half an average true range: a stop inside ${cluster.id} would fill among its forced ${down ? 'sells' : 'buys'}.`,
    horizonMs,
    candidates,
    evidence: [
      {
        text: `Estimated in ${cluster.id}`,
        kind: 'estimated',
        value: cluster.notional,
        low: cluster.notionalLow,
        high: cluster.notionalHigh,
        unit: 'usd',
      },
      { text: 'ATR, 14 × 30 min', kind: 'observed', value: atr, unit: 'fraction' },
      { text: `Volatility, ${hours(horizonMs)} h forecast`, kind: 'model', value: volatility, unit: 'fraction' },
      { text: `Touched within ${hours(horizonMs)} h`, kind: 'model', value: best.touch, unit: 'probability' },
      ...(book === undefined && view.known !== undefined
        ? [
            {
              text: `${down ? 'Bids' : 'Asks'} in the book`,
              kind: 'observed' as const,
              value: notionalOf(view.known.book[down ? 'bids' : 'asks']),
              unit: 'usd' as const,
            },
          ]
        : []),
    ],
    notes: [
      'Probabilities are of a price without drift; the touch of the mark counts, as no one knows where a stop order is watched.',
      ...(question.size === undefined
        ? ['Without a size there is no slippage.']
        : book === undefined
          ? []
          : [`No slippage: ${book.reason}`]),
    ],
  }
}

function faultOf(view: MarketView, { side, size, stop, horizonMs }: StopQuestion, entry: number): Refusal | undefined {
  if (side !== 'long' && side !== 'short') return refused('side', 'The side must be long or short.')
  const wrong = entryFault(view, entry)
  if (wrong !== undefined) return wrong
  if (stop !== undefined) {
    if (!isPositive(stop)) return refused('stop', 'The stop must be a price above 0.')
    if (side === 'long' ? stop >= entry : stop <= entry)
      return refused(
        'stop',
        `A ${side}'s stop stands ${side === 'long' ? 'below' : 'above'} its entry, ${text(entry)}; ${text(stop)} does not.`,
      )
  }
  const tooLong = horizonMs === undefined ? undefined : horizonFault(horizonMs)
  if (tooLong !== undefined) return tooLong
  return size === undefined ? undefined : sizeFault(view, size, side === 'long' ? 'bids' : 'asks')
}

function judgeOf(view: MarketView, { side, size }: StopQuestion, entry: number, horizonMs: number) {
  const down = side === 'long'
  const volatility = volatilityOver(view, horizonMs)!
  return (name: StopCandidate['name'], price: number, cluster?: Cluster): StopCandidate => {
    const distance = Math.abs(Math.log(price / entry))
    const fromMark = Math.log(view.map.price / price) * (down ? 1 : -1)
    const touch = fromMark <= 0 ? 1 : touchProbability(fromMark, volatility)
    const density = densityAt(view.map, side, price)
    const slippage = size === undefined ? undefined : slippageAt(view, side, size + density)
    const risk = Math.abs(price / entry - 1)
    return {
      name,
      cluster: cluster?.id,
      price,
      risk,
      touch,
      back: returnProbability(distance, volatility),
      density,
      slippage,
      cost: touch * (risk + (slippage ?? 0) + view.fees.taker),
    }
  }
}

/** The book as it is now, moved to the stop: its own fill and what is forced beside it share the levels. */
function slippageAt(view: MarketView, side: PositionSide, notional: number): number | undefined {
  if (bookFault(view) !== undefined || view.known === undefined) return undefined
  const { book } = view.known
  const fill = fillOf(book, side === 'long' ? 'bids' : 'asks', notional)
  return fill === undefined ? undefined : Math.max(0, fill.slippage - halfSpread(book))
}
