import { EXPOSURES } from './exposures.ts'

/** Said with every map that is drawn from these weights. */
export const PRIOR_SOURCE =
  'Starting weights, fitted on Binance BTCUSDT one-minute bars of 15-20 March 2026 against its throttled forced orders; distances above 7 % are assumed.'

/**
 * Starting weights, 2026-11-22. Dimensionless: liquidated size per unit of exposure, so they carry to other coins, but
 * they carry the source's throttling too: a feed that publishes every forced order shows more than they predict.
 *
 * Source: Binance BTCUSDT, one-minute bars, 2026-03-16 to 2026-03-20 after a day of warm-up, 995 BTC of forced orders
 * over both sides. Fit: non-negative multiplicative updates for a compound Poisson-gamma (beta 0.5), shrunk toward 0
 * by 0.02 x opened volume (classes) or 0.0003 x range exposure (others), smoothed over neighbouring columns
 * (1/10, 8/10, 1/10) after every update; trained to 2026-03-19 the same fit explains 0.59 / 0.67 / 0.62 of the
 * deviance of 1 / 5 / 60 minutes afterwards. Six days cannot identify what was hardly swept: ages from eight hours are
 * set to 5e-5, and distances from 10 % on fall as 1 / distance from the 7 % class.
 */
const TABLE: readonly (readonly [columns: string, weights: readonly number[]])[] = [
  ['range', [1.27e-5]],
  ['age', [2.49e-4, 7.82e-4, 1.23e-3, 1.12e-3, 5.54e-4, 2.16e-4, 6.2e-5, 5e-5, 5e-5, 5e-5, 5e-5, 5e-5, 5e-5, 5e-5]],
  ['leg', [3.6e-6, 2.53e-6, 1.86e-6, 1.91e-6, 3.53e-6, 7.15e-6]],
  [
    'long memory',
    [
      2.02e-5, 2.59e-5, 3.62e-5, 4.75e-5, 5.67e-5, 5.73e-5, 5.29e-5, 4.76e-5, 3.01e-5, 3.26e-5, 6.94e-5, 1.33e-4,
      1.22e-4, 8.5e-5, 5.7e-5, 3.4e-5, 2.1e-5, 1.4e-5,
    ],
  ],
  ['short memory', [4.03e-5, 1.07e-4, 2.68e-4, 3.45e-4, 1.8e-4, 5.61e-5]],
]

/** The starting weights in the order of EXPOSURES. */
export const PRIOR_WEIGHTS: Readonly<Float64Array> = Float64Array.from(TABLE.flatMap(([, weights]) => weights))

if (PRIOR_WEIGHTS.length !== EXPOSURES.length)
  throw new Error(`${PRIOR_WEIGHTS.length} starting weights for ${EXPOSURES.length} exposures`)

/**
 * Spread of forced size around its prediction: gamma, variance = phi * open interest * mu + kappa * mu^2. Source: the
 * same bars, cross-fitted five-minute windows by maximum likelihood (phi 0.33 BTC at 83,000 BTC of open interest).
 */
export const PRIOR_SPREAD = { phi: 4e-6, kappa: 1 } as const
