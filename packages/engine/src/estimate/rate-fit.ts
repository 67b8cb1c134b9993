/**
 * Sufficient statistics of the rate fit, one entry per column: `w = evidence / exposure` once both have converged.
 *
 * The fit is quasi-likelihood for variance proportional to mean^(2 - beta), by multiplicative updates, which keep
 * weights non-negative: `w <- w * sum(x y mu^(beta-2)) / sum(x mu^(beta-1))`. Beta 1 is Poisson EM; 0.5 the compound
 * Poisson-gamma that forced orders follow (sizes vary, and large minutes vary more). Source: Fevotte and Idier,
 * "Algorithms for nonnegative matrix factorization with the beta-divergence", Neural Computation 23 (2011), eq. 4.3.
 */
export interface RateStatistics {
  readonly evidence: Float64Array
  readonly exposure: Float64Array
}

/** The rows as plain numbers. */
export interface RateRowsState {
  readonly exposures: readonly number[]
  readonly sizes: readonly number[]
  readonly times: readonly number[]
  readonly means: readonly number[]
}

/** Rows of unit exposures with what was observed, in the order of time. Grows by doubling. */
export class RateRows {
  count = 0
  private exposures = new Float32Array(0)
  private sizes = new Float64Array(0)
  /** End of the row's bar, ms. */
  private times = new Float64Array(0)
  private means = new Float64Array(0)
  /** What the weights and the starting weights predicted of the row pushed last. */
  mean = 0
  expected = 0

  constructor(readonly columns: number) {}

  /**
   * Appends a row; one without any exposure says nothing and is left out. Leaves in `mean` and `expected` what
   * `weights` and `prior` predict of it, computed in the same pass: this runs for every bar.
   */
  push(
    exposures: ArrayLike<number>,
    observed: number,
    time: number,
    weights: Readonly<Float64Array>,
    prior: Readonly<Float64Array>,
  ): void {
    const { columns, count } = this
    if (count === this.sizes.length) this.grow()
    const stored = this.exposures
    let mean = 0
    let expected = 0
    let any = 0
    for (let c = 0, at = count * columns; c < columns; c++, at++) {
      const value = exposures[c]!
      stored[at] = value
      any += value
      mean += weights[c]! * value
      expected += prior[c]! * value
    }
    this.mean = mean
    this.expected = expected
    if (!(any > 0)) return
    this.sizes[count] = observed
    this.times[count] = time
    this.means[count] = mean
    this.count++
  }

  /**
   * Adds rows [from, count) to the statistics under the weights they were pushed with, which must not have changed.
   */
  addTo(into: RateStatistics, weights: Readonly<Float64Array>, floor: number, from: number): void {
    for (let row = from; row < this.count; row++) this.addRow(into, weights, row, this.means[row]! + floor, 1)
  }

  /** Adds all rows under new weights, each with the weight of its age. */
  addAll(
    into: RateStatistics,
    weights: Readonly<Float64Array>,
    floor: number,
    ageWeight: (time: number) => number,
  ): void {
    const { columns, exposures, times, count } = this
    for (let row = 0; row < count; row++) {
      let mean = floor
      for (let c = 0, at = row * columns; c < columns; c++, at++) mean += weights[c]! * exposures[at]!
      this.addRow(into, weights, row, mean, ageWeight(times[row]!))
    }
  }

  /** Forgets all rows and gives their memory back. */
  clear(): void {
    this.count = 0
    this.exposures = new Float32Array(0)
    this.sizes = new Float64Array(0)
    this.times = new Float64Array(0)
    this.means = new Float64Array(0)
  }

  /** Puts back what `state` was taken from. */
  restore({ exposures, sizes, times, means }: RateRowsState): void {
    this.count = sizes.length
    this.exposures = Float32Array.from(exposures)
    this.sizes = Float64Array.from(sizes)
    this.times = Float64Array.from(times)
    this.means = Float64Array.from(means)
  }

  /** Everything held, as plain numbers. */
  get state(): RateRowsState {
    return {
      exposures: Array.from(this.exposures.subarray(0, this.count * this.columns)),
      sizes: Array.from(this.sizes.subarray(0, this.count)),
      times: Array.from(this.times.subarray(0, this.count)),
      means: Array.from(this.means.subarray(0, this.count)),
    }
  }

  private addRow(
    { evidence, exposure }: RateStatistics,
    weights: Readonly<Float64Array>,
    row: number,
    mean: number,
    ageWeight: number,
  ): void {
    const { columns, exposures } = this
    const share = ageWeight / Math.sqrt(mean) // mean^(beta - 1)
    const gain = (share * this.sizes[row]!) / mean // y mean^(beta - 2)
    const start = row * columns
    for (let c = 0; c < columns; c++) exposure[c] = exposure[c]! + share * exposures[start + c]!
    if (gain === 0) return // most rows saw no forced order
    for (let c = 0; c < columns; c++) evidence[c] = evidence[c]! + gain * exposures[start + c]! * weights[c]!
  }

  private grow(): void {
    const room = Math.max(64, 2 * this.sizes.length)
    const exposures = new Float32Array(room * this.columns)
    const sizes = new Float64Array(room)
    const times = new Float64Array(room)
    const means = new Float64Array(room)
    exposures.set(this.exposures)
    sizes.set(this.sizes)
    times.set(this.times)
    means.set(this.means)
    this.exposures = exposures
    this.sizes = sizes
    this.times = times
    this.means = means
  }
}
