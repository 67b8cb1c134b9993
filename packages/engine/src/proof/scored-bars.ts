import type { Bar } from '@liqscope/market'
import { type Observed, observedOrders } from './observed-orders.ts'

/** Bars as the proof reads them: arrays, and what was published of forced orders. */
export interface ScoredBars {
  readonly bars: readonly Bar[]
  readonly intervalMs: number
  readonly observed: Observed
  /** Size that stands for open interest, per bar: published, carried on, or a stand-in (see `notes`). */
  readonly size: Float64Array
  readonly hasVolume: boolean
  readonly hasOpenInterest: boolean
  /** What is missing and what stands in for it, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * Prepares bars for scoring: in order of time, each time once. Bars before the first open interest are left out where
 * later ones have it. Where none has: the mean volume of a bar stands in, or 1; then only the shape of a prediction
 * counts, its scale is fitted anyway. An input that fewer than half of the bars have is not used at all.
 */
export function scoredBars(all: readonly Bar[]): ScoredBars {
  const notes: string[] = []
  const usable = inOrder(all, notes)
  const known = usable.filter((bar) => (bar.openInterest ?? 0) > 0).length
  const hasOpenInterest = known > usable.length / 2
  const firstKnown = hasOpenInterest ? usable.findIndex((bar) => (bar.openInterest ?? 0) > 0) : 0
  const kept = usable.slice(firstKnown)
  if (firstKnown > 0) notes.push(`${bars(firstKnown)} before the first open interest were left out.`)
  const withVolume = kept.filter((bar) => (bar.volume ?? 0) > 0)
  const hasVolume = withVolume.length > kept.length / 2
  const meanVolume = withVolume.reduce((sum, bar) => sum + (bar.volume ?? 0), 0) / Math.max(1, withVolume.length)
  let last = hasVolume ? meanVolume : 1
  let carried = 0
  const size = Float64Array.from(kept, (bar) => {
    if (hasOpenInterest && (bar.openInterest ?? 0) > 0) last = bar.openInterest!
    else if (hasOpenInterest) carried++
    return last
  })
  if (!hasOpenInterest)
    notes.push(
      `${known > 0 ? `Only ${bars(known)} have open interest, which is left out` : 'No open interest'}: ${
        hasVolume
          ? 'the mean volume of a bar stands in for it.'
          : 'there is no volume either, so sizes are relative, and fitted to what was liquidated.'
      }`,
    )
  if (carried > 0) notes.push(`${bars(carried)} without open interest carry the last one on.`)
  if (!hasVolume)
    notes.push(
      `${withVolume.length > 0 ? `Only ${bars(withVolume.length)} have volume, which is left out` : 'No volume'}: what bars of their range usually trade, per open interest, stands in for it.`,
    )
  const scored = kept.map((bar) => withInputs(bar, hasOpenInterest, hasVolume))
  const { observed, notes: ofOrders } = observedOrders(scored)
  return {
    bars: scored,
    intervalMs: scored[0]?.intervalMs ?? 60_000,
    observed,
    size,
    hasVolume,
    hasOpenInterest,
    notes: [...notes, ...ofOrders],
  }
}

/** Bars with sound prices, sorted, of equal times the first. */
function inOrder(all: readonly Bar[], notes: string[]): Bar[] {
  const sound = all.filter(({ high, low, open, close }) => low > 0 && high >= low && open > 0 && close > 0)
  if (sound.length < all.length) notes.push(`${bars(all.length - sound.length)} without sound prices were left out.`)
  const sorted = sound.toSorted((a, b) => a.exchangeTime - b.exchangeTime)
  const once = sorted.filter((bar, i) => i === 0 || bar.exchangeTime > sorted[i - 1]!.exchangeTime)
  if (once.length < sorted.length)
    notes.push(`${bars(sorted.length - once.length)} of a time that was there already were left out.`)
  return once
}

function withInputs(bar: Bar, hasOpenInterest: boolean, hasVolume: boolean): Bar {
  if ((hasOpenInterest || bar.openInterest === undefined) && (hasVolume || bar.volume === undefined)) return bar
  const { openInterest, volume, ...rest } = bar
  return {
    ...rest,
    ...(hasOpenInterest && openInterest !== undefined ? { openInterest } : {}),
    ...(hasVolume && volume !== undefined ? { volume } : {}),
  }
}

function bars(count: number): string {
  return count === 1 ? '1 bar' : `${count.toLocaleString('en-US')} bars`
}
