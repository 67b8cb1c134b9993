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

/** Rows kept in memory after `clear`: more than any stretch between two refits pushes, so that none allocates. */
const ROWS_KEPT = 1024

/**
 * Rows of unit exposures with what was observed, in the order of time. Two of three exposures are 0, a bar sweeps few
 * distances: only the others are held and multiplied. Grows by doubling.
 */
export class RateRows {
  count = 0
  /** Exposures other than 0, row after row, and their columns; those of a row end at `ends[row]`. */
  private values = new Float32Array(0)
  private places = new Uint8Array(0)
  private ends = new Int32Array(0)
  private sizes = new Float64Array(0)
  /** End of the row's bar, ms. */
  private times = new Float64Array(0)
  private means = new Float64Array(0)
  /** What the weights and the starting weights predicted of the row pushed last. */
  mean = 0
  expected = 0

  /** @throws {RangeError} for more than 256 columns. */
  constructor(readonly columns: number) {
    if (columns > 256) throw new RangeError(`${columns} columns, at most 256`)
  }

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
    const start = this.startOf(count)
    if (count === this.sizes.length || start + columns > this.values.length) this.grow(start + columns)
    const { values, places } = this
    let end = start
    let mean = 0
    let expected = 0
    for (let c = 0; c < columns; c++) {
      const value = exposures[c]!
      if (value === 0) continue
      values[end] = value
      places[end] = c
      end++
      mean += weights[c]! * value
      expected += prior[c]! * value
    }
    this.mean = mean
    this.expected = expected
    if (end === start) return
    this.ends[count] = end
    this.sizes[count] = observed
    this.times[count] = time
    this.means[count] = mean
    this.count++
  }

  /**
   * Adds rows [from, count) to the statistics under the weights they were pushed with, which must not have changed.
   */
  addTo(into: RateStatistics, weights: Readonly<Float64Array>, floor: number, from: number): void {
    let start = this.startOf(from)
    for (let row = from; row < this.count; row++)
      start = this.addRow(into, weights, row, start, this.means[row]! + floor, 1)
  }

  /** Adds all rows under new weights, each with the weight of its age. */
  addAll(
    into: RateStatistics,
    weights: Readonly<Float64Array>,
    floor: number,
    ageWeight: (time: number) => number,
  ): void {
    const { values, places, ends, times, count } = this
    let start = 0
    let time = Number.NaN
    let share = 1
    for (let row = 0; row < count; row++) {
      let mean = floor
      const end = ends[row]!
      for (let i = start; i < end; i++) mean += weights[places[i]!]! * values[i]!
      if (times[row] !== time) {
        time = times[row]!
        share = ageWeight(time) // a power: once for both sides of a bar
      }
      start = this.addRow(into, weights, row, start, mean, share)
    }
  }

  /** Forgets all rows, and gives back the memory that only a long history takes. */
  clear(): void {
    this.count = 0
    if (this.sizes.length > ROWS_KEPT) this.resize(ROWS_KEPT, ROWS_KEPT * this.columns)
  }

  /** Puts back what `state` was taken from. */
  restore({ exposures, sizes, times, means }: RateRowsState): void {
    const { columns } = this
    this.count = 0
    this.resize(sizes.length, exposures.length)
    let end = 0
    sizes.forEach((size, row) => {
      for (let c = 0; c < columns; c++) {
        const value = exposures[row * columns + c]!
        if (value === 0) continue
        this.values[end] = value
        this.places[end++] = c
      }
      this.ends[row] = end
      this.sizes[row] = size
    })
    this.times.set(times)
    this.means.set(means)
    this.count = sizes.length
  }

  /** Everything held, as plain numbers. */
  get state(): RateRowsState {
    const { columns, count } = this
    const exposures = new Array<number>(count * columns).fill(0)
    for (let row = 0; row < count; row++)
      for (let i = this.startOf(row); i < this.ends[row]!; i++)
        exposures[row * columns + this.places[i]!] = this.values[i]!
    return {
      exposures,
      sizes: Array.from(this.sizes.subarray(0, count)),
      times: Array.from(this.times.subarray(0, count)),
      means: Array.from(this.means.subarray(0, count)),
    }
  }

  /** Where a row's values start. */
  private startOf(row: number): number {
    return row === 0 ? 0 : this.ends[row - 1]!
  }

  /** Adds a row whose values start at `start`; returns where they end. */
  private addRow(
    { evidence, exposure }: RateStatistics,
    weights: Readonly<Float64Array>,
    row: number,
    start: number,
    mean: number,
    ageWeight: number,
  ): number {
    const { values, places } = this
    const end = this.ends[row]!
    const share = ageWeight / Math.sqrt(mean) // mean^(beta - 1)
    const gain = (share * this.sizes[row]!) / mean // y mean^(beta - 2)
    for (let i = start; i < end; i++) exposure[places[i]!] = exposure[places[i]!]! + share * values[i]!
    if (gain === 0) return end // most rows saw no forced order
    for (let i = start; i < end; i++) {
      const c = places[i]!
      evidence[c] = evidence[c]! + gain * values[i]! * weights[c]!
    }
    return end
  }

  private grow(values: number): void {
    const { sizes } = this
    this.resize(
      this.count < sizes.length ? sizes.length : Math.max(64, 2 * sizes.length),
      values <= this.values.length ? this.values.length : Math.max(values, 2 * this.values.length),
    )
  }

  /** Makes room for so many rows and values; what is held of the rows is kept. */
  private resize(rows: number, values: number): void {
    const { count } = this
    const used = this.startOf(count)
    const resized = <A extends Float64Array | Float32Array | Int32Array | Uint8Array>(
      old: A,
      made: A,
      kept: number,
    ) => {
      made.set(old.subarray(0, kept))
      return made
    }
    this.values = resized(this.values, new Float32Array(values), used)
    this.places = resized(this.places, new Uint8Array(values), used)
    this.ends = resized(this.ends, new Int32Array(rows), count)
    this.sizes = resized(this.sizes, new Float64Array(rows), count)
    this.times = resized(this.times, new Float64Array(rows), count)
    this.means = resized(this.means, new Float64Array(rows), count)
  }
}
