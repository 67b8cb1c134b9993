import type { InstrumentId, MarginTier } from '@liqscope/market'
import type { Estimator } from '../estimate/estimator.ts'
import { COLUMN, EXPOSURES, LONG_MEMORY, SHORT_MEMORY } from '../estimate/exposures.ts'
import { binOf, GRID_STEP, mirrorBin, positionOf, priceAt } from '../estimate/price-grid.ts'
import { PRIOR_SPREAD } from '../estimate/prior-weights.ts'
import type { SideEstimate } from '../estimate/side-estimate.ts'
import { leverageAt } from '../margin/leverage.ts'
import { LEVERAGE_GROUPS, type LiquidationMap, type ModelNote } from './liquidation-map.ts'
import { windowBins } from './map-window.ts'
import { bandOf } from './uncertainty.ts'

/** Leverage at which a class passes to the next group: the geometric means of 10, 25, 50 and 100. */
const GROUP_EDGES = [Math.sqrt(10 * 25), Math.sqrt(25 * 50), Math.sqrt(50 * 100)]
/** Variance is multiplied by this for each input that is missing. */
const WIDER_WITHOUT_INPUT = 2

/** What the unfinished bar has done since the estimate's last bar. */
export interface Reached {
  readonly high: number
  readonly low: number
  /** The newest price that triggers liquidation. */
  readonly mark: number
}

export interface DrawOptions {
  readonly market: InstrumentId
  readonly at: number
  readonly reached: Reached
  /** Fractions of the mark. */
  readonly below: number
  readonly above: number
  /** The venue's table, where it is known: leverage is read off it. */
  readonly tiers: readonly MarginTier[] | undefined
  /** Of the forced orders this market publishes against those the spread was measured on. */
  readonly noiseScale: number
  /** By what the variance is multiplied besides. */
  readonly widening: number
  readonly hourVolatility: number | undefined
  readonly model: ModelNote
}

/** A side's mass per bin of a price window, base units, split into the freshness part and leverage groups. */
interface SideDensity {
  readonly background: Float64Array
  readonly groups: readonly Float64Array[]
}

/** Reads the map of now out of an estimate. */
export function drawMap(estimator: Estimator, options: DrawOptions): LiquidationMap {
  const { reached, model } = options
  const { firstBin, bins } = windowBins(reached.mark, options)
  const sides = {
    long: densityOf(estimator, 'long', options, firstBin, bins),
    short: densityOf(estimator, 'short', options, firstBin, bins),
  }
  const map = {
    long: new Float64Array(bins),
    short: new Float64Array(bins),
    longLow: new Float64Array(bins),
    longHigh: new Float64Array(bins),
    shortLow: new Float64Array(bins),
    shortHigh: new Float64Array(bins),
    byLeverage: new Float64Array(LEVERAGE_GROUPS.length * bins),
  }
  const size = estimator.referenceSize
  const missing = Number(estimator.knownOpenInterest === undefined) + Number(estimator.stats.barsWithoutVolume > 0)
  const widening = options.widening * WIDER_WITHOUT_INPUT ** missing
  const spread = {
    phi: PRIOR_SPREAD.phi * options.noiseScale * size * reached.mark * widening,
    kappa: PRIOR_SPREAD.kappa * widening,
  }
  for (const side of ['long', 'short'] as const) {
    const { background, groups } = sides[side]
    const low = map[`${side}Low`]
    const high = map[`${side}High`]
    for (let i = 0; i < bins; i++) {
      const price = priceAt(firstBin + i + 0.5)
      let sum = background[i]!
      for (let g = 0; g < groups.length; g++) {
        const part = groups[g]![i]!
        sum += part
        map.byLeverage[g * bins + i] = map.byLeverage[g * bins + i]! + part * price
      }
      const unknown = (LEVERAGE_GROUPS.length - 1) * bins + i
      map.byLeverage[unknown] = map.byLeverage[unknown]! + background[i]! * price
      const notional = sum * price
      if (!(notional > 0)) continue
      const band = bandOf(notional, spread)
      map[side][i] = notional
      low[i] = band.low
      high[i] = band.high
    }
  }
  const openInterest = estimator.knownOpenInterest
  return {
    kind: 'liquidationMap',
    market: options.market,
    at: options.at,
    price: reached.mark,
    step: GRID_STEP,
    firstBin,
    bins,
    ...map,
    spread,
    ...(options.hourVolatility === undefined ? {} : { hourVolatility: options.hourVolatility }),
    ...(openInterest === undefined
      ? {}
      : { openInterest: { size: openInterest, notional: openInterest * reached.mark } }),
    model,
  }
}

