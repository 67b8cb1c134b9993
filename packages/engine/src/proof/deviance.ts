/** One prediction per bar and side: `long[i]` and `short[i]` are the forced size expected of bar i, base units. */
export interface Prediction {
  readonly long: Float64Array
  readonly short: Float64Array
}

/** Sums over a window of one side. */
export interface Window {
  /** Index of the window's first bar. */
  readonly from: number
  readonly observed: number
  readonly predicted: number
}

/** A window, and whose forced orders it counts. */
export interface SideWindow extends Window {
  readonly side: 'long' | 'short'
}

/** Added to every window's prediction, as the reference script does: no window may expect nothing. */
const LEAST_EXPECTED = 1e-9
/** No window counts as expecting less than this part of the mean window. */
const LEAST_PART = 1e-6

/**
 * Deviance of one observation under a (quasi-)Poisson mean: 2 (y ln(y / mu) - (y - mu)), and 2 mu for y = 0.
 *
 * Worked line: y = 2, mu = 1: 2 (2 ln 2 - 1) = 0.7726.
 */
export function poissonDeviance(observed: number, mean: number): number {
  return 2 * ((observed > 0 ? observed * Math.log(observed / mean) : 0) - (observed - mean))
}

/**
 * Windows of `length` bars from bar `from` to the end, longs first, then shorts. The last may be shorter. Bars whose
 * forced orders are not known are no part of a window; a window without any other is left out.
 */
export function windowsOf(
  observed: Prediction & { readonly known?: { readonly long: Uint8Array; readonly short: Uint8Array } },
  predicted: Prediction,
  from: number,
  length: number,
): SideWindow[] {
  const windows: SideWindow[] = []
  for (const side of ['long', 'short'] as const) {
    const seen = observed[side]
    const expected = predicted[side]
    const known = observed.known?.[side]
    for (let start = from; start < seen.length; start += length) {
      let sum = 0
      let mean = LEAST_EXPECTED
      let count = 0
      const end = Math.min(seen.length, start + length)
      for (let i = start; i < end; i++) {
        if (known !== undefined && known[i] === 0) continue
        sum += seen[i]!
        mean += expected[i]!
        count++
      }
      if (count > 0) windows.push({ side, from: start, observed: sum, predicted: mean })
    }
  }
  return windows
}

/** Deviance of every window, in the order given, under its prediction and under the windows' own mean. */
export function deviancesOf(windows: readonly Window[]): { model: Float64Array; constant: Float64Array } {
  const mean = windows.reduce((sum, window) => sum + window.observed, 0) / windows.length
  const model = new Float64Array(windows.length)
  const constant = new Float64Array(windows.length)
  windows.forEach(({ observed, predicted }, i) => {
    model[i] = poissonDeviance(observed, Math.max(predicted, LEAST_PART * mean))
    constant[i] = poissonDeviance(observed, mean)
  })
  return { model, constant }
}
