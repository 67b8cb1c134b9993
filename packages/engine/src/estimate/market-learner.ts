import type { Bar } from '@liqscope/market'
import { Calibration, warmUpBars } from './calibration.ts'
import type { Estimator } from './estimator.ts'
import { priorWeights } from './prior-weights.ts'

/** Weights stand still between two of these times (UTC), so that a map can be held to what it said. */
const REFIT_MS = 4 * 3_600_000

/**
 * Keeps an estimate's weights: starting ones that suit its bars, then those learned from the market's forced orders.
 * Call `before` and `after` around each fold.
 *
 * Learning begins with the first forced order that was published: before it, none published says nothing. After it,
 * a bar without one counts as zero.
 */
export class MarketLearner {
  private calibration: Calibration | undefined
  private bars = 0
  private block = Number.NaN
  private fittedUntil: number | undefined

  constructor(private readonly estimator: Estimator) {}

  /** Brings the weights up to date with all bars before this one, when a new stretch of four hours begins. */
  before(bar: Bar): void {
    if (!(bar.exchangeTime >= this.estimator.time)) return // it will not be folded
    if (this.bars === 0) this.estimator.setWeights(priorWeights(bar.intervalMs))
    const block = Math.floor(bar.exchangeTime / REFIT_MS)
    const begins = block !== this.block
    this.block = block
    const { calibration } = this
    if (!begins || calibration === undefined) return
    calibration.refit()
    if (!calibration.isFitted) return
    this.estimator.setWeights(calibration.long, calibration.short)
    this.fittedUntil = block * REFIT_MS
  }

  /** Learns from a bar that was folded. */
  after(bar: Bar): void {
    this.bars++
    const { longLiquidated, shortLiquidated, exchangeTime, intervalMs } = bar
    if (this.calibration === undefined) {
      if (longLiquidated === undefined && shortLiquidated === undefined) return
      this.calibration = new Calibration(priorWeights(intervalMs), Math.max(0, warmUpBars(intervalMs) - this.bars))
    }
    const { long, short } = this.estimator
    this.calibration.observe(
      exchangeTime + intervalMs,
      intervalMs,
      { exposures: long.exposures, observed: longLiquidated ?? 0 },
      { exposures: short.exposures, observed: shortLiquidated ?? 0 },
    )
  }

  /** Size of this market's forced orders against those the starting spread was measured on. */
  get noiseScale(): number {
    return this.fittedUntil === undefined ? 1 : (this.calibration?.scale ?? 1)
  }

  /** What the weights rest on, `undefined` while they are the starting ones. */
  get source(): string | undefined {
    if (this.fittedUntil === undefined) return undefined
    const until = new Date(this.fittedUntil).toISOString().slice(0, 16).replace('T', ' ')
    return `Weights fitted to this market's forced orders up to ${until} UTC, and every four hours again.`
  }
}
