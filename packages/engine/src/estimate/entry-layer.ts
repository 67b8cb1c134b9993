import { kernelOf } from './distance-class.ts'
import { GridWindow } from './grid-window.ts'
import { GRID_STEP } from './price-grid.ts'

/** Classes up to this many times a layer's nearest distance share its resolution. */
const LAYER_SPAN = 2.9
/** Cells per nearest distance of a layer: a hat is smooth at this scale, finer cells only cost time. */
const CELLS_PER_DISTANCE = 4

/**
 * The cumulative inflow of a few neighbouring distance classes: all mass that ever entered each cell, never reduced.
 * What has been taken out is the cohort's business (see PositionCohort), which lets a far class live on a coarse grid
 * while removal stays exact to the bin.
 *
 * Entries wait in `pending`, pooled by entry cell, until a sweep comes near the first cell they could fill: the far
 * classes, whose kernels are the widest, then pay for a kernel once an hour instead of once a bar.
 */
export class EntryLayer {
  /** log2 of bins per cell. */
  readonly shift: number
  readonly classes: number
  /** `inflow.data[(cell - origin) * classes + c]`: mass per BIN of the cell (the same for each of its bins). */
  readonly inflow: GridWindow
  readonly pending = new GridWindow()
  /** Cells that hold pending entries: [pendingLow, pendingHigh], empty when low > high. */
  pendingLow = Number.POSITIVE_INFINITY
  pendingHigh = Number.NEGATIVE_INFINITY
  /** Bins between an entry cell's lower edge and the lowest bin that its mass can raise, interpolation included. */
  readonly reachBins: number
  /** How often pending entries have been spread: the inflow is the same as long as this is. */
  flushes = 1
  private readonly firsts: Int32Array
  private readonly weights: readonly Float64Array[]
  private readonly lowest: number
  private readonly highest: number

  /** `distances[first]` to `distances[first + classes - 1]` of the regime's list. */
  private constructor(
    distances: readonly number[],
    readonly first: number,
    classes: number,
    /** Where flushed entries go next. */
    private readonly farther: EntryLayer | undefined,
  ) {
    this.classes = classes
    this.shift = Math.max(0, Math.floor(Math.log2(distances[first]! / CELLS_PER_DISTANCE / GRID_STEP)))
    this.inflow = new GridWindow(classes)
    const kernels = Array.from({ length: classes }, (_, c) => kernelOf(distances, first + c, 1 << this.shift))
    this.firsts = Int32Array.from(kernels, (kernel) => kernel.first)
    this.weights = kernels.map((kernel) => kernel.weights.map((weight) => weight / (1 << this.shift)))
    this.lowest = Math.min(...this.firsts)
    this.highest = Math.max(...kernels.map((kernel) => kernel.first + kernel.weights.length - 1))
    this.reachBins = (this.lowest - (this.shift > 0 ? 1 : 0)) << this.shift
  }

  /** The layers of all distances from index `first` on, nearest first, each passing its entries on to the next. */
  static cover(distances: readonly number[], first: number): EntryLayer[] {
    if (first >= distances.length) return []
    const beyond = distances.findIndex((distance) => distance >= LAYER_SPAN * distances[first]!)
    const end = beyond < 0 ? distances.length : beyond
    const farther = EntryLayer.cover(distances, end)
    return [new EntryLayer(distances, first, end - first, farther[0]), ...farther]
  }

  /** Adds `size` entered evenly between two positions in bins, low <= high. */
  enter(low: number, high: number, size: number): void {
    const scale = 1 / (1 << this.shift)
    const from = Math.floor(low * scale)
    const to = Math.floor(high * scale)
    this.widen(from, to)
    const { data, origin } = this.pending
    if (from === to) {
      data[from - origin] = data[from - origin]! + size
      return
    }
    const length = (high - low) * scale
    data[from - origin] = data[from - origin]! + size * ((from + 1 - low * scale) / length)
    for (let cell = from + 1; cell < to; cell++) data[cell - origin] = data[cell - origin]! + size / length
    data[to - origin] = data[to - origin]! + size * ((high * scale - to) / length)
  }

