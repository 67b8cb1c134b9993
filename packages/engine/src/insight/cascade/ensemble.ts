import { seeded } from '../../proof/bootstrap.ts'
import type { Depth } from '../liquidity.ts'
import { type ChainRules, type ForcedSupply, runChain } from './chain.ts'
import { gammaDraw, normalDraw } from './gamma-draw.ts'

/** How uncertain depth and refill are, when nothing measured says so. */
export interface Resilience {
  /** Standard deviation of ln(depth that is really there / depth that is seen). */
  readonly depthSpread: number
  /** Refill is drawn evenly from 0 to twice the rule's. */
}

export interface EnsembleInput {
  /** Expected forced USD per bin, outward from the beginning. */
  readonly expected: Float64Array
  /**
   * How what is forced spreads around the expectation: `spread`, the standard deviation of ln of a factor that a whole
   * path shares, with median 1; `phi` (USD), the lumps of single orders, of variance `phi` times the mean.
   */
  readonly amount: { readonly spread: number; readonly phi: number }
  /** USD sold from outside at the beginning. */
  readonly shock: number
  /** Expected forced USD that the move to the beginning triggered. */
  readonly onTheWay: number
  readonly depth: Depth
  readonly rules: ChainRules
  readonly resilience: Resilience
  readonly draws: number
  readonly seed: number
}

/** One number per drawn path. */
export interface Ensemble {
  readonly reached: Float64Array // bins from the beginning
  readonly forced: Float64Array // USD, what was triggered on the way included
  readonly started: Float64Array // USD that started the chain
  readonly rounds: Float64Array
  readonly ranOut: number // paths
}

/**
 * Paths over what is not known: how much is really forced (a log-normal factor for the path and, bin by bin, a gamma for
 * the lumps of single orders), how much of the seen depth is there (log-normal) and how fast it refills. The same seed gives the same paths.
 */
export function drawEnsemble(input: EnsembleInput): Ensemble {
  const { expected, amount: spread, shock, onTheWay, depth, rules, resilience, draws, seed } = input
  const random = seeded(seed)
  const reached = new Float64Array(draws)
  const forced = new Float64Array(draws)
  const started = new Float64Array(draws)
  const rounds = new Float64Array(draws)
  const cumulative = new Float64Array(expected.length + 1)
  const scaled = new Float64Array(depth.cumulative.length)
  let ranOut = 0
  for (let path = 0; path < draws; path++) {
    const factor = Math.exp(spread.spread * normalDraw(random))
    const { phi } = spread
    const amount = (mean: number) => (phi > 0 ? phi * gammaDraw((factor * mean) / phi, random) : factor * mean)
    const first = onTheWay > 0 ? amount(onTheWay) : 0
    const seen = Math.exp(resilience.depthSpread * normalDraw(random) - 0.5 * resilience.depthSpread ** 2)
    for (let j = 0; j < scaled.length; j++) scaled[j] = seen * depth.cumulative[j]!
    const refill = Math.min(0.95, 2 * random() * rules.refill)
    // Bins are drawn when the path comes near them: most paths see few.
    let drawn = 0
    const supply: ForcedSupply = {
      bins: expected.length,
      to(bins) {
        const last = Math.min(expected.length, Math.ceil(bins))
        for (; drawn < last; drawn++)
          cumulative[drawn + 1] = cumulative[drawn]! + (expected[drawn]! > 0 ? amount(expected[drawn]!) : 0)
        const j = Math.min(expected.length, Math.floor(bins))
        const part = bins - j
        return part > 0 && j < expected.length
          ? cumulative[j]! + part * (cumulative[j + 1]! - cumulative[j]!)
          : cumulative[j]!
      },
    }
    const chain = runChain(shock + first, supply, { ...depth, cumulative: scaled }, { ...rules, refill })
    reached[path] = chain.reached
    forced[path] = first + chain.forced
    started[path] = shock + first
    rounds[path] = chain.rounds.length
    if (chain.ranOut) ranOut++
  }
  return { reached, forced, started, rounds, ranOut }
}

export interface Quantiles {
  readonly low: number // 10 %
  readonly median: number
  readonly high: number // 90 %
}

export function quantilesOf(values: Float64Array): Quantiles {
  const sorted = values.toSorted()
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
  return { low: at(0.1), median: at(0.5), high: at(0.9) }
}
