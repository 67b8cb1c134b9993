/** Spread of ln(volatility) around its forecast: volatility is not known, it is forecast. Chosen before it was tested. */
const LOG_VOLATILITY_SPREAD = 0.35
/** Gauss-Hermite nodes and weights of a standard normal. */
const NODES = [-Math.sqrt(3), 0, Math.sqrt(3)] as const
const WEIGHTS = [1 / 6, 2 / 3, 1 / 6] as const

/**
 * Probability that price touches a level at `distance` (|ln(level / price)|) within a stretch of time whose standard
 * deviation of ln(price) is forecast as `volatility`: first passage of a driftless diffusion, `2 N(-d / sigma)` by the
 * reflection principle, averaged over how wrong such forecasts are. 1 at a distance of 0.
 */
export function touchProbability(distance: number, volatility: number): number {
  return averaged(volatility, (sigma) => 2 * normalBelow(-distance / sigma))
}

/**
 * Probability that price, having touched a level at `distance`, comes back to where it started within the same stretch:
 * a path that does both is the mirror image of one that goes twice as far.
 */
export function returnProbability(distance: number, volatility: number): number {
  const touched = touchProbability(distance, volatility)
  return touched > 0 ? touchProbability(2 * distance, volatility) / touched : 0
}

/** The forecast volatility is the root of the mean variance: the nodes keep that mean. */
function averaged(volatility: number, probability: (sigma: number) => number): number {
  const shift = -(LOG_VOLATILITY_SPREAD ** 2)
  let sum = 0
  for (let i = 0; i < NODES.length; i++)
    sum += WEIGHTS[i]! * probability(volatility * Math.exp(shift + LOG_VOLATILITY_SPREAD * NODES[i]!))
  return sum
}

/** The normal distribution function, to 1e-7 (Abramowitz & Stegun 26.2.17). */
export function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    (Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return x >= 0 ? 1 - tail : tail
}