  /** A sweep to this position or beyond may meet what is pending: it must be spread before. */
  get reach(): number {
    return this.pendingLow * (1 << this.shift) + this.reachBins
  }

  /** Spreads the pending entries over the classes' cells and hands them on to the farther layer. */
  flush(): void {
    const { pendingLow, pendingHigh, classes, firsts, farther } = this
    if (pendingLow > pendingHigh) return
    this.flushes++
    this.inflow.cover(pendingLow + this.lowest - 1, pendingHigh + this.highest + 1)
    const { data: inflow, origin } = this.inflow
    const { data: pending, origin: pendingOrigin } = this.pending
    const deeper = farther ? farther.shift - this.shift : 0
    farther?.widen(pendingLow >> deeper, pendingHigh >> deeper)
    for (let c = 0; c < classes; c++) {
      const weights = this.weights[c]!
      const last = weights.length - 1
      const first = pendingLow + firsts[c]!
      const end = pendingHigh + firsts[c]! + last
      let at = (first - origin) * classes + c
      for (let target = first; target <= end; target++, at += classes) {
        const shift = target - firsts[c]! // entries of cell e give weights[shift - e]
        let sum = 0
        const high = Math.min(shift, pendingHigh)
        for (let cell = Math.max(pendingLow, shift - last); cell <= high; cell++)
          sum += pending[cell - pendingOrigin]! * weights[shift - cell]!
        inflow[at] = inflow[at]! + sum
      }
    }
    const fartherPending = farther?.pending.data
    const fartherOrigin = farther?.pending.origin ?? 0
    for (let cell = pendingLow; cell <= pendingHigh; cell++) {
      if (fartherPending) {
        const at = (cell >> deeper) - fartherOrigin
        fartherPending[at] = fartherPending[at]! + pending[cell - pendingOrigin]!
      }
      pending[cell - pendingOrigin] = 0
    }
    this.pendingLow = Number.POSITIVE_INFINITY
    this.pendingHigh = Number.NEGATIVE_INFINITY
  }

  /** Adds to `out[cell - from]`, per bin, the weighted inflow of cells [from, to], flushed mass only. */
  addInflow(shares: Float64Array, from: number, to: number, out: Float64Array): void {
    const { data, origin, cells } = this.inflow
    const { classes, first } = this
    const low = Math.max(from, origin)
    const high = Math.min(to, origin + cells - 1)
    for (let cell = low; cell <= high; cell++) {
      let sum = 0
      for (let c = 0, at = (cell - origin) * classes; c < classes; c++, at++) sum += shares[first + c]! * data[at]!
      out[cell - from] = out[cell - from]! + sum
    }
  }

  /** Like `addInflow` for the entries still waiting in `source`, this layer or a nearer one. Changes nothing. */
  addPending(source: EntryLayer, shares: Float64Array, from: number, to: number, out: Float64Array): void {
    const deeper = this.shift - source.shift
    for (let cell = source.pendingLow; cell <= source.pendingHigh; cell++) {
      const size = source.pending.at(cell)
      if (size === 0) continue
      for (let c = 0; c < this.classes; c++) {
        const weights = this.weights[c]!
        const share = shares[this.first + c]! * size
        if (share === 0) continue
        const start = (cell >> deeper) + this.firsts[c]!
        const low = Math.max(0, from - start)
        const high = Math.min(weights.length - 1, to - start)
        for (let j = low; j <= high; j++) out[start + j - from] = out[start + j - from]! + share * weights[j]!
      }
    }
  }

  /** Multiplies everything held, for a lazy decay factor that has grown too large. */
  scale(factor: number): void {
    this.inflow.scale(factor)
    this.pending.scale(factor)
  }

  private widen(from: number, to: number): void {
    this.pending.cover(from, to)
    if (from < this.pendingLow) this.pendingLow = from
    if (to > this.pendingHigh) this.pendingHigh = to
  }
}
