import { type Answer, type Evidence, noSignal } from '../answer.ts'
import { type GradientZone, gradientIndex, indexAround } from '../gradient.ts'
import { type MarketView, mapFault, volatilityOver } from '../market-view.ts'
import { DAY_MS, HOUR_MS, varianceRate } from '../volatility.ts'
import { horizonFault, hours, text } from './question.ts'

/**
 * Range of a driftless diffusion over its standard deviation (Feller 1951): median 1.53, standard deviation of its
 * logarithm 0.29; with volatility itself wrong by 0.35 in the logarithm, 0.45 together.
 */
const MEDIAN_RANGE = 1.53
const LOG_SPREAD = 0.45
const NORMAL_90 = 1.2816
/** The last hour's volatility over the day's: below the first it is calm, above the second violent. */
const CALM = 0.7
const VIOLENT = 1.5
const DEFAULT_HORIZON_MS = 4 * HOUR_MS

export interface VolatilityQuestion {
  readonly horizonMs?: number | undefined
}

export interface VolatilityAnswer {
  readonly horizonMs: number
  /** High over low within the horizon, minus 1: median, and 10-90 %. */
  readonly range: number
  readonly rangeLow: number
  readonly rangeHigh: number
  readonly regime: 'calm' | 'usual' | 'violent'
  /** Volatility of the last hour over that of the day. */
  readonly lastHour: number
  /** Gradient index around the price, 0-100. */
  readonly index: number | undefined
  readonly above: GradientZone | undefined
  readonly below: GradientZone | undefined
  readonly reason: string
  readonly evidence: readonly Evidence[]
  readonly notes: readonly string[]
}

/** How far price is expected to range, and what kind of place it is in. */
export function volatilityTool(
  view: MarketView,
  { horizonMs = DEFAULT_HORIZON_MS }: VolatilityQuestion = {},
): Answer<VolatilityAnswer> {
  const wrong = horizonFault(horizonMs)
  if (wrong !== undefined) return wrong
  const empty = mapFault(view)
  if (empty !== undefined) return empty
  const { map, bars } = view
  const volatility = volatilityOver(view, horizonMs)
  const hour = varianceRate(bars, HOUR_MS, map.at)
  const day = varianceRate(bars, DAY_MS, map.at)
  if (volatility === undefined || hour === undefined || day === undefined)
    return noSignal('fewBars', 'Less than half a day of bars is known.')
  const lastHour = Math.sqrt(hour / day)
  const regime = lastHour < CALM ? 'calm' : lastHour > VIOLENT ? 'violent' : 'usual'
  const gradient = gradientIndex(map)
  const index = indexAround(gradient, map, map.price)
  const above = gradient.zones.find(({ side, high }) => side === 'short' && high > map.price)
  const below = gradient.zones.findLast(({ side, low }) => side === 'long' && low < map.price)
  const { range, rangeLow, rangeHigh } = rangeOf(volatility)
  return {
    kind: 'answer',
    horizonMs,
    range,
    rangeLow,
    rangeHigh,
    regime,
    lastHour,
    index,
    above,
    below,
    reason: `The last hour was ${regime}: ${lastHour.toFixed(2)} times the day's volatility. ${zoneText(above, 'Above')} ${zoneText(below, 'Below')}`,
    evidence: [
      { text: `Volatility, ${hours(horizonMs)} h forecast`, kind: 'model', value: volatility, unit: 'fraction' },
      { text: 'Last hour over day', kind: 'observed', value: lastHour, unit: 'ratio' },
      ...(index === undefined
        ? []
        : [
            {
              text: 'Gradient index at the price',
              kind: 'estimated' as const,
              value: index,
              unit: 'count' as const,
            },
          ]),
    ],
    notes: [
      'The forecast is of past volatility alone. The gradient index is shown beside it and not used in it: whether it adds anything is tested, see the gain below.',
    ],
  }
}

/** Median and 10-90 % of the range within a stretch of this volatility, as fractions of price. */
function rangeOf(volatility: number): {
  readonly range: number
  readonly rangeLow: number
  readonly rangeHigh: number
} {
  const at = (z: number) => Math.expm1(MEDIAN_RANGE * volatility * Math.exp(z * LOG_SPREAD))
  return { range: at(0), rangeLow: at(-NORMAL_90), rangeHigh: at(NORMAL_90) }
}

function zoneText(zone: GradientZone | undefined, where: string): string {
  if (zone === undefined) return `${where}: no dense zone and no gap within the map.`
  return `${where}: ${zone.kind === 'blackHole' ? 'a dense zone' : 'a smooth gap'} from ${text(zone.low)} to ${text(zone.high)}.`
}
