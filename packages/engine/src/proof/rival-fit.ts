import type { Prediction } from './deviance.ts'
import type { RivalColumn } from './rival-columns.ts'

/** Passes of a fit from scratch, as in the reference script, and of one that goes on from the last. */
const PASSES = 300
const FURTHER_PASSES = 30
/** History must grow by this part before a rival is fitted again: in a long file once in many blocks. */
const GROWTH = 0.01

export interface RivalSchedule {
  /** First bar of the fit, of the test, and bars per block; the rates stand still within a block. */
  readonly warmUp: number
  readonly split: number
  readonly block: number
  /** False: rates of `split` throughout. */
  readonly online: boolean
}

/**
 * Predictions of a rival: non-negative rates of its columns by Poisson EM over all bars from `warmUp` to the block's
 * start, no shrinkage, nothing forgotten. Bars before `split` are predicted by nothing: zero.
 */
export function predictRival(
  columns: readonly RivalColumn[],
  observed: Prediction,
  schedule: RivalSchedule,
): Prediction {
  const { warmUp, split, block, online } = schedule
  const bars = observed.long.length
  const predicted = { long: new Float64Array(bars), short: new Float64Array(bars) }
  const fit = new PoissonRates(columns, observed, warmUp)
  fit.extend(split)
  fit.run(PASSES)
  let fitted = split
  for (let start = split; start < bars; start += block) {
    if (online && start - fitted >= GROWTH * (fitted - warmUp)) {
      fit.extend(start)
      fit.run(FURTHER_PASSES)
      fitted = start
    }
    const end = Math.min(bars, start + block)
    for (const side of ['long', 'short'] as const)
      for (let i = start; i < end; i++) {
        let mean = 0
        for (let c = 0; c < columns.length; c++) mean += fit.rates[c]! * columns[c]![side][i]!
        predicted[side][i] = mean
      }
  }
  return predicted
}

/** Poisson EM whose rows arrive in time: sums of exposure grow, only rows with a forced order are visited. */
class PoissonRates {
  readonly rates: Float64Array
  private readonly exposure: Float64Array
  private readonly rows: { readonly side: 'long' | 'short'; readonly bar: number }[] = []

  constructor(
    private readonly columns: readonly RivalColumn[],
    private readonly observed: Prediction,
    private reached: number,
  ) {
    this.rates = new Float64Array(columns.length).fill(1e-3)
    this.exposure = new Float64Array(columns.length)
  }

  /** Takes bars up to `end` into the fit. */
  extend(end: number): void {
    for (const side of ['long', 'short'] as const)
      for (let bar = this.reached; bar < end; bar++) {
        for (let c = 0; c < this.columns.length; c++)
          this.exposure[c] = this.exposure[c]! + this.columns[c]![side][bar]!
        if (this.observed[side][bar]! > 0) this.rows.push({ side, bar })
      }
    this.reached = end
  }

  run(passes: number): void {
    const { columns, rates, exposure, rows, observed } = this
    const gain = new Float64Array(columns.length)
    for (let pass = 0; pass < passes; pass++) {
      gain.fill(0)
      for (const { side, bar } of rows) {
        let mean = 1e-9
        for (let c = 0; c < columns.length; c++) mean += rates[c]! * columns[c]![side][bar]!
        const ratio = observed[side][bar]! / mean
        for (let c = 0; c < columns.length; c++) gain[c] = gain[c]! + columns[c]![side][bar]! * ratio
      }
      // A rate that EM has driven to 0 stays there; a later fit may need it again.
      for (let c = 0; c < columns.length; c++)
        rates[c] = Math.max(1e-12, (rates[c]! * gain[c]!) / (exposure[c]! + 1e-9))
    }
  }
}
