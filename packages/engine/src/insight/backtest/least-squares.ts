/** A little shrinkage keeps the first fits finite when columns move together. */
const RIDGE = 1e-3

/** Ordinary least squares over all rows seen so far, by normal equations. */
export class LeastSquares {
  count = 0
  private readonly cross: Float64Array
  private readonly moment: Float64Array

  constructor(private readonly columns: number) {
    this.cross = new Float64Array(columns * columns)
    this.moment = new Float64Array(columns)
  }

  add(row: readonly number[], value: number): void {
    const { columns, cross, moment } = this
    for (let i = 0; i < columns; i++) {
      moment[i] = moment[i]! + row[i]! * value
      for (let j = 0; j < columns; j++) cross[i * columns + j] = cross[i * columns + j]! + row[i]! * row[j]!
    }
    this.count++
  }

  /** Undefined while the columns seen do not tell coefficients apart. */
  predict(row: readonly number[]): number | undefined {
    const weights = this.solve()
    const sum = weights?.reduce((total, weight, i) => total + weight * row[i]!, 0)
    return sum !== undefined && Number.isFinite(sum) ? sum : undefined
  }

  /** Gauss elimination with pivots. */
  private solve(): number[] | undefined {
    const { columns: n } = this
    const rows = Array.from({ length: n }, (_, i) => [
      ...this.cross.subarray(i * n, (i + 1) * n).map((value, j) => (i === j ? value + RIDGE : value)),
      this.moment[i]!,
    ])
    for (let at = 0; at < n; at++) {
      let pivot = at
      for (let i = at + 1; i < n; i++) if (Math.abs(rows[i]![at]!) > Math.abs(rows[pivot]![at]!)) pivot = i
      const [top, chosen] = [rows[at]!, rows[pivot]!]
      rows[at] = chosen
      rows[pivot] = top
      if (Math.abs(chosen[at]!) < 1e-12) return undefined
      for (let i = 0; i < n; i++) {
        if (i === at) continue
        const factor = rows[i]![at]! / chosen[at]!
        for (let j = at; j <= n; j++) rows[i]![j] = rows[i]![j]! - factor * chosen[j]!
      }
    }
    return rows.map((row, i) => row[n]! / row[i]!)
  }
}
