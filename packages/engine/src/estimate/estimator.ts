import type { Bar } from '@liqscope/market'
import { flowOf } from './flow.ts'
import type { SidePath } from './freshness.ts'
import { positionOf } from './price-grid.ts'
import { PRIOR_WEIGHTS } from './prior-weights.ts'
import { fadeAfter, type Inventory, SideEstimate } from './side-estimate.ts'
import { usualTurnover } from './usual-turnover.ts'
import { type BarFault, faultOf, isImplausible } from './valid-bar.ts'

const DAY_MS = 86_400_000
/** Where a venue publishes no open interest: this part of the last day's volume stands in for it. */
const OPEN_INTEREST_PER_DAY_VOLUME = 0.5

/** The stretch of the price that triggers liquidation within a bar, where it was observed. */
export interface MarkRange {
  readonly high: number
  readonly low: number
  readonly close: number
}

/** How one side's open interest changed in the last bar, base units: opens - closes - liquidated = change. */
export interface FlowLedger {
  readonly opens: number
  /** Closed by their owners. */
  readonly closes: number
  /** Predicted forced closes: `consumed` as far as the flow allows so many closes. */
  readonly liquidated: number
  /** Predicted mass taken from the map: liquidated + reassigned. */
  readonly consumed: number
  /** Mass at swept prices that was not liquidated after all: it joins the slack. */
  readonly reassigned: number
  readonly change: number
}

export interface EstimatorStats {
  readonly bars: number
  readonly ignored: Readonly<Partial<Record<BarFault, number>>>
  /** Bars whose change of open interest exceeded their volume. */
  readonly flowViolations: number
  /** Stretches between bars that no bar covered. */
  readonly gaps: number
  /** True when the last folded bar swept a stretch that was passed within a gap, unobserved. */
  readonly unobserved: boolean
  readonly barsWithoutVolume: number
  readonly barsWithoutOpenInterest: number
}

/** Longest bar whose wicks a mark price smooths away: in longer ones the mark has the time to follow. */
const LONGEST_SMOOTHED_MS = 300_000
/** Part of a wick, beyond open and close, that the mark price does not reach. 0.15 to 0.45 score alike. */
const WICK_NOT_REACHED = 0.3

const NO_FLOW: FlowLedger = { opens: 0, closes: 0, liquidated: 0, consumed: 0, reassigned: 0, change: 0 }

/**
 * The estimate of one instrument: a fold over its bars. Pure and deterministic: the same bars give the same bytes.
 *
 * After each `fold`, `long.exposures` and `short.exposures` hold the unit mass that the bar swept, per column of
 * EXPOSURES, from the state BEFORE the bar's own opens entered; predicted forced size = weights . exposures.
 */
export class Estimator {
  readonly long = new SideEstimate()
  readonly short = new SideEstimate()
  private readonly weights = { long: PRIOR_WEIGHTS.slice(), short: PRIOR_WEIGHTS.slice() }
  private fade: { readonly intervalMs: number; readonly columns: Float64Array } | undefined
  private readonly path: SidePath = { open: 0, high: 0, low: 0, close: 0, previous: 0, time: 0, intervalMs: 0 }
  /** Positions of the traded extremes of the last bar that came without a mark. */
  private readonly traded = { high: 0, low: 0 }
  private readonly ignored: Partial<Record<BarFault, number>> = {}
  private bars = 0
  private gaps = 0
  private unobserved = false
  private flowViolations = 0
  private barsWithoutVolume = 0
  private barsWithoutOpenInterest = 0
  private lastTime = Number.NEGATIVE_INFINITY
  private lastEnd = Number.NEGATIVE_INFINITY
  private lastPrice = Number.NaN
  private lastPosition = Number.NaN
  private openInterest: number | undefined
  private dayVolume = 0
  private lastElapsedMs = 0
  private lastDayDecay = 1
  private readonly scales = { long: 1, short: 1 }
  /** Volume and change of open interest of the last bar. */
  private lastVolume = 0
  private lastChange = 0

