import { type Answer, type Evidence, noSignal, refused } from '../answer.ts'
import { dayScaleOf } from '../cascade/cascade.ts'
import { nearEdge } from '../cluster-facts.ts'
import { type DayScale, fillOf, halfSpread, scaleOver, squareRootImpact } from '../liquidity.ts'
import { bookFault, type MarketView, mapFault } from '../market-view.ts'
import { touchProbability } from '../touch.ts'
import { barsWithin, DAY_MS, HOUR_MS } from '../volatility.ts'
import { horizonFault, hours, sizeFault, text } from './question.ts'

const SLICE_MS = 300_000
const SLICES = { least: 2, most: 60 } as const
const PARTICIPATION = 0.1
/** Variance of the whole position over the horizon costs this many times itself: sets how fast Almgren-Chriss goes. */
const RISK_AVERSION = 10
/** Mean impact along an order over its end's, by the square-root law. */
const MEAN_OF_IMPACT = 2 / 3
/** Of what is forced in a zone, the part that a resting order of ours may hope for: others rest there too. */
const OUR_SHARE = 0.5
const DEFAULT_DURATION_MS = HOUR_MS

export interface ExecutionQuestion {
  readonly side: 'buy' | 'sell'
  /** USD. */
  readonly size: number
  readonly durationMs?: number | undefined
  readonly riskAversion?: number | undefined
}

export interface Schedule {
  readonly name: 'at once' | 'TWAP' | 'VWAP' | 'participation' | 'Almgren-Chriss' | 'wait for cluster'
  readonly durationMs: number
  /** Parts of the size by slice, adding up to 1; for waiting the part that is expected to rest, then the rest. */
  readonly slices: readonly number[]
  /** Expected cost against the mark of now: fees, spread and impact, a fraction of the size. */
  readonly cost: number
  readonly impact: number
  /** Standard deviation of the cost, from price moving meanwhile. */
  readonly risk: number
  /** cost + risk aversion x risk^2: what the choice is made by. */
  readonly score: number
}

export interface ExecutionAnswer {
  readonly side: 'buy' | 'sell'
  readonly size: number
  readonly best: Schedule['name']
  readonly slices: number
  readonly cost: number
  readonly risk: number
  readonly reason: string
  readonly schedules: readonly Schedule[]
  /** Zones within reach against the order: there forced orders of the same direction compete with it. */
  readonly avoid: readonly { readonly id: string; readonly price: number; readonly touch: number }[]
  /** Zone within reach that could fill it. */
  readonly fill:
    | { readonly id: string; readonly price: number; readonly touch: number; readonly filled: number }
    | undefined
  readonly evidence: readonly Evidence[]
  readonly notes: readonly string[]
}

