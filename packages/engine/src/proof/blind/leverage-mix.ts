import type { Estimator } from '../../estimate/estimator.ts'
import { COLUMN, LONG_MEMORY, SHORT_MEMORY } from '../../estimate/exposures.ts'
import { groupOfLeverage, leverageGroupOf } from '../../map/draw-map.ts'
import { LEVERAGE_GROUPS } from '../../map/liquidation-map.ts'

/** By which leverage positions were forced, and by which the fitted weights said they would be. Shares of size. */
export interface LeverageMixFigures {
  /** As LEVERAGE_GROUPS without the last: each sums to 1. */
  readonly truth: readonly number[]
  readonly estimate: readonly number[]
  /** Part of the predicted size that freshness stands for, which knows no leverage: it is no part of `estimate`. */
  readonly unknown: number
  /** Sum of the smaller shares. */
  readonly overlap: number
}

/** The leverage groups that a distance can tell. */
const GROUPS = LEVERAGE_GROUPS.length - 1
const GROUP_OF_COLUMN = [...LONG_MEMORY, ...SHORT_MEMORY].map((distance) => leverageGroupOf(distance, undefined))

/** Tallies the leverage of what was forced beside that of what was predicted, over the same bars. */
export class LeverageMix {
  private readonly truth = new Float64Array(GROUPS)
  private readonly estimate = new Float64Array(GROUPS)
  private unknown = 0

  /** Adds what the last folded bar was predicted to force. */
  fold(estimator: Estimator): void {
    for (const side of ['long', 'short'] as const) {
      const { exposures } = estimator[side]
      const weights = estimator.weightsOf(side)
      for (let c = 0; c < COLUMN.long; c++) this.unknown += weights[c]! * exposures[c]!
      for (const [k, group] of GROUP_OF_COLUMN.entries()) {
        const c = COLUMN.long + k
        this.estimate[group] = this.estimate[group]! + weights[c]! * exposures[c]!
      }
    }
  }

  /** Adds a forced position whose leverage is known, base units. */
  force(leverage: number, size: number): void {
    const group = groupOfLeverage(leverage)
    this.truth[group] = this.truth[group]! + size
  }

  /** The shares, `undefined` where nothing was forced or nothing predicted. */
  get figures(): LeverageMixFigures | undefined {
    const truth = shares(this.truth)
    const estimate = shares(this.estimate)
    if (truth === undefined || estimate === undefined) return undefined
    const predicted = this.estimate.reduce((sum, size) => sum + size, this.unknown)
    return {
      truth,
      estimate,
      unknown: this.unknown / predicted,
      overlap: truth.reduce((sum, share, i) => sum + Math.min(share, estimate[i]!), 0),
    }
  }
}

function shares(sizes: Float64Array): number[] | undefined {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return total > 0 ? Array.from(sizes, (size) => size / total) : undefined
}
