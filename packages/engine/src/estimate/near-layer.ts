import { kernelOf } from './distance-class.ts'
import { GridWindow } from './grid-window.ts'

/**
 * The cumulative inflow of the nearest distance classes. Nearly every bar sweeps what the bar before entered there, so
 * nothing is spread in advance: the entries are kept per bin, and the inflow of a bin is looked up when it is needed.
 * It never falls, not even by rounding: the sum has the same order every time and its terms only grow.
 */
export class NearLayer {
  /** All size ever entered, per bin. */
  readonly entries = new GridWindow()
  /** Class c puts `weights[c][j]` of an entry `firsts[c] + j` bins farther. */
  readonly firsts: Int32Array
  readonly weights: readonly Float64Array[]
  /** Bins between the lower edge of an entry's bin and the nearest bin it can fill. */
  readonly reachBins: number

  constructor(
    distances: readonly number[],
    readonly classes: number,
  ) {
    const kernels = Array.from({ length: classes }, (_, c) => kernelOf(distances, c, 1))
    this.firsts = Int32Array.from(kernels, (kernel) => kernel.first)
    this.weights = kernels.map((kernel) => kernel.weights)
    this.reachBins = Math.min(...this.firsts)
  }

  /** Makes the inflow of bins [low, high] readable. */
  cover(low: number, high: number): void {
    if (this.classes === 0) return
    this.entries.cover(low - Math.max(...this.firsts) - Math.max(...this.weights.map((one) => one.length)), high)
  }

  /** Inflow of class c into a covered bin. */
  inflowOf(c: number, bin: number): number {
    const { entries } = this
    const weights = this.weights[c]!
    const data = entries.data
    let at = bin - this.firsts[c]! - entries.origin
    let sum = 0
    for (let j = 0; j < weights.length; j++, at--) sum += weights[j]! * data[at]!
    return sum
  }

  /** Adds `size` entered evenly between two positions, low <= high. */
  enter(low: number, high: number, size: number): void {
    const from = Math.floor(low)
    const to = Math.floor(high)
    this.entries.cover(from, to)
    const { data, origin } = this.entries
    if (from === to) {
      data[from - origin] = data[from - origin]! + size
      return
    }
    const length = high - low
    data[from - origin] = data[from - origin]! + size * ((from + 1 - low) / length)
    for (let bin = from + 1; bin < to; bin++) data[bin - origin] = data[bin - origin]! + size / length
    data[to - origin] = data[to - origin]! + size * ((high - to) / length)
  }

  /** Adds to `out[bin - from]` the weighted inflow of bins [from, to]. */
  addInflow(shares: Float64Array, from: number, to: number, out: Float64Array): void {
    const { origin, cells, data } = this.entries
    for (let c = 0; c < this.classes; c++) {
      const weights = this.weights[c]!
      const share = shares[c]!
      if (share === 0) continue
      for (let j = 0; j < weights.length; j++) {
        const shift = this.firsts[c]! + j
        const weight = share * weights[j]!
        const low = Math.max(from, origin + shift)
        const high = Math.min(to, origin + cells - 1 + shift)
        for (let bin = low; bin <= high; bin++)
          out[bin - from] = out[bin - from]! + weight * data[bin - shift - origin]!
      }
    }
  }
}
