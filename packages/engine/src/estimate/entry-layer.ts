import { kernelOf } from './distance-class.ts'
import { GridWindow } from './grid-window.ts'
import { GRID_STEP } from './price-grid.ts'

/** Cells per nearest distance of a layer: a hat is smooth at this scale, finer cells only cost time. */
const CELLS_PER_DISTANCE = 4
/** Cells that are placed at once. */
const LANES = 4
/** Beyond any cell: the bounds of no cells at all stay integers. */
const NO_CELL = 2 ** 30

/** Taps of all layers there are room for: those of one side of a market are some 4,600, shared by all. */
const ROOM = 1 << 16
/**
 * The taps of all layers, each in its stretch. V8 folds a module's constants into the loops over them, which halves
 * their time against arrays that are an object's fields. Written once per layer, and never changed.
 */
const TAPS = new Float64Array(ROOM)
/** Where each tap lands, counted from where the nearest bin stands: bins beyond it * stride + slot. */
const TARGETS = new Int32Array(ROOM)

/** Where a layer's classes stand in each cell of the standing grid. */
export interface LayerPlace {
  /** Where the layer's nearest class stands in a cell. */
  readonly slot: number
  /** Numbers in a cell. */
  readonly stride: number
  /** What marks a cell that the layer has placed something in. */
  readonly mark: number
  /** Index of the layer's nearest class among all. */
  readonly column: number
}

/** What one size entered in a cell does; the same for all layers of the same distances and place. */
interface LayerTable {
  /** log2 of bins per cell. */
  readonly shift: number
  /** Bins between an entry cell's lower edge and the lowest and highest bin that its entries can fill. */
  readonly nearestBin: number
  readonly farthestBin: number
  /** In the order of bins; the taps of the j-th bin begin at `starts[j]`. */
  readonly starts: Int32Array
  /** Part of the c-th class that lies below the j-th bin: `below[j * classes + c]`. */
  readonly below: Float64Array
}

/**
 * The entries of a few neighbouring distance classes that are not on the grid yet. They wait, pooled by entry cell,
 * until a sweep comes near the first bin they could fill: the far classes, whose kernels are the widest, then pay for
 * a kernel a few times a year or a day instead of once a bar.
 *
 * A hat is smooth at the scale of its distance, so the cells of far classes are several bins wide. What a cell's
 * entries put into the bins lies on straight lines between the middles of the target cells.
 */
export class EntryLayer {
  readonly farthestBin: number
  /** Slots [slot, end) of a cell are the layer's classes. */
  private readonly slot: number
  private readonly end: number
  private readonly stride: number
  private readonly mark: number
  private readonly column: number
  private readonly shift: number
  private readonly nearestBin: number
  private readonly starts: Int32Array
  /** The layer's taps are [firstTap, lastTap). */
  private readonly firstTap: number
  private readonly lastTap: number
  private readonly below: Float64Array
  private readonly pending = new GridWindow()
  /** Cells that hold pending entries: [low, high], empty when low > high. */
  private low = NO_CELL
  private high = -NO_CELL

  /**
   * @param distances a regime's, of which [first, end) are the layer's.
   * @param farther where placed entries go next.
   */
  constructor(
    distances: readonly number[],
    first: number,
    end: number,
    { slot, stride, mark, column }: LayerPlace,
    private readonly farther: EntryLayer | undefined,
  ) {
    this.slot = slot
    this.end = slot + end - first
    this.column = column
    this.stride = stride
    this.mark = mark
    const { shift, nearestBin, farthestBin, starts, below } = tableOf(distances, first, end, slot, stride)
    this.shift = shift
    this.nearestBin = nearestBin
    this.farthestBin = farthestBin
    this.starts = starts
    this.below = below
    this.firstTap = starts[0]!
    this.lastTap = starts.at(-1)!
  }

