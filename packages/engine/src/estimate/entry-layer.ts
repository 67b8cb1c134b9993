import { kernelOf } from './distance-class.ts'
import { GridWindow } from './grid-window.ts'
import { GRID_STEP } from './price-grid.ts'

/** Classes nearer than this are a layer of their own: what a bar enters there, the next bars nearly always meet. */
const NEAR_BELOW = 0.003
/** Beyond, classes up to this many times a layer's nearest distance share its resolution. */
const LAYER_SPAN = 2.9
/** Cells per nearest distance of a layer: a hat is smooth at this scale, finer cells only cost time. */
const CELLS_PER_DISTANCE = 4

/**
 * The entries of a few neighbouring distance classes that are not on the grid yet. They wait, pooled by entry cell,
 * until a sweep comes near the first bin they could fill: the far classes, whose kernels are the widest, then pay for
 * a kernel a few times a year or a day instead of once a bar.
 *
 * A hat is smooth at the scale of its distance, so the cells of far classes are several bins wide. What a cell's
 * entries put into the bins lies on straight lines between the middles of the target cells.
 */
export class EntryLayer {
  /** Bins between an entry cell's lower edge and the highest bin that its entries can fill. */
  readonly farthestBin: number
  /** log2 of bins per cell. */
  private readonly shift: number
  private readonly pending = new GridWindow()
  /** Cells that hold pending entries: [low, high], empty when low > high. */
  private low = Number.POSITIVE_INFINITY
  private high = Number.NEGATIVE_INFINITY
  private readonly nearestBin: number
  /** One size entered in a cell puts `taps[starts[c] + j]` of class c `firsts[c] + j` bins beyond its lower edge. */
  private readonly firsts: Int32Array
  private readonly starts: Int32Array
  private readonly taps: Float64Array
  /** The sum of the class's taps before each tap. */
  private readonly sums: Float64Array

  /** `distances[first]` to `distances[first + classes - 1]` of the regime's list. */
  private constructor(
    distances: readonly number[],
    private readonly first: number,
    private readonly classes: number,
    /** Where placed entries go next. */
    private readonly farther: EntryLayer | undefined,
  ) {
    this.shift = Math.max(0, Math.floor(Math.log2(distances[first]! / CELLS_PER_DISTANCE / GRID_STEP)))
    const kernels = Array.from({ length: classes }, (_, c) => binKernelOf(distances, first + c, this.shift))
    this.firsts = Int32Array.from(kernels, (kernel) => kernel.first)
    this.starts = new Int32Array(classes + 1)
    kernels.forEach(({ taps }, c) => {
      this.starts[c + 1] = this.starts[c]! + taps.length
    })
    this.taps = new Float64Array(this.starts[classes]!)
    this.sums = new Float64Array(this.starts[classes]!)
    kernels.forEach(({ taps }, c) => {
      let sum = 0
      taps.forEach((tap, j) => {
        this.taps[this.starts[c]! + j] = tap
        this.sums[this.starts[c]! + j] = sum
        sum += tap
      })
    })
    this.nearestBin = Math.min(...this.firsts)
    this.farthestBin = Math.max(...kernels.map((kernel) => kernel.first + kernel.taps.length - 1))
  }

