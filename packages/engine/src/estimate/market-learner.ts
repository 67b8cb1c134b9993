import type { Bar } from '@liqscope/market'
import { Calibration, warmUpBars } from './calibration.ts'
import type { Estimator } from './estimator.ts'
import { borrowedWeights, type GroupPrior } from './pooling/group-prior.ts'
import type { MarketPool } from './pooling/market-pool.ts'
import { priorWeights } from './prior-weights.ts'
import { PublishedSide } from './published-side.ts'

/** Weights stand still between two of these times (UTC), so that a map can be held to what it said. */
const REFIT_MS = 4 * 3_600_000

/** A market among others of its kind. */
interface Membership {
  readonly pool: MarketPool
  /** Its name in the pool. */
  readonly member: string
}

/** Forced sizes of a bar, base units; a side is absent where the bar does not say. */
export interface ForcedSizes {
  readonly long: number | undefined
  readonly short: number | undefined
}

/**
 * Keeps an estimate's weights: starting ones that suit its bars, then those learned from the market's forced orders,
 * drawn toward what other markets of the pool learned. Call `before` and `after` around each fold.
 *
 * Learning begins with the first forced order that was published: before it, none published says nothing. What bars
 * say afterwards is read by PublishedSide.
 */
export class MarketLearner {
  private calibration: Calibration | undefined
  private bars = 0
  private block = Number.NaN
  private fittedUntil: number | undefined
  private group: GroupPrior | undefined
  private readonly sides = { long: new PublishedSide(), short: new PublishedSide() }

  constructor(
    private readonly estimator: Estimator,
    private readonly membership?: Membership,
  ) {}

  /** Brings the weights up to date with all bars before this one, when a new stretch of four hours begins. */
  before(bar: Bar): void {
    if (!(bar.exchangeTime >= this.estimator.time)) return // it will not be folded
    const block = Math.floor(bar.exchangeTime / REFIT_MS)
    if (block === this.block) return
    this.block = block
    const { calibration, membership } = this
    const prior = priorWeights(bar.intervalMs)
    if (this.bars === 0) this.estimator.setWeights(prior)
    const time = block * REFIT_MS
    this.group = membership?.pool.priorFor(membership.member, time, prior)
    calibration?.refit(this.group)
    const share = calibration?.share
    if (share !== undefined) membership?.pool.put(membership.member, time, share)
    if (calibration?.isFitted) this.fittedUntil = time
    if (calibration !== undefined && (calibration.isFitted || (this.group !== undefined && share !== undefined)))
      this.estimator.setWeights(calibration.long, calibration.short)
    else if (this.group !== undefined) this.estimator.setWeights(borrowedWeights(prior, this.group))
  }

  /** Learns from a bar that was folded. @returns what it says of forced orders. */
  after(bar: Bar): ForcedSizes {
    this.bars++
    const { exchangeTime, intervalMs } = bar
    const sizes = { long: this.sides.long.read(bar.longLiquidated), short: this.sides.short.read(bar.shortLiquidated) }
    if (this.calibration === undefined) {
      if (sizes.long === undefined && sizes.short === undefined) return sizes
      this.calibration = new Calibration(priorWeights(intervalMs), Math.max(0, warmUpBars(intervalMs) - this.bars))
    }
    const { long, short } = this.estimator
    this.calibration.observe(
      exchangeTime + intervalMs,
      intervalMs,
      { exposures: long.exposures, observed: sizes.long },
      { exposures: short.exposures, observed: sizes.short },
    )
    return sizes
  }

  /** Size of this market's forced orders against those the starting spread was measured on. */
  get noiseScale(): number {
    if (this.fittedUntil !== undefined) return this.calibration?.scale ?? 1
    return this.group?.scale ?? 1
  }

  /** What the weights rest on, `undefined` while they are the starting ones. */
  get source(): string | undefined {
    const { group, fittedUntil } = this
    const others = group && `${group.markets} other market${group.markets === 1 ? '' : 's'}`
    if (fittedUntil !== undefined) {
      const until = new Date(fittedUntil).toISOString().slice(0, 16).replace('T', ' ')
      const own = `Weights fitted to this market's forced orders up to ${until} UTC, and every four hours again.`
      return others ? `${own} What it has seen little of is borrowed from ${others}.` : own
    }
    return others && `This market has published too few forced orders yet: weights are borrowed from ${others}.`
  }

  /** True once this market has published forced orders: from then on, a bar without any says that there were none. */
  get hasOrders(): boolean {
    return this.calibration !== undefined
  }

  /** True when the weights rest on forced orders of this market. */
  get isFitted(): boolean {
    return this.fittedUntil !== undefined
  }
}
