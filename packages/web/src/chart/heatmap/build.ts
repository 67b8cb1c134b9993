import type { ColumnSlice } from '@liqscope/protocol'

/**
 * ESTIMATED forced notional over time, USD per bin.
 *
 * `values[column * bins + row]`; row r covers ln(price) in [(firstBin + r) * step, (firstBin + r + 1) * step).
 * Times are epoch ms in plain numbers: a Float32Array would step by 131 s.
 */
export interface HeatGrid {
  readonly step: number
  readonly firstBin: number
  readonly bins: number
  readonly openTimes: readonly number[]
  /** Mark when the column was taken. */
  readonly prices: readonly number[]
  readonly values: Float32Array
}

/** Rows put together so that each is tall enough to see; their masses add up. */
export interface RowGroups {
  /** Bins per drawn row. */
  readonly size: number
  /** First bin of row 0, a multiple of `size` on the shared grid, so that rows do not jump as the view moves. */
  readonly firstBin: number
  readonly rows: number
  /** `values[column * rows + row]`, USD per row. */
  readonly values: Float32Array
}

/** A part of the picture, in columns and rows: [fromColumn, toColumn) x [fromRow, toRow). */
export interface Window {
  readonly fromColumn: number
  readonly toColumn: number
  readonly fromRow: number
  readonly toRow: number
}

/** The grid with a closed column at its end. A column that is not newer is dropped: the past is never repainted. */
export function appendColumn(grid: HeatGrid, column: ColumnSlice, maxColumns: number): HeatGrid {
  const { step, firstBin, values } = column
  const newest = grid.openTimes.at(-1)
  if (step !== grid.step || (newest !== undefined && column.openTime <= newest)) return grid
  const isFirst = grid.openTimes.length === 0
  const low = isFirst ? firstBin : Math.min(grid.firstBin, firstBin)
  const high = isFirst ? firstBin + values.length : Math.max(grid.firstBin + grid.bins, firstBin + values.length)
  const bins = high - low
  const dropped = Math.max(0, grid.openTimes.length + 1 - maxColumns)
  const openTimes = [...grid.openTimes.slice(dropped), column.openTime]
  const next = new Float32Array(openTimes.length * bins)
  for (let c = dropped; c < grid.openTimes.length; c++)
    next.set(grid.values.subarray(c * grid.bins, (c + 1) * grid.bins), (c - dropped) * bins + grid.firstBin - low)
  next.set(values, (openTimes.length - 1) * bins + firstBin - low)
  return { step, firstBin: low, bins, openTimes, prices: [...grid.prices.slice(dropped), column.price], values: next }
}

/** How many bins make a row at least `minPixels` tall when one bin is `binPixels`: 1, 2, 4, 5, 10, 20, 40, 50 ... */
export function binsPerRow(binPixels: number, minPixels: number): number {
  const wanted = minPixels / binPixels
  for (let decade = 1; decade <= 1e6; decade *= 10)
    for (const size of [1, 2, 4, 5]) if (size * decade >= wanted) return size * decade
  return 1e6
}

/** Adds bins up to rows of `size`. */
export function groupRows(grid: HeatGrid, size: number): RowGroups {
  const first = Math.floor(grid.firstBin / size)
  const rows = grid.bins === 0 ? 0 : Math.floor((grid.firstBin + grid.bins - 1) / size) - first + 1
  const columns = grid.openTimes.length
  if (size === 1) return { size, firstBin: grid.firstBin, rows, values: grid.values }
  const values = new Float32Array(columns * rows)
  const offset = grid.firstBin - first * size
  for (let c = 0; c < columns; c++)
    for (let r = 0; r < grid.bins; r++)
      values[c * rows + Math.floor((r + offset) / size)]! += grid.values[c * grid.bins + r]!
  return { size, firstBin: first * size, rows, values }
}

/** The share of the cells that may be stronger than 100: one lone cell must not darken all the others. */
const CLIPPED_SHARE = 0.0025
/**
 * The upper 17 bits of a positive float32 order as the numbers do and step by 0.8 %: counting them finds a quantile
 * in one pass, where a sort of 150,000 cells would take a frame's whole time.
 */
const DROPPED_BITS = 16
const BUCKETS = 1 << (31 - DROPPED_BITS)

/**
 * The USD that strength 100 stands for: the strongest cell of the window once the top 0.25 % of its cells with mass
 * are set aside, to 0.8 %. 0 when the window is empty.
 */
export function fullScale({ rows, values }: RowGroups, window: Window): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const counts = new Uint32Array(BUCKETS)
  let cells = 0
  let most = 0
  for (let c = window.fromColumn; c < window.toColumn; c++)
    for (let i = c * rows + window.fromRow; i < c * rows + window.toRow; i++) {
      const value = values[i]!
      if (value <= 0) continue
      counts[bits[i]! >>> DROPPED_BITS]!++
      cells++
      if (value > most) most = value
    }
  let above = Math.floor(cells * CLIPPED_SHARE)
  if (above === 0) return most
  let bucket = BUCKETS - 1
  while (bucket > 0 && above >= counts[bucket]!) above -= counts[bucket--]!
  const edge = new Float32Array(Uint32Array.of((bucket + 1) << DROPPED_BITS).buffer)[0]!
  return Math.min(edge, most)
}

/** Colours a window: RGBA bytes, `rows` of the window from the top price down, strength clamped at 100. */
export function colourCells(
  { rows, values }: RowGroups,
  window: Window,
  scale: number,
  colours: Uint8ClampedArray,
): Uint8ClampedArray<ArrayBuffer> {
  const width = window.toColumn - window.fromColumn
  const height = window.toRow - window.fromRow
  const palette = new Uint32Array(colours.buffer, colours.byteOffset, colours.length / 4)
  const cells = new Uint32Array(width * height)
  const factor = scale > 0 ? 100 / scale : 0
  for (let c = 0; c < width; c++) {
    const column = (window.fromColumn + c) * rows
    for (let r = 0; r < height; r++) {
      const strength = Math.round(values[column + window.fromRow + r]! * factor)
      cells[(height - 1 - r) * width + c] = palette[strength > 100 ? 100 : strength]!
    }
  }
  return new Uint8ClampedArray(cells.buffer)
}
