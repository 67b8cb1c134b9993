import { FreshnessExposures } from '../freshness-exposures.ts'
import { PoissonRates } from '../poisson-rates.ts'
import type { FrozenRivals } from './frozen-map.ts'

/** Rates stand still within such a stretch of UTC, as the map's weights do. */
const REFIT_MS = 4 * 3_600_000

/** A closed bar as the proof of a running market sees it: what was swept, and what was published. */
export interface SweptBar {
  /** Open, epoch ms. */
  readonly time: number
  readonly intervalMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** That stands for open interest, base units. */
  readonly size: number
  /** Forced size by side, base units; both absent where it is not known. */
  readonly forced?: { readonly long: number; readonly short: number }
}

/** The freshness rival and the same with a leg, fitted online to what a market publishes. */
export class FreshnessLearner {
  private readonly exposures: FreshnessExposures
  private readonly freshness: PoissonRates
  private readonly withLeg: PoissonRates
  private block = Number.NaN
  private size = 0

  constructor(intervalMs: number) {
    this.exposures = new FreshnessExposures(intervalMs)
    this.freshness = new PoissonRates(this.exposures.columns)
    this.withLeg = new PoissonRates(this.exposures.columns + 1)
  }

  push(bar: SweptBar): void {
    const block = Math.floor(bar.time / REFIT_MS)
    if (block !== this.block) {
      this.block = block
      this.freshness.refit()
      this.withLeg.refit()
    }
    this.size = bar.size
    this.exposures.push(bar, bar.size)
    if (bar.forced === undefined) return
    for (const side of ['long', 'short'] as const) {
      this.freshness.push(this.exposures.of(side), bar.forced[side])
      this.withLeg.push(this.exposures.of(side), bar.forced[side])
    }
  }

  /** The last bar's leg exposure of a side, base units. */
  legOf(side: 'long' | 'short'): number {
    return this.exposures.of(side).at(-1)!
  }

  /** Rates and extremes as they stand, undefined before anything was learned. */
  freeze(): FrozenRivals | undefined {
    if (!this.freshness.isFitted) return undefined
    const extremes = (side: 'long' | 'short') =>
      this.exposures.extremes(side).map((extreme) => (Number.isFinite(extreme) ? extreme : null))
    return {
      size: this.size,
      freshness: [...this.freshness.rates],
      freshnessLeg: [...this.withLeg.rates],
      extremes: { long: extremes('long'), short: extremes('short') },
    }
  }
}
