/** Largest values over several trailing windows of time, one monotone queue for all of them, O(1) amortised. */
export class TrailingMaxima {
  private times = new Float64Array(256)
  private values = new Float64Array(256)
  private end = 0
  private readonly heads: Int32Array

  /** `windows` in ms, ascending. */
  constructor(private readonly windows: readonly number[]) {
    this.heads = new Int32Array(windows.length)
  }

  /** Adds a value. Times must not fall. */
  push(time: number, value: number): void {
    const { values, heads } = this
    let { end } = this
    while (end > 0 && values[end - 1]! <= value) end--
    if (end < this.end) for (let i = 0; i < heads.length; i++) if (heads[i]! > end) heads[i] = end
    if (end === this.times.length) end = this.makeRoom()
    this.times[end] = time
    this.values[end] = value
    this.end = end + 1
  }

  /** The largest value pushed at `now - window` or later, -Infinity when there is none. `now` must not fall. */
  maximum(window: number, now: number): number {
    const { times, end } = this
    const since = now - this.windows[window]!
    let head = this.heads[window]!
    while (head < end && times[head]! < since) head++
    this.heads[window] = head
    return head < end ? this.values[head]! : Number.NEGATIVE_INFINITY
  }

  /** Forgets what even the longest window has left behind, or doubles. Returns the new end. */
  private makeRoom(): number {
    const { times, values, heads, end } = this
    const longest = heads.length - 1
    this.maximum(longest, times[end - 1]!)
    const oldest = heads[longest]!
    if (oldest > end / 2) {
      times.copyWithin(0, oldest, end)
      values.copyWithin(0, oldest, end)
      for (let i = 0; i < heads.length; i++) heads[i] = Math.max(0, heads[i]! - oldest)
      return end - oldest
    }
    this.times = new Float64Array(2 * times.length)
    this.values = new Float64Array(2 * times.length)
    this.times.set(times)
    this.values.set(values)
    return end
  }
}