  /**
   * Folds one closed bar. Bars must come in order; a bar that cannot be used changes nothing but `stats`.
   * `mark` replaces the traded range in the sweep where the venue's mark price was followed closely enough.
   *
   * @returns what was wrong with the bar, `undefined` when it was folded.
   */
  fold(bar: Bar, mark?: MarkRange): BarFault | undefined {
    const fault = faultOf(bar) ?? this.conflictOf(bar)
    if (fault !== undefined) {
      this.ignored[fault] = (this.ignored[fault] ?? 0) + 1
      return fault
    }
    const end = bar.exchangeTime + bar.intervalMs
    const first = this.bars === 0
    const elapsed = first ? bar.intervalMs : end - this.lastEnd
    this.unobserved = !first && bar.exchangeTime > this.lastEnd
    if (this.unobserved) this.gaps++
    const sizeBefore = this.referenceSize // what stood when the bar began: its own change is not known then
    const known = this.takeVolumeAndChange(bar, elapsed)
    const { lastVolume: volume, lastChange: change } = this
    const size = sizeBefore > 0 ? sizeBefore : this.referenceSize
    const range = mark ?? bar
    const previous = first ? bar.open : this.lastPrice
    this.scales.long = scaleOf(this.long, this.weights.long, this.referenceSize)
    this.scales.short = scaleOf(this.short, this.weights.short, this.referenceSize)
    this.sweep(bar, range, previous, size, elapsed)

    const opened = (known ? volume : usualTurnover(bar) * size) / 2
    if (opened > 0) {
      const low = range === bar ? this.traded.low : positionOf(bar.low)
      const high = range === bar ? this.traded.high : positionOf(bar.high)
      this.short.open(low, high, opened, this.path.high)
      this.long.open(-high, -low, opened, -this.path.low)
    }
    if (known && Math.abs(change) > volume) this.flowViolations++
    this.lastPrice = range.close
    this.lastTime = bar.exchangeTime
    this.lastEnd = end
    this.bars++
    return undefined
  }

  /** Replaces the weights, as EXPOSURES: finite and not negative. Takes effect with the next bar and the next map. */
  setWeights(long: ArrayLike<number>, short: ArrayLike<number> = long): void {
    checkWeights(long)
    checkWeights(short)
    this.weights.long = Float64Array.from(long)
    this.weights.short = Float64Array.from(short)
  }

  weightsOf(side: 'long' | 'short'): Readonly<Float64Array> {
    return this.weights[side]
  }

  /** Predicted forced size of the last bar under the weights of now, base units, by the position that is closed. */
  get predicted(): { readonly long: number; readonly short: number } {
    return {
      long: this.long.predicted(this.weights.long, this.scales.long),
      short: this.short.predicted(this.weights.short, this.scales.short),
    }
  }

  /** The last price that could trigger liquidation, NaN before the first bar. */
  get price(): number {
    return this.lastPrice
  }

  /** End of the last folded bar, epoch ms, -Infinity before the first. */
  get time(): number {
    return this.lastEnd
  }

  /** One-sided open interest after the last bar that had one, base units. */
  get knownOpenInterest(): number | undefined {
    return this.openInterest
  }

  /** The size that stands for open interest: published, or half of a day's volume where the venue publishes none. */
  get referenceSize(): number {
    return this.openInterest ?? OPEN_INTEREST_PER_DAY_VOLUME * this.dayVolume
  }

  /** Part of the identified mass that fits into the open interest: 1 unless the weights place more than there is. */
  scaleOf(side: 'long' | 'short'): number {
    return scaleOf(this[side], this.weights[side], this.referenceSize)
  }

  /** What the next bar, as long as the last, will find of each column, as EXPOSURES: see `fadeAfter`. */
  get nextFade(): Readonly<Float64Array> {
    const { intervalMs } = this.path
    if (this.fade?.intervalMs !== intervalMs) this.fade = { intervalMs, columns: fadeAfter(intervalMs) }
    return this.fade.columns
  }

  /** Where one side's open interest stands. Costs a pass over the grid. */
  inventoryOf(side: 'long' | 'short'): Inventory {
    const estimate = this[side]
    const scale = this.scaleOf(side)
    const openInterest = this.referenceSize
    const identified = estimate.identified(this.weights[side]) * scale
    const mark = side === 'long' ? -this.lastPosition : this.lastPosition
    return {
      openInterest,
      identified,
      stranded: estimate.stranded(this.weights[side], mark) * scale,
      slack: openInterest - identified,
    }
  }

  /** The flow of one side in the last bar. Without volume or open interest it is unknown: all zero. */
  flowOf(side: 'long' | 'short'): FlowLedger {
    if (this.bars === 0) return NO_FLOW
    const { opens, closes } = flowOf(this.lastVolume, this.lastChange)
    const consumed = this.predicted[side]
    const liquidated = Math.min(consumed, closes)
    return {
      opens,
      closes: closes - liquidated,
      liquidated,
      consumed,
      reassigned: consumed - liquidated,
      change: opens - closes,
    }
  }