  /** Adds `size` entered evenly between two positions in bins, low <= high. */
  enter(low: number, high: number, size: number): void {
    const scale = 1 / (1 << this.shift)
    const from = Math.floor(low * scale) | 0
    const to = Math.floor(high * scale) | 0
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

  /** True when a sweep to `reached` has met part of what entries from position `low` on fill. */
  meets(low: number, reached: number): boolean {
    const cell = Math.floor(low / (1 << this.shift))
    return reached >= (cell << this.shift) + this.nearestBin
  }

  /**
   * Adds like `enter` what a sweep to `reached` has partly met: it is placed at once, as `place` would, and pooled in
   * the farther layer. What waits here goes on waiting.
   */
  enterMet(low: number, high: number, size: number, reached: number, standing: GridWindow, gone: Float64Array): void {
    const { shift, nearestBin, firstTap, lastTap, farther, stride } = this
    const scale = 1 / (1 << shift)
    const from = Math.floor(low * scale) | 0
    const to = Math.floor(high * scale) | 0
    const edge = Math.floor(reached) | 0
    this.markBins(from, to, edge, standing)
    const { data: mass, origin } = standing
    const deeper = farther === undefined ? 0 : farther.shift - shift
    farther?.widen(from >> deeper, to >> deeper)
    const length = (high - low) * scale
    for (let cell = from; cell <= to; cell++) {
      const part =
        from === to
          ? size
          : cell === from
            ? size * ((from + 1 - low * scale) / length)
            : cell === to
              ? size * ((high * scale - to) / length)
              : size / length
      if (farther !== undefined) {
        const { data, origin: fartherOrigin } = farther.pending
        data[(cell >> deeper) - fartherOrigin] = data[(cell >> deeper) - fartherOrigin]! + part
      }
      const bin = (cell << shift) + nearestBin
      if (bin <= edge) this.placePart(cell, part, standing, gone, edge, reached)
      else this.addTaps(mass, (bin - origin) * stride, part, firstTap, lastTap)
    }
  }

  /** A sweep to this position or beyond may meet what is pending: it must be placed before. `Infinity`: nothing is. */
  get reach(): number {
    return this.low === NO_CELL ? Number.POSITIVE_INFINITY : (this.low << this.shift) + this.nearestBin
  }

  /** The bins that pending entries were entered in; empty when from > to. */
  get entered(): { from: number; to: number } {
    const cellBins = 1 << this.shift
    return { from: this.low * cellBins, to: (this.high + 1) * cellBins - 1 }
  }

  /**
   * Moves what is pending to `standing` and pools it in the farther layer. What would land at or below the position
   * `dropped` does not enter: it is added to `gone`, by slot, instead.
   */
  place(standing: GridWindow, gone: Float64Array, dropped: number): void {
    const { low, high, shift, nearestBin, stride } = this
    const edge = Math.floor(dropped)
    this.markBins(low, high, edge, standing)
    const { origin } = standing
    const { data, origin: pendingOrigin } = this.pending
    let cell = low
    for (; cell <= high && (cell << shift) + nearestBin <= edge; cell++)
      this.placePart(cell, data[cell - pendingOrigin]!, standing, gone, edge, dropped)
    while (cell <= high)
      if (high - cell > 1) {
        this.placeLanes(cell, standing)
        cell += LANES
      } else {
        const size = this.pending.data[cell - this.pending.origin]!
        this.addTaps(
          standing.data,
          ((cell++ << shift) + nearestBin - origin) * stride,
          size,
          this.firstTap,
          this.lastTap,
        )
      }
    this.passOn()
  }

  /**
   * Adds to `out[bin - from]` what the entries waiting in `source`, this layer or a nearer one, will put into bins
   * [from, to], columns weighted by `shares`. Changes nothing.
   */
  addPending(source: EntryLayer, shares: Float64Array, from: number, to: number, out: Float64Array): void {
    const { shift, stride, slot, column, nearestBin, starts } = this
    const { data, origin } = source.pending
    for (let cell = source.low; cell <= source.high; cell++) {
      const size = data[cell - origin]!
      if (size === 0) continue
      const bin = ((cell >> (shift - source.shift)) << shift) + nearestBin
      const last = Math.min(starts.length - 2, to - bin)
      for (let j = Math.max(0, from - bin); j <= last; j++) {
        const columnOf = column - slot - j * stride
        let sum = 0
        for (let t = starts[j]!; t < starts[j + 1]!; t++) sum += shares[columnOf + TARGETS[t]!]! * TAPS[t]!
        out[bin + j - from] = out[bin + j - from]! + size * sum
      }
    }
  }

  /** Multiplies everything held, for a lazy decay factor that has grown too large. */
  scale(factor: number): void {
    this.pending.scale(factor)
  }

  /** Places the entries of LANES cells at once, those beyond `high` being empty: cell by cell takes half as long again. */
  private placeLanes(cell: number, standing: GridWindow): void {
    const { data: mass, origin, stride } = standing
    const { data: pending, origin: pendingOrigin, end } = this.pending
    const { shift, firstTap, lastTap } = this
    const at = cell - pendingOrigin
    const last = end - pendingOrigin
    const a = pending[at]!
    const b = at + 1 < last ? pending[at + 1]! : 0
    const c = at + 2 < last ? pending[at + 2]! : 0
    const d = at + 3 < last ? pending[at + 3]! : 0
    const base = ((cell << shift) + this.nearestBin - origin) * stride
    const step = stride << shift
    for (let t = firstTap; t < lastTap; t++) {
      const tap = TAPS[t]!
      const at = base + TARGETS[t]!
      mass[at] = mass[at]! + a * tap
      mass[at + step] = mass[at + step]! + b * tap
      mass[at + 2 * step] = mass[at + 2 * step]! + c * tap
      mass[at + 3 * step] = mass[at + 3 * step]! + d * tap
    }
  }

  /** Places what `size` entered in a cell, whose nearest bin stands at `base`, puts into taps [from, to). */
  private addTaps(mass: Float64Array, base: number, size: number, from: number, to: number): void {
    for (let t = from; t < to; t++) {
      const at = base + TARGETS[t]!
      mass[at] = mass[at]! + size * TAPS[t]!
    }
  }

  /** Covers and marks the bins from `edge` on that entries of cells [from, to] can fill. */
  private markBins(from: number, to: number, edge: number, standing: GridWindow): void {
    const { shift, mark } = this
    const first = (from << shift) + this.nearestBin
    const last = (to << shift) + this.farthestBin
    standing.cover(first, last + ((LANES - 1) << shift))
    const { marks, origin } = standing
    for (let i = (edge > first ? edge : first) - origin; i <= last - origin; i++) marks[i] = marks[i]! | mark
  }

  /** Places what `size` entered in a cell puts beyond `dropped`, a position in bin `edge`, and adds the rest to `gone`. */
  private placePart(
    cell: number,
    size: number,
    standing: GridWindow,
    gone: Float64Array,
    edge: number,
    dropped: number,
  ): void {
    const { slot, end, shift, starts, below } = this
    const { data: mass, origin, stride } = standing
    const bin = (cell << shift) + this.nearestBin
    const bins = edge - bin // that are dropped as a whole
    if (bins >= starts.length - 1) {
      for (let i = slot; i < end; i++) gone[i] = gone[i]! + size
      return
    }
    const classes = end - slot
    const covered = dropped - edge
    for (let c = 0, at = bins * classes; c < classes; c++, at++) {
      const lost = below[at]! + covered * (below[at + classes]! - below[at]!)
      gone[slot + c] = gone[slot + c]! + size * lost
    }
    const base = (bin - origin) * stride
    const whole = starts[bins + 1]!
    this.addTaps(mass, base, size * (1 - covered), starts[bins]!, whole)
    this.addTaps(mass, base, size, whole, this.lastTap)
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
    this.low = NO_CELL
    this.high = -NO_CELL
  }

  private widen(from: number, to: number): void {
    this.pending.cover(from, to)
    if (from < this.low) this.low = from
    if (to > this.high) this.high = to
  }
}

const tables = new Map<string, LayerTable>()
let roomUsed = 0

/** The table of a layer; it is made once. @throws {RangeError} when there are more different layers than room. */
function tableOf(distances: readonly number[], first: number, end: number, slot: number, stride: number): LayerTable {
  const key = [slot, stride, first, end, ...distances].join()
  const known = tables.get(key)
  if (known !== undefined) return known
  const classes = end - first
  const shift = Math.max(0, Math.floor(Math.log2(distances[first]! / CELLS_PER_DISTANCE / GRID_STEP)))
  const kernels = Array.from({ length: classes }, (_, c) => binKernelOf(distances, first + c, shift))
  const nearestBin = Math.min(...kernels.map((kernel) => kernel.first))
  const farthestBin = Math.max(...kernels.map((kernel) => kernel.first + kernel.taps.length - 1))
  const bins = farthestBin - nearestBin + 1
  if (roomUsed + bins * classes > ROOM) throw new RangeError('too many different distances')
  const starts = new Int32Array(bins + 1).fill(roomUsed, 0, 1)
  const below = new Float64Array((bins + 1) * classes)
  for (let j = 0; j < bins; j++) {
    for (const [c, kernel] of kernels.entries()) {
      const tap = kernel.taps[nearestBin + j - kernel.first] ?? 0
      below[(j + 1) * classes + c] = below[j * classes + c]! + tap
      if (tap === 0) continue
      TAPS[roomUsed] = tap
      TARGETS[roomUsed] = j * stride + slot + c
      roomUsed++
    }
    starts[j + 1] = roomUsed
  }
  const table = { shift, nearestBin, farthestBin, starts, below }
  tables.set(key, table)
  return table
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