/** Ways to execute a large order, with cost and risk of each, and which zones are in the way or help. */
export function executionTool(view: MarketView, question: ExecutionQuestion): Answer<ExecutionAnswer> {
  const { side, size, durationMs = DEFAULT_DURATION_MS, riskAversion = RISK_AVERSION } = question
  if (side !== 'buy' && side !== 'sell') return refused('side', 'The side must be buy or sell.')
  const book = side === 'buy' ? 'asks' : 'bids'
  const wrong = horizonFault(durationMs, 'duration') ?? sizeFault(view, size, book)
  if (wrong !== undefined) return wrong
  if (!(riskAversion >= 0 && riskAversion <= 1e6))
    return refused('riskAversion', 'Risk aversion must be from 0 to 1000000.')
  const noBook = bookFault(view)
  if (noBook !== undefined) return noBook
  if (view.known === undefined) throw new TypeError('a sound book is known')
  const empty = mapFault(view)
  if (empty !== undefined) return empty
  const day = dayScaleOf(view)
  if (day === undefined) return noSignal('noVolume', 'Volume or volatility of the last day is not known.')
  const whole = fillOf(view.known.book, book, size)
  if (whole === undefined) return refused('size', 'The size is larger than the book.')
  const fixed = view.fees.taker + halfSpread(view.known.book)
  const count = Math.min(SLICES.most, Math.max(SLICES.least, Math.round(durationMs / SLICE_MS)))
  const instant = Math.max(0, whole.slippage - halfSpread(view.known.book))
  // An order cut into slices is never taken to cost more than the same order at once.
  const impactOf = (slices: readonly number[], ms: number) =>
    Math.min(instant, impactAlong(view, size, slices, ms, day, book))
  const even = new Array<number>(count).fill(1 / count)
  const schedule = (name: Schedule['name'], slices: readonly number[], ms: number): Schedule => {
    const impact = impactOf(slices, ms)
    const risk = riskOf(slices, scaleOver(day, ms).volatility)
    const cost = fixed + impact
    return { name, durationMs: ms, slices, cost, impact, risk, score: cost + riskAversion * risk * risk }
  }
  const twap = schedule('TWAP', even, durationMs)
  const pace = Math.sqrt((riskAversion * scaleOver(day, durationMs).volatility ** 2) / Math.max(1e-9, twap.impact))
  const participationMs = Math.min(30 * DAY_MS, Math.max(60_000, (size / (PARTICIPATION * day.notional)) * DAY_MS))
  const waiting = waitFor(view, side, size, durationMs, twap, riskAversion)
  const schedules: Schedule[] = [
    {
      name: 'at once',
      durationMs: 0,
      slices: [1],
      cost: fixed + instant,
      impact: instant,
      risk: 0,
      score: fixed + instant,
    },
    twap,
    schedule('VWAP', volumeShares(view, count, durationMs), durationMs),
    schedule(
      'participation',
      new Array<number>(Math.max(SLICES.least, Math.min(SLICES.most, Math.round(participationMs / SLICE_MS))))
        .fill(0)
        .map((_, __, all) => 1 / all.length),
      participationMs,
    ),
    schedule('Almgren-Chriss', almgrenChriss(count, pace), durationMs),
    ...(waiting === undefined ? [] : [waiting.schedule]),
  ]
  const [best] = schedules.toSorted((a, b) => a.score - b.score)
  const avoid = inTheWay(view, side, scaleOver(day, durationMs).volatility)
  return {
    kind: 'answer',
    side,
    size,
    best: best!.name,
    slices: best!.slices.length,
    cost: best!.cost,
    risk: best!.risk,
    reason: reasonOf(best!, avoid, durationMs, side),
    schedules,
    avoid,
    fill: waiting?.fill,
    evidence: [
      { text: 'The book at once', kind: 'observed', value: whole.slippage, unit: 'fraction' },
      {
        text: 'Square-root law, whole order',
        kind: 'model',
        value: squareRootImpact(size, day),
        unit: 'fraction',
      },
      { text: 'Of a day of volume', kind: 'observed', value: size / day.notional, unit: 'fraction' },
    ],
    notes: [
      `Impact is the higher of what each slice takes from the book and two thirds of the square-root law, at most what the book takes at once. ${best!.name === 'wait for cluster' ? 'Waiting saves fees and impact, never the price itself: without drift, what is missed costs what is gained.' : ''}`.trim(),
    ],
  }
}

/** Mean impact of a schedule, a fraction: slices against the book (refilled between them), and the law for the whole. */
function impactAlong(
  view: MarketView,
  size: number,
  slices: readonly number[],
  ms: number,
  day: DayScale,
  book: 'bids' | 'asks',
): number {
  const known = view.known!.book
  const spread = halfSpread(known)
  let taken = 0
  let concentration = 0
  for (const part of slices) {
    const fill = part > 0 ? fillOf(known, book, size * part) : undefined
    taken += part * Math.max(0, (fill?.slippage ?? 0) - spread)
    concentration += part * part
  }
  const law = MEAN_OF_IMPACT * squareRootImpact(size, scaleOver(day, ms)) * slices.length * concentration
  // Over a long schedule the law's own volatility grows with the volume it divides by: it does not depend on the pace.
  return Math.max(taken, law)
}

