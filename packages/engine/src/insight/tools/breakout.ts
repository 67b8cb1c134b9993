import type { PositionSide } from '@liqscope/market'
import { type Answer, type Evidence, noSignal } from '../answer.ts'
import { simulateCascade } from '../cascade/cascade.ts'
import { bookFault, type MarketView, mapFault, volatilityOver } from '../market-view.ts'
import { barsWithin, DAY_MS, endOf, HOUR_MS, varianceRate } from '../volatility.ts'
import { horizonFault, hours, text } from './question.ts'

/** Stretches that are looked at for a consolidation, the longest first. */
const LOOKBACKS_MS = [8 * HOUR_MS, 4 * HOUR_MS, 2 * HOUR_MS] as const
/** A range is a consolidation at this part of what a price of the day's volatility would have covered. */
const TIGHT = 0.7
/** Mean range of a driftless diffusion over its standard deviation: sqrt(8 / pi). */
const MEAN_RANGE = Math.sqrt(8 / Math.PI)
/** A share of fuel nearer to a half than this says nothing. */
const UNEVEN = 0.05
const DEFAULT_HORIZON_MS = 4 * HOUR_MS

export interface BreakoutQuestion {
  /** Default 4 hours: as far as price goes in it, fuel counts. */
  readonly horizonMs?: number | undefined
}

export interface BreakoutSide {
  /** The bound that would break. */
  readonly bound: number
  /** ESTIMATED USD forced within the horizon's volatility beyond it. */
  readonly fuel: number
  readonly clusters: readonly string[]
  /** Scenario: where the chain would end, were price to go to the bound. Undefined without a book. */
  readonly end: number | undefined
}

export interface BreakoutAnswer {
  readonly bias: 'up' | 'down'
  /** Of the fuel of both sides, the part on the side of the bias: 0.5 to 1. */
  readonly share: number
  readonly reason: string
  readonly lookbackMs: number
  readonly low: number
  readonly high: number
  /** The range over what the day's volatility would have covered. */
  readonly tightness: number
  readonly up: BreakoutSide
  readonly down: BreakoutSide
  /** The bias is wrong once price is here. */
  readonly invalidation: number
  /** Probability that the upper bound is reached first by a price without drift: it depends on distance alone. */
  readonly upFirst: number
  readonly evidence: readonly Evidence[]
  readonly notes: readonly string[]
}

export interface Consolidation {
  readonly lookbackMs: number
  readonly low: number
  readonly high: number
  readonly tightness: number
}

/** Which side of a consolidation holds more forced orders beyond it. */
export function breakoutTool(
  view: MarketView,
  { horizonMs = DEFAULT_HORIZON_MS }: BreakoutQuestion = {},
): Answer<BreakoutAnswer> {
  const wrong = horizonFault(horizonMs)
  if (wrong !== undefined) return wrong
  const empty = mapFault(view)
  if (empty !== undefined) return empty
  const reach = volatilityOver(view, horizonMs)
  if (reach === undefined) return noSignal('fewBars', 'Too few bars are known to say how much price moves.')
  const range = consolidationOf(view)
  if (range === undefined)
    return noSignal(
      'notConsolidating',
      'Price is not consolidating: over 2, 4 and 8 hours it covered about what its volatility lets expect.',
    )
  const { map } = view
  const { low, high, tightness, lookbackMs } = range
  const up = sideOf(view, 'short', high, high * Math.exp(reach))
  const down = sideOf(view, 'long', low * Math.exp(-reach), low)
  const total = up.fuel + down.fuel
  if (!(total > 0)) return noSignal('noFuel', 'Nothing is estimated to be forced within reach beyond either bound.')
  const upShare = up.fuel / total
  if (Math.abs(upShare - 0.5) < UNEVEN)
    return noSignal(
      'evenFuel',
      `Fuel is even: ${Math.round(100 * upShare)} % of it lies above ${text(high)}, the rest below ${text(low)}.`,
      [String(Math.round(100 * upShare)), text(high), text(low)],
    )
  const bias = upShare > 0.5 ? 'up' : 'down'
  const share = Math.max(upShare, 1 - upShare)
  const upFirst = Math.log(map.price / low) / Math.log(high / low)
  return {
    kind: 'answer',
    bias,
    share,
    reason: `${Math.round(100 * share)} % of what would be forced within ${hours(horizonMs)} h of movement lies ${bias === 'up' ? `above ${text(high)}` : `below ${text(low)}`}, after ${hours(lookbackMs)} h in a range of ${((high / low - 1) * 100).toFixed(2)} %.`,
    lookbackMs,
    low,
    high,
    tightness,
    up: { ...up, bound: high },
    down: { ...down, bound: low },
    invalidation: bias === 'up' ? low : high,
    upFirst,
    evidence: [
      { text: `Fuel above ${text(high)}`, kind: 'estimated', value: up.fuel, unit: 'usd' },
      { text: `Fuel below ${text(low)}`, kind: 'estimated', value: down.fuel, unit: 'usd' },
      { text: 'Range over expected range', kind: 'observed', value: tightness, unit: 'ratio' },
      { text: 'Upper bound first, by distance', kind: 'model', value: upFirst, unit: 'probability' },
    ],
    notes: bookFault(view) === undefined ? [] : [`No chain beyond the bounds: ${bookFault(view)?.reason}`],
  }
}

/** The longest recent stretch in which price stayed in a range that is tight for the volatility of the day before it. */
function consolidationOf({ bars, map }: MarketView): Consolidation | undefined {
  for (const lookbackMs of LOOKBACKS_MS) {
    const within = barsWithin(bars, lookbackMs, map.at)
    const first = within[0]
    if (first === undefined || within.reduce((sum, bar) => sum + bar.intervalMs, 0) < 0.9 * lookbackMs) continue
    const before = varianceRate(bars, DAY_MS, endOf(first) - first.intervalMs)
    if (before === undefined || !(before > 0)) continue
    const low = within.reduce((least, bar) => Math.min(least, bar.low), Number.POSITIVE_INFINITY)
    const high = within.reduce((most, bar) => Math.max(most, bar.high), 0)
    const tightness = Math.log(high / low) / (MEAN_RANGE * Math.sqrt((before * lookbackMs) / HOUR_MS))
    if (tightness <= TIGHT && map.price > low && map.price < high) return { lookbackMs, low, high, tightness }
  }
  return undefined
}

function sideOf(view: MarketView, side: PositionSide, low: number, high: number): Omit<BreakoutSide, 'bound'> {
  const { map, clusters } = view
  let fuel = 0
  for (let i = 0; i < map.bins; i++) {
    const price = Math.exp((map.firstBin + i + 0.5) * map.step)
    if (price >= low && price < high) fuel += map[side][i]!
  }
  const chain =
    bookFault(view) === undefined ? simulateCascade(view, { to: side === 'short' ? low : high, draws: 1 }) : undefined
  return {
    fuel,
    clusters: clusters.filter((one) => one.side === side && one.low < high && one.high > low).map(({ id }) => id),
    end: chain?.kind === 'answer' ? chain.end : undefined,
  }
}
