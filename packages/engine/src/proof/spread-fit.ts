import { gammaQuantile, logGamma, regularisedGamma } from '../map/uncertainty.ts'
import type { Window } from './deviance.ts'

/** Spread of forced size around its mean: gamma, variance = phi * mean + kappa * mean^2. */
export interface Spread {
  readonly phi: number
  readonly kappa: number
  /** Sizes below this cannot be told from none: the smallest that was published. */
  readonly least: number
}

/** Trial values, phi in units of the mean window. */
const PHIS = Array.from({ length: 15 }, (_, i) => 2 ** (i - 8))
const KAPPAS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7, 1, 1.5, 2.2]
/** A band that covered less than it should have is widened by the first of these variances that would have. */
const WIDENINGS = [1, 1.2, 1.45, 1.75, 2.1, 2.5, 3, 4]
const COVERAGE = 0.8
/** Windows looked at: the newest. */
const MOST_WINDOWS = 1500
const FEWEST_WINDOWS = 20

/**
 * The spread under which past windows were most likely, then widened until an 80 % band would have covered 80 % of
 * them: moment fits cover 45-65 %. Windows must carry predictions made before them. `undefined` with too few.
 */
export function fitSpread(past: readonly Window[]): Spread | undefined {
  const windows = past.slice(-MOST_WINDOWS)
  const seen = windows.filter((window) => window.observed > 0)
  if (windows.length < FEWEST_WINDOWS || seen.length < FEWEST_WINDOWS / 2) return undefined
  const least = seen.reduce((low, window) => Math.min(low, window.observed), Number.POSITIVE_INFINITY)
  const mean = windows.reduce((sum, window) => sum + window.observed, 0) / windows.length
  let best: Spread = { phi: mean, kappa: 1, least }
  let bestLikelihood = Number.NEGATIVE_INFINITY
  for (const part of PHIS)
    for (const kappa of KAPPAS) {
      const spread = { phi: part * mean, kappa, least }
      const likelihood = windows.reduce((sum, window) => sum + logLikelihood(window, spread), 0)
      if (likelihood > bestLikelihood) {
        bestLikelihood = likelihood
        best = spread
      }
    }
  for (const widening of WIDENINGS) {
    const spread = { phi: best.phi * widening, kappa: best.kappa * widening, least }
    const covered = windows.filter((window) => isCovered(window, spread)).length
    if (covered >= COVERAGE * windows.length) return spread
  }
  return best
}

/** True when the observed size lies within the 10-90 % band. A lower bound too small to be published counts as 0. */
export function isCovered({ observed, predicted }: Window, { phi, kappa, least }: Spread): boolean {
  const scale = phi + kappa * predicted // variance over mean
  const shape = predicted / scale
  // P(shape, y / scale) is monotone in y: comparing probabilities needs no quantile.
  if (observed < least) return gammaQuantileBelow(shape, scale, least)
  const probability = regularisedGamma(shape, observed / scale)
  return probability >= 0.1 && probability <= 0.9
}

function gammaQuantileBelow(shape: number, scale: number, least: number): boolean {
  return regularisedGamma(shape, least / scale) >= 0.1 || gammaQuantile(shape, 0.1) * scale < least
}

function logLikelihood({ observed, predicted }: Window, { phi, kappa, least }: Spread): number {
  const scale = phi + kappa * predicted
  const shape = predicted / scale
  if (observed < least) return Math.log(Math.max(1e-12, regularisedGamma(shape, least / scale)))
  return (shape - 1) * Math.log(observed) - observed / scale - shape * Math.log(scale) - logGamma(shape)
}