/** Standard deviation of a schedule's cost, a fraction: what remains during each slice is exposed to price. */
function riskOf(slices: readonly number[], volatility: number): number {
  let left = 1
  let sum = 0
  for (const part of slices) {
    sum += (left - part / 2) ** 2
    left -= part
  }
  return volatility * Math.sqrt(sum / slices.length)
}

/** Almgren and Chriss (2000): what remains falls as sinh(k (T - t)) / sinh(k T); `pace` is k T. */
export function almgrenChriss(count: number, pace: number): number[] {
  const bounded = Math.min(20, pace)
  const left = (t: number) => (bounded < 1e-6 ? 1 - t : Math.sinh(bounded * (1 - t)) / Math.sinh(bounded))
  return Array.from({ length: count }, (_, i) => left(i / count) - left((i + 1) / count))
}

/** Parts of the order by what was traded in the same hours of the day before; even where that is not known. */
function volumeShares({ bars, map }: MarketView, count: number, durationMs: number): number[] {
  const from = map.at - DAY_MS
  const sums = new Array<number>(count).fill(0)
  for (const { exchangeTime, volume } of barsWithin(bars, DAY_MS + bars[0]!.intervalMs, map.at)) {
    const slice = Math.floor(((exchangeTime - from) / durationMs) * count)
    if (slice >= 0 && slice < count) sums[slice]! += volume ?? 0
  }
  const total = sums.reduce((sum, one) => sum + one, 0)
  return sums.map((sum) => (total > 0 ? sum / total : 1 / count))
}

function inTheWay({ clusters, map }: MarketView, side: 'buy' | 'sell', volatility: number): ExecutionAnswer['avoid'] {
  return clusters
    .filter((cluster) => cluster.side === (side === 'buy' ? 'short' : 'long'))
    .map((cluster) => ({
      id: cluster.id,
      price: nearEdge(cluster),
      touch: touchProbability(Math.abs(Math.log(nearEdge(cluster) / map.price)), volatility),
    }))
    .filter(({ touch }) => touch >= 0.1)
    .sort((a, b) => b.touch - a.touch)
}

/**
 * Resting in the nearest zone of the other side: forced orders fill us as maker. Price without drift makes what is
 * gained where it comes equal to what is lost where it does not, so only fees and impact are saved; the risk is that of
 * the whole position over the whole time.
 */
function waitFor(
  view: MarketView,
  side: 'buy' | 'sell',
  size: number,
  ms: number,
  rest: Schedule,
  riskAversion: number,
) {
  const { clusters, map, fees } = view
  const volatility = (view.dayVolatility ?? 0) * Math.sqrt(ms / DAY_MS)
  const [nearest] = clusters
    .filter((cluster) => cluster.side === (side === 'buy' ? 'long' : 'short'))
    .toSorted((a, b) => Math.abs(a.distance) - Math.abs(b.distance))
  if (nearest === undefined) return undefined
  const touch = touchProbability(Math.abs(Math.log(nearest.price / map.price)), volatility)
  const filled = Math.min(1, (OUR_SHARE * nearest.notional) / size)
  const part = touch * filled
  const cost = part * fees.maker + (1 - part) * rest.cost
  const risk = volatility
  return {
    fill: { id: nearest.id, price: nearest.price, touch, filled },
    schedule: {
      name: 'wait for cluster' as const,
      durationMs: ms,
      slices: [part, 1 - part],
      cost,
      impact: (1 - part) * rest.impact,
      risk,
      score: cost + riskAversion * risk * risk,
    },
  }
}

function reasonOf(best: Schedule, avoid: ExecutionAnswer['avoid'], durationMs: number, side: 'buy' | 'sell'): string {
  const [first] = avoid
  const way = `${(best.cost * 1e4).toFixed(1)} bp expected, ± ${(best.risk * 1e4).toFixed(1)} bp`
  const zone =
    first === undefined
      ? `No zone of forced ${side === 'buy' ? 'buys' : 'sells'} is within reach of ${hours(durationMs)} h.`
      : `${first.id} at ${text(first.price)} is in the way with ${Math.round(first.touch * 100)} %: there forced ${side === 'buy' ? 'buys' : 'sells'} compete.`
  return `${way}. ${zone}`
}