  /** Bars so far whose change of open interest exceeded their volume. */
  get flowViolationCount(): number {
    return this.flowViolations
  }

  /** True when the last folded bar swept a stretch that was passed within a gap. */
  get isUnobserved(): boolean {
    return this.unobserved
  }

  get stats(): EstimatorStats {
    const { bars, gaps, unobserved, flowViolations, barsWithoutVolume, barsWithoutOpenInterest } = this
    return {
      bars,
      ignored: { ...this.ignored },
      flowViolations,
      gaps,
      unobserved,
      barsWithoutVolume,
      barsWithoutOpenInterest,
    }
  }

  /** Bars that overlap what was folded, or that price cannot have reached. */
  private conflictOf(bar: Bar): BarFault | undefined {
    if (bar.exchangeTime === this.lastTime) return 'duplicate'
    if (bar.exchangeTime < this.lastEnd) return 'older'
    return isImplausible(bar, this.lastPrice) ? 'implausible jump' : undefined
  }

  /** Takes over the bar's volume and open interest. True when the volume was published. */
  private takeVolumeAndChange(bar: Bar, elapsedMs: number): boolean {
    const known = isVolumeKnown(bar)
    const before = this.openInterest
    if (bar.openInterest === undefined) this.barsWithoutOpenInterest++
    else this.openInterest = bar.openInterest
    if (!known) this.barsWithoutVolume++
    const change = before === undefined || bar.openInterest === undefined ? 0 : bar.openInterest - before
    const volume = known ? bar.volume! : Math.abs(change)
    if (elapsedMs !== this.lastElapsedMs) {
      this.lastElapsedMs = elapsedMs
      this.lastDayDecay = Math.exp(-elapsedMs / DAY_MS)
    }
    this.dayVolume = this.dayVolume * this.lastDayDecay + volume
    this.lastVolume = volume
    this.lastChange = change
    return known
  }

  /**
   * Lets both sides see the bar; leaves `path` as the shorts see it. Where only traded prices are known, wicks are cut:
   * venues liquidate at a mark price, which is smoothed, and of a wick that has gone back within the bar the last part
   * sweeps nothing.
   */
  private sweep(bar: Bar, range: MarkRange, previous: number, size: number, elapsedMs: number): void {
    const { path } = this
    const high = positionOf(range.high)
    const low = positionOf(range.low)
    // A bar mostly opens where the last one closed, and often closes at an extreme: a logarithm costs as much as a bin.
    const opened = bar.open === this.lastPrice ? this.lastPosition : positionOf(bar.open)
    const open = Math.min(high, Math.max(low, opened))
    const close = range.close === range.high ? high : range.close === range.low ? low : positionOf(range.close)
    this.traded.high = high
    this.traded.low = low
    const notReached = range === bar && bar.intervalMs <= LONGEST_SMOOTHED_MS ? WICK_NOT_REACHED : 0
    const top = high - notReached * (high - Math.max(open, close))
    const bottom = low + notReached * (Math.min(open, close) - low)
    const before = previous === this.lastPrice ? this.lastPosition : positionOf(previous)
    this.lastPosition = close
    path.time = bar.exchangeTime
    path.intervalMs = bar.intervalMs
    path.open = -open
    path.high = -bottom
    path.low = -top
    path.close = -close
    path.previous = -before
    this.long.sweep(path, size, elapsedMs)
    path.open = open
    path.high = top
    path.low = bottom
    path.close = close
    path.previous = before
    this.short.sweep(path, size, elapsedMs)
  }
}

function scaleOf(side: SideEstimate, weights: Readonly<Float64Array>, size: number): number {
  if (side.identifiedAtMost(weights) <= size) return 1 // nearly always: the fold asks at every bar
  const identified = side.identified(weights)
  return identified > size ? size / identified : 1
}

/** No price moves without a trade: a volume of zero beside a range stands for an unknown one. */
function isVolumeKnown({ volume, high, low }: Bar): boolean {
  return volume !== undefined && (volume > 0 || high === low)
}

function checkWeights(weights: ArrayLike<number>): void {
  if (weights.length !== PRIOR_WEIGHTS.length)
    throw new RangeError(`expected ${PRIOR_WEIGHTS.length} weights, got ${weights.length}`)
  for (let c = 0; c < weights.length; c++)
    if (!(weights[c]! >= 0 && weights[c]! < Number.POSITIVE_INFINITY))
      throw new RangeError(`weight ${c} is ${weights[c]}: weights are finite and not negative`)
}
