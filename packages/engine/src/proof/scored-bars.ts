import type { Bar } from '@liqscope/market'
import type { Prediction } from './deviance.ts'

/** Bars as the proof reads them: arrays, and what was published of forced orders. */
export interface ScoredBars {
  readonly bars: readonly Bar[]
  readonly intervalMs: number
  /** Forced size per bar and side. A bar without any counts as zero: feeds publish orders, not their absence. */
  readonly observed: Prediction
  /** Size that stands for open interest, per bar: published, carried on, or a stand-in (see `reasons`). */
  readonly size: Float64Array
  readonly hasVolume: boolean
  readonly hasOpenInterest: boolean
  /** What is missing and what stands in for it, one sentence each. */
  readonly reasons: readonly string[]
}

/**
 * Prepares bars for scoring. Bars before the first open interest are left out where later ones have it.
 * Where none has: the mean volume of a bar stands in, or 1; then only the shape of a prediction counts, its scale is
 * fitted anyway.
 */
export function scoredBars(all: readonly Bar[]): ScoredBars {
  const reasons: string[] = []
  const usable = all.filter(({ high, low, open, close }) => low > 0 && high >= low && open > 0 && close > 0)
  if (usable.length < all.length) reasons.push(`${all.length - usable.length} bars without sound prices were left out.`)
  const known = usable.filter((bar) => (bar.openInterest ?? 0) > 0).length
  const hasOpenInterest = known > usable.length / 2
  const firstKnown = hasOpenInterest ? usable.findIndex((bar) => (bar.openInterest ?? 0) > 0) : 0
  const bars = usable.slice(firstKnown)
  if (firstKnown > 0) reasons.push(`${firstKnown} bars before the first open interest were left out.`)
  const withVolume = bars.filter((bar) => (bar.volume ?? 0) > 0)
  const hasVolume = withVolume.length > bars.length / 2
  const meanVolume = withVolume.reduce((sum, bar) => sum + (bar.volume ?? 0), 0) / Math.max(1, withVolume.length)
  let last = hasVolume ? meanVolume : 1
  let carried = 0
  const size = Float64Array.from(bars, (bar) => {
    if (hasOpenInterest && (bar.openInterest ?? 0) > 0) last = bar.openInterest!
    else if (hasOpenInterest) carried++
    return last
  })
  if (!hasOpenInterest)
    reasons.push(
      hasVolume
        ? 'No open interest: the mean volume of a bar stands in for it.'
        : 'Neither open interest nor volume: sizes are relative, and fitted to what was liquidated.',
    )
  if (carried > 0) reasons.push(`${carried} bars without open interest carry the last one on.`)
  if (!hasVolume) reasons.push('No volume: the map rests on price and open interest alone, without entry volume.')
  return {
    bars,
    intervalMs: bars[0]?.intervalMs ?? 60_000,
    observed: {
      long: Float64Array.from(bars, (bar) => bar.longLiquidated ?? 0),
      short: Float64Array.from(bars, (bar) => bar.shortLiquidated ?? 0),
    },
    size,
    hasVolume,
    hasOpenInterest,
    reasons,
  }
}
