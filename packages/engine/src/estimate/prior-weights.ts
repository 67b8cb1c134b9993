import { COLUMN, EXPOSURES } from './exposures.ts'

/** Said with every map that is drawn from these weights. */
export const PRIOR_SOURCE =
  'Starting weights, fitted on Binance BTCUSDT bars of 15-20 March 2026 against its throttled forced orders; distances above 8 % are assumed.'

/** Whose forced orders they were: a feed that shows at most one a second. */
export const PRIOR_VENUE = 'binance'

/** The days the starting weights were fitted on, epoch ms, [from, to): on them, figures flatter. */
export const PRIOR_FITTED_ON = { from: Date.UTC(2026, 2, 16), to: Date.UTC(2026, 2, 21) } as const

/** Starting weights for bars of one length: longer bars sweep what shorter ones would have emptied and filled again. */
interface PriorTable {
  readonly minutes: number
  readonly range: number
  readonly age: readonly number[]
  readonly leg: readonly number[]
  readonly long: readonly number[]
  readonly short: readonly number[]
}

/**
 * Starting weights, 2026-11-22. Dimensionless: liquidated size per unit of exposure, so they carry to other coins, but
 * they carry the source's throttling too: a feed that publishes every forced order shows more than they predict. A
 * calibration takes their shape and finds the scale itself.
 *
 * Source: Binance BTCUSDT, 2026-03-16 to 2026-03-20 after a day of warm-up, 995 BTC of forced orders over both sides,
 * minutes and the same minutes joined. Fit: 60 multiplicative updates for a compound Poisson-gamma (beta 0.5), each
 * smoothed over neighbouring columns (1/10, 8/10, 1/10). Six days cannot identify what was hardly swept: distances
 * from 9 % on fall as 1 / distance, and no age has less than 3e-5, no leg less than 1e-5.
 */
const TABLES: readonly PriorTable[] = [
  {
    minutes: 1,
    range: 1.46e-5,
    age: [0.00105, 0.00127, 9.76e-4, 4.59e-4, 1.95e-4, 7.02e-5, 3.0e-5, 3.0e-5, 3.0e-5, 3.0e-5],
    leg: [1.0e-5, 1.0e-5, 1.64e-5],
    long: [
      2.34e-5, 3.4e-5, 4.75e-5, 5.98e-5, 6.4e-5, 6.83e-5, 1.01e-4, 1.72e-4, 1.87e-4, 1.0e-4, 5.07e-5, 3.88e-5, 6.39e-5,
      1.19e-4, 1.46e-4, 1.56e-4, 1.22e-4, 9.63e-5, 7.58e-5, 5.96e-5, 4.69e-5, 2.93e-5, 1.95e-5,
    ],
    short: [2.27e-5, 5.5e-5, 1.45e-4, 2.96e-4, 3.67e-4, 2.56e-4, 1.28e-4, 7.24e-5],
  },
  {
    minutes: 5,
    range: 9.66e-6,
    age: [0.00101, 0.00174, 0.00183, 0.00165, 0.00132, 7.75e-4, 2.77e-4, 9.19e-5, 3.02e-5, 3.0e-5],
    leg: [0.00256, 1.0e-5, 1.0e-5],
    long: [
      8.03e-6, 9.37e-6, 1.23e-5, 1.82e-5, 2.59e-5, 3.21e-5, 4.24e-5, 6.01e-5, 6.43e-5, 4.55e-5, 3.11e-5, 2.33e-5,
      3.49e-5, 7.63e-5, 1.42e-4, 2.68e-4, 2.11e-4, 1.66e-4, 1.3e-4, 1.02e-4, 8.06e-5, 5.04e-5, 3.36e-5,
    ],
    short: [6.06e-5, 9.7e-5, 1.76e-4, 2.84e-4, 3.6e-4, 3.45e-4, 3.04e-4, 2.6e-4],
  },
  {
    minutes: 30,
    range: 4.45e-4,
    age: [0, 0, 0.00109, 0.0011, 9.59e-4, 5.95e-4, 2.28e-4, 8.43e-5, 3.43e-5, 3.0e-5],
    leg: [0.00295, 2.09e-4, 1.0e-5],
    long: [
      2.57e-5, 3.29e-5, 3.74e-5, 3.65e-5, 3.19e-5, 3.12e-5, 4.52e-5, 8.4e-5, 1.28e-4, 1.13e-4, 6.39e-5, 3.52e-5,
      4.26e-5, 9.09e-5, 1.87e-4, 4.03e-4, 3.17e-4, 2.49e-4, 1.96e-4, 1.54e-4, 1.21e-4, 7.59e-5, 5.06e-5,
    ],
    short: [3.96e-4, 5.59e-4, 9.28e-4, 0.00156, 0.00239, 0.00307, 0.00311, 0.00236],
  },
  {
    minutes: 60,
    range: 8.98e-4,
    age: [0, 0, 0, 9.08e-4, 6.76e-4, 4.69e-4, 2.23e-4, 1.05e-4, 5.83e-5, 4.15e-5],
    leg: [0.00288, 8.65e-4, 2.42e-4],
    long: [
      2.8e-5, 3.01e-5, 3.07e-5, 2.97e-5, 2.82e-5, 3.11e-5, 4.67e-5, 8.19e-5, 1.19e-4, 1.09e-4, 6.28e-5, 3.66e-5,
      4.71e-5, 8.85e-5, 1.31e-4, 2.18e-4, 1.71e-4, 1.35e-4, 1.06e-4, 8.34e-5, 6.56e-5, 4.1e-5, 2.73e-5,
    ],
    short: [0.00329, 0.00404, 0.00528, 0.00661, 0.00747, 0.00759, 0.00688, 0.00546],
  },
]

/** The starting weights, in the order of EXPOSURES, for bars of the length nearest to `intervalMs`. */
export function priorWeights(intervalMs: number): Readonly<Float64Array> {
  const minutes = intervalMs / 60_000
  const off = (table: PriorTable) => Math.abs(Math.log(table.minutes / minutes))
  const table = TABLES.reduce((a, b) => (off(b) < off(a) ? b : a))
  const weights = new Float64Array(EXPOSURES.length)
  weights[COLUMN.range] = table.range
  weights.set(table.age, COLUMN.ages)
  weights.set(table.leg, COLUMN.legs)
  weights.set(table.long, COLUMN.long)
  weights.set(table.short, COLUMN.short)
  return weights
}

/** The starting weights of one-minute bars. */
export const PRIOR_WEIGHTS: Readonly<Float64Array> = priorWeights(60_000)

/**
 * Spread of forced size around its prediction: gamma, variance = phi * open interest * mu + kappa * mu^2. Source: the
 * same bars, cross-fitted five-minute windows by maximum likelihood (phi 0.33 BTC at 83,000 BTC of open interest).
 */
export const PRIOR_SPREAD = { phi: 4e-6, kappa: 1 } as const
