/** Quantiles of a gamma of mean 1 are tabulated over ln(shape). */
const LOWEST_LOG = Math.log(1e-3)
const HIGHEST_LOG = Math.log(1e3)
const ROWS = 400

let table: { low: Float64Array; high: Float64Array } | undefined

/**
 * The 10 % and 90 % bounds of an expected amount > 0 with variance `phi * mean + kappa * mean^2`. Where the expectation
 * is small against phi, nine of ten outcomes are nothing and the 90 % quantile lies below the mean: the upper bound is
 * then the mean, which covers more than it says.
 */
export function bandOf(
  mean: number,
  spread: { readonly phi: number; readonly kappa: number },
): { low: number; high: number } {
  const { low, high } = gammaBand(mean / (spread.phi + spread.kappa * mean))
  return { low: low * mean, high: Math.max(1, high) * mean }
}

/**
 * The 10 % and 90 % quantiles, relative to the mean, of a gamma distribution of this shape (mean^2 / variance).
 * Shape 1 is the exponential: -ln(0.9) = 0.105 and -ln(0.1) = 2.303.
 */
export function gammaBand(shape: number): { low: number; high: number } {
  table ??= tabulate()
  const place = ((Math.log(shape) - LOWEST_LOG) / (HIGHEST_LOG - LOWEST_LOG)) * (ROWS - 1)
  const row = Math.min(ROWS - 2, Math.max(0, Math.floor(place)))
  const part = Math.min(1, Math.max(0, place - row))
  return {
    low: table.low[row]! * (1 - part) + table.low[row + 1]! * part,
    high: table.high[row]! * (1 - part) + table.high[row + 1]! * part,
  }
}

function tabulate(): { low: Float64Array; high: Float64Array } {
  const low = new Float64Array(ROWS)
  const high = new Float64Array(ROWS)
  for (let row = 0; row < ROWS; row++) {
    const shape = Math.exp(LOWEST_LOG + (row / (ROWS - 1)) * (HIGHEST_LOG - LOWEST_LOG))
    low[row] = gammaQuantile(shape, 0.1) / shape
    high[row] = gammaQuantile(shape, 0.9) / shape
  }
  return { low, high }
}

/** Bisection in ln(x): the quantiles of small shapes lie many decades below 1. */
export function gammaQuantile(shape: number, probability: number): number {
  let low = -800
  let high = Math.log(shape + 40 * Math.sqrt(shape) + 40)
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (regularisedGamma(shape, Math.exp(middle)) < probability) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}

/** P(shape, x): the series below shape + 1, the continued fraction above (Abramowitz & Stegun 6.5.29, 6.5.31). */
export function regularisedGamma(shape: number, x: number): number {
  if (x <= 0) return 0
  const factor = Math.exp(shape * Math.log(x) - x - logGamma(shape))
  if (x < shape + 1) {
    let term = 1 / shape
    let sum = term
    for (let n = 1; term > sum * 1e-14; n++) {
      term *= x / (shape + n)
      sum += term
    }
    return factor * sum
  }
  let b = x + 1 - shape
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let i = 1; i < 1000; i++) {
    const a = -i * (i - shape)
    b += 2
    d = 1 / (a * d + b)
    c = b + a / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-14) break
  }
  return 1 - factor * fraction
}

/** Stirling's series after shifting the argument above 10: 1e-13 relative. */
export function logGamma(x: number): number {
  let shift = 0
  let y = x
  while (y < 10) shift += Math.log(y++)
  const square = 1 / (y * y)
  return (
    (y - 0.5) * Math.log(y) -
    y +
    0.5 * Math.log(2 * Math.PI) +
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / y -
    shift
  )
}
