/** Cells added beyond what was asked, so that a drifting price does not reallocate at each bar. */
const SPARE_CELLS = 64
const VANISHING = 1e-200

/** Float64 cells over a moving stretch of an unbounded integer axis, `stride` numbers a cell. */
export class GridWindow {
  /** The first cell held. `data[(cell - origin) * stride + i]`. */
  origin = 0
  /** The first cell beyond: cells [origin, end) are held. */
  end = 0
  data: Float64Array = new Float64Array(0)
  /** One integer a cell, for the owner's use: `marks[cell - origin]`. */
  marks: Int32Array = new Int32Array(0)

  constructor(readonly stride = 1) {}

  /** Makes cells [from, to] exist, new ones zero. Afterwards read `data`, `marks` and `origin` anew. */
  cover(from: number, to: number): void {
    if (from >= this.origin && to < this.end) return
    if (this.end === this.origin) {
      this.origin = from - SPARE_CELLS
      this.end = to + 1 + SPARE_CELLS
      this.data = new Float64Array((this.end - this.origin) * this.stride)
      this.marks = new Int32Array(this.end - this.origin)
      return
    }
    const spare = Math.max(SPARE_CELLS, (this.end - this.origin) >> 1)
    const origin = from < this.origin ? from - spare : this.origin
    const end = to >= this.end ? to + 1 + spare : this.end
    const data = new Float64Array((end - origin) * this.stride)
    data.set(this.data, (this.origin - origin) * this.stride)
    const marks = new Int32Array(end - origin)
    marks.set(this.marks, this.origin - origin)
    this.origin = origin
    this.end = end
    this.data = data
    this.marks = marks
  }

  /**
   * Multiplies numbers [first, last) of every cell, or of those whose mark shares a bit with `mark`; what becomes
   * smaller than `VANISHING` becomes 0, before it turns subnormal and slow.
   */
  scale(factor: number, first = 0, last = this.stride, mark = 0): void {
    const { data, marks, stride } = this
    for (let cell = 0; cell < marks.length; cell++) {
      if (mark !== 0 && (marks[cell]! & mark) === 0) continue
      for (let i = cell * stride + first; i < cell * stride + last; i++) {
        const value = data[i]! * factor
        data[i] = value < VANISHING ? 0 : value
      }
    }
  }
}
