import { Level, type LevelState } from './level.ts'
import type { GroupPrior, MarketShare } from './pooling/group-prior.ts'
import { RateRows, type RateRowsState, type RateStatistics } from './rate-fit.ts'

/** Changes whenever the same events would give other weights: a stored state of another version is not resumed. */
export const CALIBRATION_VERSION = '3'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** What was learned of the weights' shape fades by half in this time. */
const SHAPE_HALF_LIFE_MS = 20 * DAY_MS
/** The level follows the market faster than the shape; each side's own level is a slower, smaller correction. */
const LEVEL = { halfLifeMs: 4 * DAY_MS, anchor: 20 }
const SIDE_LEVEL = { halfLifeMs: 8 * DAY_MS, anchor: 100 }
/** Each column's starting weight counts as this many observations of average evidence. */
const PRIOR_STRENGTH = 0.3
/** Passes over all rows in a whole fit. Fewer leave the fit at its start, more follow the noise: 5 to 30 score alike. */
const PASSES = 10
/** Below this part of the mean rate a predicted rate counts as this part: no row may divide by nothing. */
const FLOOR = 1e-6
/** A row of which hardly anything was expected gives no more evidence than one of this part of the mean row. */
const LEAST_PART = 0.05
/** Whole fits are made over at most so many rows (two a bar, 5.7 days of minutes); later ones only add to them. */
const ROWS_REFITTED = 16_384
/** Observations of average evidence from which weights are called fitted. */
const ENOUGH_EVIDENCE = 10

/** One side of a closed bar: what it swept, per unit of weight, and the forced size that was published. */
export interface SideObservation {
  readonly exposures: ArrayLike<number>
  /** Absent where the bar does not say: that side then teaches nothing. */
  readonly observed: number | undefined
}

/**
 * Fading sums over rows: what was observed, y, what the starting weights predict, x, and the evidence y / sqrt(x) that
 * a row gives, which is what the quasi-likelihood weighs it by.
 */
interface PriorMoments {
  y: number
  x: number
  evidence: number
  evidenceSquares: number
  rows: number
}

const NO_MOMENTS: PriorMoments = { y: 0, x: 0, evidence: 0, evidenceSquares: 0, rows: 0 }

/** Everything a calibration knows, as plain data: store it, and resume it with `Calibration.resume`. */
export interface CalibrationState {
  readonly version: string
  readonly prior: readonly number[]
  readonly warmUp?: number
  readonly weights: readonly number[]
  readonly evidence: readonly number[]
  readonly exposure: readonly number[]
  readonly moments: PriorMoments
  readonly fresh: PriorMoments
  readonly level: LevelState
  readonly sideLevel: LevelState
  readonly levels: readonly [both: number, long: number, short: number]
  readonly bars: number
  readonly rows: RateRowsState
  readonly rowsFitted: number
  readonly nextWhole: number
  readonly time: number | null
  readonly fittedAt: number | null
}

/**
 * Learns the weights of the exposure columns from the forced orders a market published: online, forward only, pure.
 *
 * `observe` takes each closed bar in order and changes no weight; `refit` takes over what was observed since. Between
 * two refits the weights stand still, so that whatever is predicted in between was known at its start.
 *
 * mean forced size of a bar and side = level x level of the side x sum over columns of weight x exposure
 *
 * - Shape: non-negative weights by multiplicative updates (RateRows), drawn toward starting weights of the same
 *   market structure, whose scale is taken from the data. While history is short the whole of it is fitted again
 *   whenever it has doubled; in between, and when it has grown long, each refit adds the new rows to the fading
 *   statistics (online EM: Cappé and Moulines, JRSS B 71 (2009), 593-613).
 * - Level: observed over predicted of the last days (Level), which the shape is too slow for.
 *
 * Guarantees: weights are finite and never negative; the same observations give the same bytes; without forced orders
 * the weights are the starting ones; a state resumes exactly.
 */