/** One column of the heatmap: USD per bin of [firstBin, firstBin + bins), longs below the mark, shorts above. */
export function drawColumn(estimator: Estimator, reached: Reached, firstBin: number, bins: number): Float32Array {
  const values = new Float32Array(bins)
  const sum = new Float64Array(bins)
  for (const side of ['long', 'short'] as const) {
    const window = windowOf(side, reached.mark, firstBin, bins)
    if (window === undefined) continue
    const { from, to } = window
    const out = sum.fill(0, 0, to - from + 1)
    addAll(estimator, side, estimator.weightsOf(side), reached, from, to, out, out)
    for (let position = from; position <= to; position++) {
      const bin = side === 'long' ? mirrorBin(position) : position
      const part = position === from ? window.firstPart : 1
      values[bin - firstBin] = out[position - from]! * part * priceAt(bin + 0.5)
    }
  }
  return values
}

/** The leverage group (index into LEVERAGE_GROUPS) of a distance to liquidation on a venue with these tiers. */
export function leverageGroupOf(distance: number, tiers: readonly MarginTier[] | undefined): number {
  return groupOfLeverage(leverageAt(distance, tiers))
}

/** The leverage group (index into LEVERAGE_GROUPS) of a leverage. */
export function groupOfLeverage(leverage: number): number {
  return GROUP_EDGES.filter((edge) => leverage >= edge).length
}

function densityOf(
  estimator: Estimator,
  side: 'long' | 'short',
  { reached, tiers }: DrawOptions,
  firstBin: number,
  bins: number,
): SideDensity {
  const background = new Float64Array(bins)
  const groups = LEVERAGE_GROUPS.slice(0, -1).map(() => new Float64Array(bins))
  const window = windowOf(side, reached.mark, firstBin, bins)
  if (window === undefined) return { background, groups }
  const { from, to, firstPart } = window
  const scratch = new Float64Array(to - from + 1)
  const place = (target: Float64Array) => {
    scratch[0] = scratch[0]! * firstPart
    for (let i = 0; i < scratch.length; i++)
      target[(side === 'long' ? mirrorBin(from + i) : from + i) - firstBin] = scratch[i]!
    scratch.fill(0)
  }
  const nothing = new Float64Array(to - from + 1)
  addAll(estimator, side, estimator.weightsOf(side), reached, from, to, scratch, nothing, 'background')
  place(background)
  groups.forEach((target, group) => {
    const weights = weightsOfGroup(estimator.weightsOf(side), group, tiers)
    if (weights === undefined) return
    addAll(estimator, side, weights, reached, from, to, nothing, scratch, 'classes')
    place(target)
  })
  return { background, groups }
}

/** Adds background and class density of bins [from, to] as the side sees them. */
function addAll(
  estimator: Estimator,
  side: 'long' | 'short',
  weights: Readonly<Float64Array>,
  reached: Reached,
  from: number,
  to: number,
  background: Float64Array,
  classes: Float64Array,
  part?: 'background' | 'classes',
): void {
  const estimate: SideEstimate = estimator[side]
  const sign = side === 'long' ? -1 : 1
  const high = sign * positionOf(side === 'long' ? reached.low : reached.high)
  const low = sign * positionOf(side === 'long' ? reached.high : reached.low)
  const close = sign * positionOf(reached.mark)
  if (part !== 'background') {
    const scale = estimator.scaleOf(side)
    const fade = estimator.nextFade
    const scaled = weights.map((weight, column) => weight * scale * fade[column]!)
    estimate.addClasses(scaled, from, to, classes, reached.mark === estimator.price ? undefined : high)
  }
  if (part !== 'classes')
    estimate.addBackground(weights, estimator.referenceSize, { high, low, close }, from, to, background)
}

function weightsOfGroup(
  weights: Readonly<Float64Array>,
  group: number,
  tiers: readonly MarginTier[] | undefined,
): Float64Array | undefined {
  const own = new Float64Array(EXPOSURES.length)
  LONG_MEMORY.forEach((distance, k) => {
    if (leverageGroupOf(distance, tiers) === group) own[COLUMN.long + k] = weights[COLUMN.long + k]!
  })
  SHORT_MEMORY.forEach((distance, k) => {
    if (leverageGroupOf(distance, tiers) === group) own[COLUMN.short + k] = weights[COLUMN.short + k]!
  })
  return own.some((weight) => weight > 0) ? own : undefined
}

/**
 * The bins of a window that may hold a side's mass, as that side counts them, nearest first. The mark's own bin goes
 * to the side on which its middle lies, with the part of it beyond the mark.
 */
function windowOf(
  side: 'long' | 'short',
  mark: number,
  firstBin: number,
  bins: number,
): { from: number; to: number; firstPart: number } | undefined {
  const markBin = binOf(mark)
  const place = Math.min(1, Math.max(0, Math.log(mark) / GRID_STEP - markBin)) // of the mark within its bin
  const own = side === 'long' ? place > 0.5 : place < 0.5
  const nearest = side === 'long' ? markBin - (own ? 0 : 1) : markBin + (own ? 0 : 1)
  const from = side === 'long' ? mirrorBin(nearest) : nearest
  const to = side === 'long' ? mirrorBin(firstBin) : firstBin + bins - 1
  if (from > to) return undefined
  return { from, to, firstPart: own ? (side === 'long' ? place : 1 - place) : 1 }
}
