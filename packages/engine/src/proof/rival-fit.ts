import type { Prediction } from './deviance.ts'
import type { Observed } from './observed-orders.ts'
import { PoissonRates } from './poisson-rates.ts'
import type { RivalColumn } from './rival-columns.ts'

export interface RivalSchedule {
  /** First bar of the fit, of the test, and bars per block; the rates stand still within a block. */
  readonly warmUp: number
  readonly split: number
  readonly block: number
  /** False: rates of `split` throughout. */
  readonly online: boolean
}

/**
 * Predictions of a rival: rates of its columns fitted to all bars from `warmUp` to the block's start (PoissonRates).
 * Bars before `split` are predicted by nothing: zero.
 */
export function predictRival(columns: readonly RivalColumn[], observed: Observed, schedule: RivalSchedule): Prediction {
  const { warmUp, split, block, online } = schedule
  const bars = observed.long.length
  const predicted = { long: new Float64Array(bars), short: new Float64Array(bars) }
  const fit = new PoissonRates(columns.length)
  const row = new Float64Array(columns.length)
  let reached = warmUp
  const extend = (end: number) => {
    for (const side of ['long', 'short'] as const) {
      const values = columns.map((column) => column[side])
      const sizes = observed[side]
      const known = observed.known[side]
      for (let bar = reached; bar < end; bar++) {
        if (known[bar] === 0) continue
        for (let c = 0; c < row.length; c++) row[c] = values[c]![bar]!
        fit.push(row, sizes[bar]!)
      }
    }
    reached = end
  }
  for (let start = split; start < bars; start += block) {
    if (online || start === split) {
      extend(start)
      fit.refit()
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
