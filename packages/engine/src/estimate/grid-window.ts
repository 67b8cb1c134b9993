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

  constructor(readonly stride = 1) {}

  /** Makes cells [from, to] exist, new ones zero. Afterwards read `data` and `origin` anew. */
  cover(from: number, to: number): void {
    if (from >= this.origin && to < this.end) return
    if (this.end === this.origin) {
      this.origin = from - SPARE_CELLS
      this.end = to + 1 + SPARE_CELLS
      this.data = new Float64Array((this.end - this.origin) * this.stride)
      return
    }
    const spare = Math.max(SPARE_CELLS, (this.end - this.origin) >> 1)
    const origin = from < this.origin ? from - spare : this.origin
    const end = to >= this.end ? to + 1 + spare : this.end
    const data = new Float64Array((end - origin) * this.stride)
    data.set(this.data, (this.origin - origin) * this.stride)
    this.origin = origin
    this.end = end
    this.data = data
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
