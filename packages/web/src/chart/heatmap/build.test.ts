import { describe, expect, it } from 'vitest'
import { appendColumn, binsPerRow, colourCells, fullScale, groupRows, type HeatGrid } from './build.ts'

const GRID: HeatGrid = {
  step: 0.0005,
  firstBin: 101,
  bins: 4,
  openTimes: [0, 60_000],
  prices: [1, 1],
  values: Float32Array.from([1, 2, 3, 4, 10, 20, 30, 40]),
}

describe('the heatmap grid', () => {
  it('takes a newer column at its end and widens to hold it', () => {
    const next = appendColumn(
      GRID,
      { openTime: 120_000, intervalMs: 60_000, price: 1, step: 0.0005, firstBin: 100, values: [7, 8] },
      100,
    )
    expect([next.firstBin, next.bins]).toEqual([100, 5])
    expect([...next.values]).toEqual([0, 1, 2, 3, 4, 0, 10, 20, 30, 40, 7, 8, 0, 0, 0])
  })

  it('never repaints the past, and does not mix grids', () => {
    const again = { openTime: 60_000, intervalMs: 60_000, price: 1, step: 0.0005, firstBin: 101, values: [9, 9, 9, 9] }
    expect(appendColumn(GRID, again, 100)).toBe(GRID)
    expect(appendColumn(GRID, { ...again, openTime: 120_000, step: 0.001 }, 100)).toBe(GRID)
  })

  it('lets the oldest columns go when it is full', () => {
    const newer = { openTime: 120_000, intervalMs: 60_000, price: 1, step: 0.0005, firstBin: 101, values: [5, 6, 7, 8] }
    const next = appendColumn(GRID, newer, 2)
    expect(next.openTimes).toEqual([60_000, 120_000])
    expect([...next.values]).toEqual([10, 20, 30, 40, 5, 6, 7, 8])
  })

  it('adds bins up to rows that stay on the shared grid', () => {
    const { firstBin, rows, values } = groupRows(GRID, 2)
    expect([firstBin, rows]).toEqual([100, 3]) // rows 100-101, 102-103, 104-105
    expect([...values]).toEqual([1, 5, 4, 10, 50, 40])
  })

  it('makes rows as tall as asked', () => {
    expect([3, 1.5, 0.8, 0.3, 0.01].map((pixels) => binsPerRow(pixels, 2))).toEqual([1, 2, 4, 10, 200])
  })

  it('colours the strongest cell fully and puts the highest price on top', () => {
    const groups = groupRows(GRID, 1)
    const window = { fromColumn: 1, toColumn: 2, fromRow: 0, toRow: 4 }
    expect(fullScale(groups, { ...window, fromColumn: 0 })).toBe(40)
    const colours = new Uint8ClampedArray(101 * 4).map((_, i) => (i % 4 === 0 ? Math.floor(i / 4) : 255))
    const cells = colourCells(groups, window, 40, colours)
    expect([cells[0], cells[4], cells[8], cells[12]]).toEqual([100, 75, 50, 25])
  })

  it('does not let one lone cell set the scale of all the others', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i === 500 ? 1e9 : 1 + i))
    const groups = { size: 1, firstBin: 0, rows: 10, values }
    const scale = fullScale(groups, { fromColumn: 0, toColumn: 100, fromRow: 0, toRow: 10 })
    // 1000 cells: 0.25 % is two, the lone one and 1000; the next is 999, found to 0.8 %.
    expect(scale).toBeGreaterThanOrEqual(999)
    expect(scale).toBeLessThan(999 * 1.008)
    expect(fullScale(groups, { fromColumn: 0, toColumn: 0, fromRow: 0, toRow: 10 })).toBe(0)
  })
})