export class Calibration {
  /** Weights to use for each side until the next refit, levels included. */
  readonly long: Float64Array
  readonly short: Float64Array
  private readonly weights: Float64Array
  private readonly statistics: RateStatistics
  /** How the starting weights fare on this market. */
  private moments: PriorMoments = { ...NO_MOMENTS }
  /** The same of the rows since the last refit. */
  private fresh: PriorMoments = { ...NO_MOMENTS }
  private level = new Level(LEVEL.halfLifeMs, LEVEL.anchor)
  private sideLevel = new Level(SIDE_LEVEL.halfLifeMs, SIDE_LEVEL.anchor)
  private levels: [both: number, long: number, short: number] = [1, 1, 1]
  private readonly rows: RateRows
  private rowsFitted = 0
  /** Rows from which the whole history is fitted again. */
  private nextWhole = 0
  private bars = 0
  private time = Number.NaN
  private fittedAt = Number.NaN

  /**
   * @param prior starting weights, finite and not negative; a column of weight 0 stays at 0.
   * @param warmUp first bars to learn nothing from; `warmUpBars` of their length when left out.
   */
  constructor(
    private readonly prior: Readonly<Float64Array>,
    private readonly warmUp?: number,
  ) {
    if (!prior.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new RangeError('starting weights are finite and not negative')
    const columns = prior.length
    this.weights = prior.slice()
    this.long = prior.slice()
    this.short = prior.slice()
    this.statistics = { evidence: new Float64Array(columns), exposure: new Float64Array(columns) }
    this.rows = new RateRows(columns)
  }

  /**
   * Notes a closed bar: its length and end in epoch ms, both sides. The first bars are passed over while the columns'
   * memories fill. A size that is not known, not finite or negative is left out.
   */
  observe(end: number, intervalMs: number, long: SideObservation, short: SideObservation): void {
    const elapsed = Number.isNaN(this.time) ? intervalMs : end - this.time
    this.time = end
    if (++this.bars <= (this.warmUp ?? warmUpBars(intervalMs))) return
    this.level.fade(elapsed)
    this.sideLevel.fade(elapsed)
    this.note(0, long, end)
    this.note(1, short, end)
  }

  /**
   * Takes over what was observed since the last refit. Weights change here and nowhere else.
   *
   * @param group what other markets of the same starting weights know: it takes the place of these.
   */
  refit(group?: GroupPrior): void {
    if (Number.isNaN(this.time)) return
    const { rows, rowsFitted } = this
    const whole = rows.count >= this.nextWhole && this.nextWhole < ROWS_REFITTED
    const elapsed = Number.isNaN(this.fittedAt) ? 0 : this.time - this.fittedAt
    this.fittedAt = this.time
    this.fade(0.5 ** (elapsed / SHAPE_HALF_LIFE_MS))
    this.takeFresh()
    if (this.moments.y > 0) {
      const target = this.target(group)
      const floor = (FLOOR * this.moments.y) / Math.max(1, rows.count)
      const strength = group?.strength ?? PRIOR_STRENGTH
      if (whole) this.fitAll(target, strength, floor)
      else {
        rows.addTo(this.statistics, this.weights, floor, rowsFitted)
        this.solve(target, strength)
      }
    }
    this.rowsFitted = rows.count
    if (rows.count >= ROWS_REFITTED || this.nextWhole >= ROWS_REFITTED) {
      rows.clear()
      this.rowsFitted = 0
    }
    this.levels = [this.level.both, this.sideLevel.of(0), this.sideLevel.of(1)]
    this.publish()
  }

  /** What this market publishes of forced orders, in units of what the starting weights predict. 1 before any. */
  get scale(): number {
    const { y, x } = this.moments
    return x > 0 && y > 0 ? finiteOr(y / x, 1) : 1
  }

  /**
   * Observations behind the weights, as many as would give this much evidence were all alike: (sum e)^2 / sum e^2
   * (Kish, Survey Sampling, 1965). One huge bar is one observation, however much it liquidated.
   */
  get evidence(): number {
    const { evidence, evidenceSquares } = this.moments
    return evidenceSquares > 0 ? evidence ** 2 / evidenceSquares : 0
  }

  /** True when the weights rest on this market's forced orders rather than on the starting weights alone. */
  get isFitted(): boolean {
    return this.evidence >= ENOUGH_EVIDENCE
  }

  /** What other markets can learn from this one, `undefined` before any forced order. */
  get share(): MarketShare | undefined {
    const { evidence, exposure } = this.statistics
    const sum = evidence.reduce((total, value) => total + value, 0)
    const observations = this.evidence
    if (!(sum > 0 && observations > 0)) return undefined
    const { prior, scale } = this
    const unit = sum / observations
    return {
      prior,
      seen: evidence.map((value) => value / unit),
      expected: exposure.map((value, c) => (value * prior[c]! * scale) / unit),
      observations,
      scale,
    }
  }

  /** What the level and each side's level multiply at present. */
  get currentLevels(): readonly [both: number, long: number, short: number] {
    return this.levels
  }

  /** A copy of everything known. */
  get state(): CalibrationState {
    return {
      version: CALIBRATION_VERSION,
      prior: Array.from(this.prior),
      ...(this.warmUp === undefined ? {} : { warmUp: this.warmUp }),
      weights: Array.from(this.weights),
      evidence: Array.from(this.statistics.evidence),
      exposure: Array.from(this.statistics.exposure),
      moments: { ...this.moments },
      fresh: { ...this.fresh },
      level: structuredCopy(this.level.state),
      sideLevel: structuredCopy(this.sideLevel.state),
      levels: [...this.levels],
      bars: this.bars,
      rows: this.rows.state,
      rowsFitted: this.rowsFitted,
      nextWhole: this.nextWhole,
      time: Number.isNaN(this.time) ? null : this.time,
      fittedAt: Number.isNaN(this.fittedAt) ? null : this.fittedAt,
    }
  }

  /** A calibration that goes on where `state` was taken. @throws {RangeError} when it is of another version. */
  static resume(state: CalibrationState): Calibration {
    if (state.version !== CALIBRATION_VERSION)
      throw new RangeError(`calibration state of version ${state.version}, expected ${CALIBRATION_VERSION}`)
    const found = new Calibration(Float64Array.from(state.prior), state.warmUp)
    found.weights.set(state.weights)
    found.statistics.evidence.set(state.evidence)
    found.statistics.exposure.set(state.exposure)
    found.moments = { ...state.moments }
    found.fresh = { ...state.fresh }
    found.level = new Level(LEVEL.halfLifeMs, LEVEL.anchor, structuredCopy(state.level))
    found.sideLevel = new Level(SIDE_LEVEL.halfLifeMs, SIDE_LEVEL.anchor, structuredCopy(state.sideLevel))
    found.levels = [...state.levels]
    found.bars = state.bars
    found.rows.restore(state.rows)
    found.rowsFitted = state.rowsFitted
    found.nextWhole = state.nextWhole
    found.time = state.time ?? Number.NaN
    found.fittedAt = state.fittedAt ?? Number.NaN
    found.publish()
    return found
  }

  private note(side: 0 | 1, { exposures, observed }: SideObservation, end: number): void {
    if (!isSize(observed)) return
    const { rows, fresh } = this
    rows.push(exposures, observed, end, this.weights, this.prior)
    const { mean, expected } = rows
    if (this.nextWhole > 0) {
      this.level.add(side, observed, mean)
      this.sideLevel.add(side, observed, mean * this.levels[0])
    }
    fresh.y += observed
    fresh.x += expected
    fresh.rows++
    if (!(observed > 0)) return
    const least = (LEAST_PART * (this.moments.x + fresh.x)) / (this.moments.rows + fresh.rows)
    const evidence = observed / Math.sqrt(Math.max(expected, least, Number.MIN_VALUE))
    fresh.evidence += evidence
    fresh.evidenceSquares += evidence * evidence
  }

  private publish(): void {
    const [both, ofLong, ofShort] = this.levels
    for (let c = 0; c < this.weights.length; c++) {
      const weight = this.weights[c]!
      this.long[c] = finiteOr(weight * both * ofLong, weight)
      this.short[c] = finiteOr(weight * both * ofShort, weight)
    }
  }

  /**
   * The starting weights, or the group's, at the scale of this market: observed over predicted, one observation drawing
   * it to the group's, to 1 without any.
   */
  private target(group: GroupPrior | undefined): Float64Array {
    const { evidence, prior } = this
    const { exposure } = this.statistics
    const part = evidence / (evidence + 1)
    const scale = this.scale ** part * (group?.scale ?? 1) ** (1 - part)
    if (group === undefined) return prior.map((weight) => finiteOr(weight * scale, weight))
    let documented = 0
    let grouped = 0
    for (let c = 0; c < prior.length; c++) {
      documented += exposure[c]! * prior[c]!
      grouped += exposure[c]! * prior[c]! * group.ratios[c]!
    }
    const even = grouped > 0 ? finiteOr(documented / grouped, 1) : 1 // the scale was measured with the documented shape
    return prior.map((weight, c) => finiteOr(weight * group.ratios[c]! * scale * even, weight))
  }

  /** Fits all rows from the start: a few passes of multiplicative updates. */
  private fitAll(target: Float64Array, strength: number, floor: number): void {
    const { rows, statistics, weights, time } = this
    const ageWeight = (at: number) => 0.5 ** ((time - at) / SHAPE_HALF_LIFE_MS)
    weights.set(target)
    for (let pass = 0; pass <= PASSES; pass++) {
      statistics.evidence.fill(0)
      statistics.exposure.fill(0)
      rows.addAll(statistics, weights, floor, ageWeight)
      if (pass < PASSES) this.solve(target, strength)
    }
    this.nextWhole = 2 * Math.max(1, rows.count)
  }

  /** Weights from the statistics and the starting weights, which count as `strength` observations a column. */
  private solve(target: Float64Array, strength: number): void {
    const { evidence, exposure } = this.statistics
    const { weights } = this
    const sum = evidence.reduce((total, value) => total + value, 0)
    const prior = finiteOr((strength * sum) / this.evidence, 0) // in units of evidence
    for (let c = 0; c < weights.length; c++) {
      const own = target[c]!
      if (!(own > 0)) continue
      const below = exposure[c]! + prior / own
      const found = below > 0 ? (evidence[c]! + prior) / below : own
      weights[c] = finiteOr(found, own)
    }
  }

  private takeFresh(): void {
    this.moments = combine(this.moments, this.fresh, (a, b) => a + b)
    this.fresh = { ...NO_MOMENTS }
  }

  private fade(factor: number): void {
    for (const sums of [this.statistics.evidence, this.statistics.exposure])
      for (let c = 0; c < sums.length; c++) sums[c] = sums[c]! * factor
    this.moments = combine(this.moments, this.moments, (a) => a * factor)
  }
}

/** Bars that only fill the columns' memories: a day of minutes, a week of hours. */
export function warmUpBars(intervalMs: number): number {
  if (intervalMs >= HOUR_MS) return Math.ceil((7 * DAY_MS) / Math.max(HOUR_MS, intervalMs))
  return Math.max(48, Math.ceil(DAY_MS / intervalMs))
}

function combine(a: PriorMoments, b: PriorMoments, by: (a: number, b: number) => number): PriorMoments {
  return {
    y: by(a.y, b.y),
    x: by(a.x, b.x),
    evidence: by(a.evidence, b.evidence),
    evidenceSquares: by(a.evidenceSquares, b.evidenceSquares),
    rows: by(a.rows, b.rows),
  }
}

/** Sums of sizes near the limits of a double overflow or vanish: then the fallback stands. */
function finiteOr(value: number, fallback: number): number {
  return value < Number.POSITIVE_INFINITY && value >= 0 ? value : fallback
}

function isSize(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value < Number.POSITIVE_INFINITY
}

function structuredCopy(state: LevelState): LevelState {
  return { observed: [...state.observed], predicted: [...state.predicted], squares: state.squares }
}
