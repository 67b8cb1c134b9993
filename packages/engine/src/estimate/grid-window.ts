/** Cells added beyond what was asked, so that a drifting price does not reallocate at each bar. */
const SPARE_CELLS = 64
const VANISHING = 1e-200

/** Float64 cells over a moving stretch of an unbounded integer axis, `stride` numbers a cell. */
export class GridWindow {
  /** The first cell held. `data[(cell - origin) * stride + i]`. */
  origin = 0
  data: Float64Array = new Float64Array(0)

  constructor(readonly stride = 1) {}

  get cells(): number {
    return this.data.length / this.stride
  }

  /** Makes cells [from, to] exist, new ones zero. Afterwards read `data` and `origin` anew. */
  cover(from: number, to: number): void {
    const end = this.origin + this.cells
    if (from >= this.origin && to < end) return
    if (this.cells === 0) {
      this.origin = from - SPARE_CELLS
      this.data = new Float64Array((to - from + 1 + 2 * SPARE_CELLS) * this.stride)
      return
    }
    const spare = Math.max(SPARE_CELLS, this.cells >> 1)
    const origin = from < this.origin ? from - spare : this.origin
    const newEnd = to >= end ? to + 1 + spare : end
    const data = new Float64Array((newEnd - origin) * this.stride)
    data.set(this.data, (this.origin - origin) * this.stride)
    this.origin = origin
    this.data = data
  }

  /** The number at a cell, 0 outside the stretch held. */
  at(cell: number, i = 0): number {
    return this.data[(cell - this.origin) * this.stride + i] ?? 0
  }

  /** Multiplies everything; what becomes smaller than `VANISHING` becomes 0, before it turns subnormal and slow. */
  scale(factor: number): void {
    const { data } = this
    for (let i = 0; i < data.length; i++) {
      const value = data[i]! * factor
      data[i] = value < VANISHING ? 0 : value
    }
  }
}
