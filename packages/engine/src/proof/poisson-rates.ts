/** History must grow by this part before rates are fitted again: in a long file once in many blocks. */
const GROWTH = 0.01
/** Passes of a fit from scratch, as in the reference script, and of one that goes on from the last. */
const PASSES = 300
const FURTHER_PASSES = 30

/**
 * Non-negative rates of columns by Poisson EM over rows that arrive in time: no shrinkage, nothing forgotten. Sums of
 * exposure grow; only rows with a forced order are kept and visited.
 */
export class PoissonRates {
  readonly rates: Float64Array
  private readonly exposure: Float64Array
  /** Exposures of the rows with a forced order, row by row, and their sizes. */
  private matrix = new Float64Array(0)
  private sizes = new Float64Array(0)
  private rows = 0
  private seen = 0
  private seenAtFit = 0

  constructor(columns: number) {
    this.rates = new Float64Array(columns).fill(1e-3)
    this.exposure = new Float64Array(columns)
  }

  /** False until rows with a forced order were fitted: the rates mean nothing before. */
  get isFitted(): boolean {
    return this.seenAtFit > 0
  }

  /** Adds one side of a bar: its exposures, as many as there are rates, and its forced size. */
  push(exposures: ArrayLike<number>, size: number): void {
    const { exposure } = this
    const columns = exposure.length
    this.seen++
    for (let c = 0; c < columns; c++) exposure[c] = exposure[c]! + exposures[c]!
    if (!(size > 0)) return
    this.reserve()
    const start = this.rows * columns
    for (let c = 0; c < columns; c++) this.matrix[start + c] = exposures[c]!
    this.sizes[this.rows++] = size
  }

  /** Fits to what was pushed, unless that has hardly grown. Goes on from the last rates. */
  refit(): void {
    if (this.rows === 0 || this.seen < (1 + GROWTH) * this.seenAtFit) return
    this.run(this.isFitted ? FURTHER_PASSES : PASSES)
    this.seenAtFit = this.seen
  }

  private run(passes: number): void {
    const { rates, exposure, matrix, sizes, rows } = this
    const columns = rates.length
    const gain = new Float64Array(columns)
    for (let pass = 0; pass < passes; pass++) {
      gain.fill(0)
      for (let row = 0, start = 0; row < rows; row++, start += columns) {
        let mean = 1e-9
        for (let c = 0; c < columns; c++) mean += rates[c]! * matrix[start + c]!
        const ratio = sizes[row]! / mean
        for (let c = 0; c < columns; c++) gain[c] = gain[c]! + matrix[start + c]! * ratio
      }
      // A rate that EM has driven to 0 stays there; a later fit may need it again.
      for (let c = 0; c < columns; c++) rates[c] = Math.max(1e-12, (rates[c]! * gain[c]!) / (exposure[c]! + 1e-9))
    }
  }

  private reserve(): void {
    if (this.rows < this.sizes.length) return
    const room = Math.max(1024, 2 * this.sizes.length)
    const matrix = new Float64Array(room * this.rates.length)
    const sizes = new Float64Array(room)
    matrix.set(this.matrix)
    sizes.set(this.sizes)
    this.matrix = matrix
    this.sizes = sizes
  }
}
