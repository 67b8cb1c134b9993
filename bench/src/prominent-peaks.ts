/** A peak as SciPy's find_peaks gives it: where, how far above its surroundings, and its width at half of that. */
interface Peak {
  readonly at: number
  readonly prominence: number
  readonly from: number
  readonly to: number
}

/**
 * What one would write first: Gaussian smoothing, local maxima, and for each its prominence by walking both ways until
 * something higher (scipy.signal.find_peaks, peak_prominences, peak_widths).
 */
export function prominentPeaks(values: Float64Array, sigma: number): Peak[] {
  const smoothed = smooth(values, sigma)
  const highest = smoothed.reduce((most, value) => Math.max(most, value), 0)
  const peaks: Peak[] = []
  for (let at = 1; at < smoothed.length - 1; at++) {
    const height = smoothed[at]!
    if (!(height > smoothed[at - 1]! && height >= smoothed[at + 1]!)) continue
    let left = height
    let right = height
    for (let i = at - 1; i >= 0 && smoothed[i]! <= height; i--) left = Math.min(left, smoothed[i]!)
    for (let i = at + 1; i < smoothed.length && smoothed[i]! <= height; i++) right = Math.min(right, smoothed[i]!)
    const prominence = height - Math.max(left, right)
    if (prominence < 0.05 * highest) continue
    const floor = height - prominence / 2
    let from = at
    let to = at
    while (from > 0 && smoothed[from - 1]! >= floor) from--
    while (to < smoothed.length - 1 && smoothed[to + 1]! >= floor) to++
    peaks.push({ at, prominence, from, to })
  }
  return peaks
}

function smooth(values: Float64Array, sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma)
  return values.map((_, at) => {
    let sum = 0
    let weight = 0
    for (let i = Math.max(0, at - reach); i <= Math.min(values.length - 1, at + reach); i++) {
      const part = Math.exp(-0.5 * ((i - at) / sigma) ** 2)
      sum += part * values[i]!
      weight += part
    }
    return sum / weight
  })
}
