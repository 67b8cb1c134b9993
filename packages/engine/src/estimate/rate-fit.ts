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

/** Rows of unit exposures with what was observed, in the order of time. Grows by doubling. */
export class RateRows {
  count = 0
  private exposures = new Float32Array(0)
  private sizes = new Float64Array(0)
  /** End of the row's bar, ms. */
  private times = new Float64Array(0)

  constructor(readonly columns: number) {}

  /** Appends a row; one without any exposure says nothing and is left out. */
  push(exposures: ArrayLike<number>, observed: number, time: number): void {
    const { columns, count } = this
    if (count === this.sizes.length) this.grow()
    let any = 0
    for (let c = 0, at = count * columns; c < columns; c++, at++) {
      const value = exposures[c]!
      this.exposures[at] = value
      any += value
    }
    if (!(any > 0)) return
    this.sizes[count] = observed
    this.times[count] = time
    this.count++
  }

  /** Visits rows [from, count) with their age weight: `lambda ^ ((now - time) / halfLife)` at lambda 1/2. */
  addTo(
    into: RateStatistics,
    weights: Float64Array,
    floor: number,
    from: number,
    ageWeight: (time: number) => number,
  ): void {
    const { columns, exposures, sizes, times, count } = this
    const { evidence, exposure } = into
    for (let row = from; row < count; row++) {
      const start = row * columns
      let mean = floor
      for (let c = 0; c < columns; c++) mean += weights[c]! * exposures[start + c]!
      const share = ageWeight(times[row]!) / Math.sqrt(mean) // mean^(beta - 1)
      const gain = (share * sizes[row]!) / mean // y mean^(beta - 2)
      for (let c = 0; c < columns; c++) {
        const x = exposures[start + c]!
        if (x === 0) continue
        exposure[c] = exposure[c]! + share * x
        if (gain > 0) evidence[c] = evidence[c]! + gain * x * weights[c]!
      }
    }
  }

  /** Adds rows [from, count) to sums of y, the size observed, and x, the size that `weights` predict. */
  addMoments(
    weights: Readonly<Float64Array>,
    from: number,
    sums: { y: number; x: number; yy: number; xy: number; xx: number },
  ): void {
    const { columns, exposures, sizes, count } = this
    for (let row = from; row < count; row++) {
      let x = 0
      for (let c = 0, at = row * columns; c < columns; c++, at++) x += weights[c]! * exposures[at]!
      const y = sizes[row]!
      sums.y += y
      sums.x += x
      sums.yy += y * y
      sums.xy += x * y
      sums.xx += x * x
    }
  }

  /** Forgets all rows and gives their memory back. */
  clear(): void {
    this.count = 0
    this.exposures = new Float32Array(0)
    this.sizes = new Float64Array(0)
    this.times = new Float64Array(0)
  }

  /** Everything held, as plain numbers. */
  get state(): { readonly exposures: number[]; readonly sizes: number[]; readonly times: number[] } {
    return {
      exposures: Array.from(this.exposures.subarray(0, this.count * this.columns)),
      sizes: Array.from(this.sizes.subarray(0, this.count)),
      times: Array.from(this.times.subarray(0, this.count)),
    }
  }

  private grow(): void {
    const room = Math.max(64, 2 * this.sizes.length)
    const exposures = new Float32Array(room * this.columns)
    const sizes = new Float64Array(room)
    const times = new Float64Array(room)
    exposures.set(this.exposures)
    sizes.set(this.sizes)
    times.set(this.times)
    this.exposures = exposures
    this.sizes = sizes
    this.times = times
  }
}