  /** The layers of all distances from index `first` on, nearest first, each passing its entries on to the next. */
  static cover(distances: readonly number[], first = 0): EntryLayer[] {
    const nearest = distances[first]
    if (nearest === undefined) return []
    const limit = nearest < NEAR_BELOW ? NEAR_BELOW : LAYER_SPAN * nearest
    const beyond = distances.findIndex((distance) => distance >= limit)
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

  /** A sweep to this position or beyond may meet what is pending: it must be placed before. `Infinity`: nothing is. */
  get reach(): number {
    return this.low * (1 << this.shift) + this.nearestBin
  }

  /** The bins that pending entries were entered in; empty when from > to. */
  get entered(): { from: number; to: number } {
    const cellBins = 1 << this.shift
    return { from: this.low * cellBins, to: (this.high + 1) * cellBins - 1 }
  }

  /**
   * Moves what is pending to `standing` (stride: all classes of the regime) and pools it in the farther layer. What
   * would land at or below the position `dropped` does not enter: it is taken from `masses` instead.
   */
  place(standing: GridWindow, masses: Float64Array, dropped: number): void {
    const { low, high, shift, classes, first, firsts, starts, taps, sums } = this
    standing.cover((low << shift) + this.nearestBin, (high << shift) + this.farthestBin)
    const { data: mass, origin, stride } = standing
    const { data: pending, origin: pendingOrigin } = this.pending
    const edge = Math.floor(dropped)
    for (let c = 0; c < classes; c++) {
      const start = starts[c]!
      const end = starts[c + 1]!
      let lost = 0
      for (let cell = low; cell <= high; cell++) {
        const size = pending[cell - pendingOrigin]!
        if (size === 0) continue
        const bin = (cell << shift) + firsts[c]! - start // where tap 0 would land
        let tap = start
        if (bin + tap <= edge) {
          tap = edge - bin
          if (tap >= end) {
            lost += size
            continue
          }
          const below = dropped - edge
          const at = (edge - origin) * stride + first + c
          mass[at] = mass[at]! + size * taps[tap]! * (1 - below)
          lost += size * (sums[tap]! + taps[tap]! * below)
          tap++
        }
        for (let at = (bin + tap - origin) * stride + first + c; tap < end; tap++, at += stride)
          mass[at] = mass[at]! + size * taps[tap]!
      }
      if (lost > 0) masses[first + c] = masses[first + c]! - lost
    }
    this.passOn()
  }

  /**
   * Adds to `out[bin - from]` what the entries waiting in `source`, this layer or a nearer one, will put into bins
   * [from, to], classes weighted by `shares`. Changes nothing.
   */
  addPending(source: EntryLayer, shares: Float64Array, from: number, to: number, out: Float64Array): void {
    const { shift, classes, first, firsts, starts, taps } = this
    const { data, origin } = source.pending
    for (let cell = source.low; cell <= source.high; cell++) {
      const size = data[cell - origin]!
      if (size === 0) continue
      for (let c = 0; c < classes; c++) {
        const share = shares[first + c]! * size
        if (share === 0) continue
        const bin = ((cell >> (shift - source.shift)) << shift) + firsts[c]! - starts[c]! // where tap 0 would land
        const last = Math.min(starts[c + 1]! - 1, to - bin)
        for (let tap = Math.max(starts[c]!, from - bin); tap <= last; tap++)
          out[bin + tap - from] = out[bin + tap - from]! + share * taps[tap]!
      }
    }
  }

  /** Multiplies everything held, for a lazy decay factor that has grown too large. */
  scale(factor: number): void {
    this.pending.scale(factor)
  }

  /** Pools the pending entries in the farther layer, and is empty. */
  private passOn(): void {
    const { low, high, farther } = this
    const { data, origin } = this.pending
    if (farther) {
      const deeper = farther.shift - this.shift
      farther.widen(low >> deeper, high >> deeper)
      const { data: fartherData, origin: fartherOrigin } = farther.pending
      for (let cell = low; cell <= high; cell++) {
        const at = (cell >> deeper) - fartherOrigin
        fartherData[at] = fartherData[at]! + data[cell - origin]!
      }
    }
    for (let cell = low; cell <= high; cell++) data[cell - origin] = 0
    this.low = Number.POSITIVE_INFINITY
    this.high = Number.NEGATIVE_INFINITY
  }

  private widen(from: number, to: number): void {
    this.pending.cover(from, to)
    if (from < this.low) this.low = from
    if (to > this.high) this.high = to
  }
}

/** A class's kernel between cells, drawn out to bins: straight lines between the middles of the target cells. */
function binKernelOf(
  distances: readonly number[],
  index: number,
  shift: number,
): { first: number; taps: Float64Array } {
  const { first, weights } = kernelOf(distances, index, 1 << shift)
  if (shift === 0) return { first, taps: weights }
  const cellBins = 1 << shift
  const taps = Float64Array.from({ length: (weights.length + 1) * cellBins }, (_, i) => {
    const cell = i >> shift
    const far = ((i & (cellBins - 1)) + 0.5) / cellBins
    return ((1 - far) * (weights[cell - 1] ?? 0) + far * (weights[cell] ?? 0)) / cellBins
  })
  return { first: first * cellBins - cellBins / 2, taps }
}
