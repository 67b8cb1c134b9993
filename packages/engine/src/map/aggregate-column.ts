import { shiftOf } from './basis-shift.ts'
import type { HeatmapColumn } from './liquidation-map.ts'
import { WINDOW, windowBins } from './map-window.ts'

/**
 * The sum of several venues' heatmap columns of one interval, each moved by its own basis to the mark of the first.
 *
 * @throws {RangeError} without columns, or when they are of different intervals or grids.
 */
export function aggregateColumns(columns: readonly HeatmapColumn[]): HeatmapColumn {
  const [first] = columns
  if (first === undefined) throw new RangeError('a sum of columns needs at least one')
  const { openTime, intervalMs, price, step } = first
  const differs = (one: HeatmapColumn) =>
    one.step !== step || one.openTime !== openTime || one.intervalMs !== intervalMs
  if (columns.some(differs)) throw new RangeError('columns of different times or grids cannot be added')
  const window = windowBins(price, { below: WINDOW, above: WINDOW })
  const grid = { ...window, step, price }
  const values = new Float32Array(window.bins)
  for (const column of columns) {
    const mark = Math.log(column.price) / step - column.firstBin
    // The first bin whose middle is not below the mark is the shorts' first.
    const divide = Math.min(column.values.length, Math.max(0, Math.ceil(mark - 0.5)))
    shiftOf(column, 'long', grid)(column.values.subarray(0, divide), 1, values)
    const shorts = { ...column, firstBin: column.firstBin + divide }
    shiftOf(shorts, 'short', grid)(column.values.subarray(divide), 1, values)
  }
  return { openTime, intervalMs, price, step, firstBin: window.firstBin, values }
}
