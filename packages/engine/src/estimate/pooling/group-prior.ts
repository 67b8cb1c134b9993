/** What one market tells others of its kind about the shape of its weights, free of its own scale. */
export interface MarketShare {
  /** The starting weights it was fitted from: only markets of the same ones can be pooled. */
  readonly prior: Readonly<Float64Array>
  /** Per column, observations that the fit puts down to it. */
  readonly seen: Readonly<Float64Array>
  /** Per column, observations that the starting weights expect at the market's scale. */
  readonly expected: Readonly<Float64Array>
  /** Observations of average evidence behind it. */
  readonly observations: number
  /** Published forced size over what the starting weights predict. */
  readonly scale: number
}

/** Starting weights of a group of markets, relative to the documented ones. */
export interface GroupPrior {
  /** Per column, over the documented starting weight. */
  readonly ratios: Readonly<Float64Array>
  /** Observations that each column of it counts as: few when the markets differ, many when they are alike. */
  readonly strength: number
  /** What such a market publishes, over what the documented weights predict: geometric mean. */
  readonly scale: number
  readonly markets: number
  readonly observations: number
}

/** Fewer observations than this in all the group, and there is nothing to borrow. */
const FEWEST_OBSERVATIONS = 50
/**
 * Each column's documented weight counts as this many observations of the group: markets that all started lately have
 * each seen little of what is far away, and with an anchor of 1 one breakout was predicted five times too large.
 */
const COLUMN_ANCHOR = 15
/** Variance of a column's weight between markets over its square, before two markets were seen: a factor of about 2. */
const USUAL_VARIANCE = 0.5
/**
 * Bounds of what a column of the group counts as. Members were drawn to the same starting weights, so they look more
 * alike than they are, and there are 46 columns: more than one observation each was worse for markets unlike the rest.
 */
const LEAST_STRENGTH = 0.3
const MOST_STRENGTH = 1

/**
 * What the others know: empirical Bayes. A column's weight over its starting value is gamma-distributed over markets,
 * what a market saw of it is Poisson around that. The mean is the ratio of sums, the relative variance v between
 * markets is what their counts vary beyond Poisson, in all columns together (the moment estimate of a negative
 * binomial: Marshall, Applied Statistics 40 (1991), 283-294), held to `USUAL_VARIANCE` as if by one market more.
 * 1 / v is then the number of observations that the group's weight is worth to a market of its own.
 *
 * Worked line: two markets, one column, expected 100 and 100, seen 190 and 10: mean (200 + 15) / (200 + 15) = 1, excess
 * (90^2 - 100) + (90^2 - 100) = 16,000 of 20,000, times 2 / (2 - 1) = 1.6; v = (0.5 + 1.6) / 2 = 1.05: strength 0.952.
 *
 * @returns `undefined` while there is nothing to borrow.
 */
export function groupPriorOf(shares: readonly MarketShare[]): GroupPrior | undefined {
  const first = shares[0]
  if (first === undefined) return undefined
  const observations = shares.reduce((sum, share) => sum + share.observations, 0)
  if (!(observations >= FEWEST_OBSERVATIONS)) return undefined
  const columns = first.prior.length
  const ratios = new Float64Array(columns).fill(1)
  let excess = 0
  let square = 0
  let logScale = 0
  let known = 0
  for (let c = 0; c < columns; c++) {
    let seen = COLUMN_ANCHOR
    let expected = COLUMN_ANCHOR
    for (const share of shares) {
      seen += share.seen[c]!
      expected += share.expected[c]!
    }
    const ratio = seen / expected
    if (!(ratio > 0 && ratio < Number.POSITIVE_INFINITY)) continue
    ratios[c] = ratio
    for (const share of shares) {
      const mean = ratio * share.expected[c]!
      excess += (share.seen[c]! - mean) ** 2 - mean
      square += mean * mean
    }
  }
  for (const share of shares) {
    const weight = share.observations / (share.observations + 1)
    logScale += weight * Math.log(share.scale)
    known += weight
  }
  const markets = shares.length
  const between = markets > 1 && square > 0 ? Math.max(0, ((excess / square) * markets) / (markets - 1)) : 0
  const variance = (USUAL_VARIANCE + between * (markets - 1)) / markets
  return {
    ratios,
    strength: Math.min(MOST_STRENGTH, Math.max(LEAST_STRENGTH, 1 / variance)),
    scale: known > 0 ? Math.exp(logScale / known) : 1,
    markets,
    observations,
  }
}

/** Weights for a market that has published nothing yet: the group's shape at the group's scale. */
export function borrowedWeights(prior: Readonly<Float64Array>, group: GroupPrior): Float64Array {
  return Float64Array.from(prior, (weight, c) => weight * group.ratios[c]! * group.scale)
}
