import type { Prediction } from './deviance.ts'
import type { Observed } from './observed-orders.ts'
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
export function predictRival(columns: readonly RivalColumn[], observed: Observed, schedule: RivalSchedule): Prediction {
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
      columns.forEach((column, c) => {
        const rate = fit.rates[c]!
        const values = column[side]
        const means = predicted[side]
        for (let i = start; i < end; i++) means[i] = means[i]! + rate * values[i]!
      })
  }
  return predicted
}

/** Poisson EM whose rows arrive in time: sums of exposure grow, only rows with a forced order are visited. */
class PoissonRates {
  readonly rates: Float64Array
  private readonly exposure: Float64Array
  /** Exposures of the rows with a forced order, row by row, and their sizes. */
  private matrix = new Float64Array(0)
  private sizes = new Float64Array(0)
  private rows = 0

  constructor(
    private readonly columns: readonly RivalColumn[],
    private readonly observed: Observed,
    private reached: number,
  ) {
    this.rates = new Float64Array(columns.length).fill(1e-3)
    this.exposure = new Float64Array(columns.length)
  }

  /** Takes bars up to `end` into the fit. */
  extend(end: number): void {
    const { columns, exposure, reached } = this
    this.reserve(this.rows + 2 * (end - reached))
    for (const side of ['long', 'short'] as const) {
      const sizes = this.observed[side]
      const known = this.observed.known[side]
      columns.forEach((column, c) => {
        const values = column[side]
        let row = this.rows
        for (let bar = reached; bar < end; bar++) {
          if (known[bar] === 0) continue
          exposure[c] = exposure[c]! + values[bar]!
          if (sizes[bar]! > 0) this.matrix[row++ * columns.length + c] = values[bar]!
        }
      })
      for (let bar = reached; bar < end; bar++) if (sizes[bar]! > 0) this.sizes[this.rows++] = sizes[bar]!
    }
    this.reached = end
  }

  run(passes: number): void {
    const { rates, exposure, matrix, sizes, rows } = this
    const columns = rates.length
    const gain = new Float64Array(columns)
    for (let pass = 0; pass < passes; pass++) {
      gain.fill(0)
      for (let row = 0, start = 0; row < rows; row++, start += columns) {
        let mean = 1e-9
        for (let c = 0; c < columns; c++) mean += rates[c]! * matrix[start + c]!
        const ratio = sizes[row]! / mean
        for (let c = 0; c < columns; c++) gain[c] = gain[c]! + matrix[start + c]! * ratio
      }
      // A rate that EM has driven to 0 stays there; a later fit may need it again.
      for (let c = 0; c < columns; c++) rates[c] = Math.max(1e-12, (rates[c]! * gain[c]!) / (exposure[c]! + 1e-9))
    }
  }

  private reserve(rows: number): void {
    if (rows <= this.sizes.length) return
    const room = Math.max(rows, 2 * this.sizes.length)
    const matrix = new Float64Array(room * this.rates.length)
    const sizes = new Float64Array(room)
    matrix.set(this.matrix)
    sizes.set(this.sizes)
    this.matrix = matrix
    this.sizes = sizes
  }
}
