import type { PositionSide } from '@liqscope/market'
import type { HeatGrid } from '../chart/heatmap/build.ts'
import { cumulativeCurve, curveAt, type MapRow, mapRows } from '../chart/profile/build.ts'
import type { LiveMap } from '../state/live-map.ts'

/** ESTIMATED: what the tooltip, the live region and the table say about one price. Undefined is unknown. */
export interface Reading {
  readonly price: number
  /** Above the mark of that time forced buying of shorts, below it forced selling of longs. */
  readonly side: PositionSide
  /** From the mark of that time, a fraction. */
  readonly distance: number
  readonly at: number // epoch ms
  readonly isNow: boolean
  readonly strength: number // 0-100 of what the picture's 100 stands for
  readonly notional: number // USD per row
  readonly rowStep: number // ln(price)
  readonly low: number | undefined
  readonly high: number | undefined
  /** From the mark to here, USD. */
  readonly cumulative: number
  /** Shares of the leverage groups. */
  readonly leverage: readonly number[] | undefined
  /** Of a sum of markets: their shares of this row, in the order of the market's shares. */
  readonly venues: readonly number[] | undefined
}

/** A cell of a closed column. Bands and leverage are kept for the map of now only. */
export function readColumn(
  grid: HeatGrid,
  column: number,
  ln: number,
  cell: { readonly notional: number; readonly rowStep: number },
  full: number,
): Reading | undefined {
  const mark = grid.prices[column]
  const at = grid.openTimes[column]
  if (mark === undefined || at === undefined) return undefined
  return {
    price: Math.exp(ln),
    side: ln >= Math.log(mark) ? 'short' : 'long',
    distance: Math.exp(ln) / mark - 1,
    at,
    isNow: false,
    strength: full > 0 ? Math.min(100, (100 * cell.notional) / full) : 0,
    notional: cell.notional,
    rowStep: cell.rowStep,
    low: undefined,
    high: undefined,
    cumulative: columnCumulative(grid, column, Math.log(mark), ln),
    leverage: undefined,
    venues: undefined,
  }
}

/** A row of the map of now; `size` bins a row, `full` USD at strength 100. */
export function readMap(map: LiveMap, ln: number, size: number, full: number): Reading {
  const side: PositionSide = ln >= Math.log(map.price) ? 'short' : 'long'
  const row: MapRow | undefined = mapRows(map, size).find(
    (candidate) => candidate.side === side && candidate.from <= ln && ln < candidate.to,
  )
  const known = row?.leverage.reduce((sum, part) => sum + part, 0) ?? 0
  return {
    price: Math.exp(ln),
    side,
    distance: Math.exp(ln) / map.price - 1,
    at: map.at,
    isNow: true,
    strength: full > 0 ? Math.min(100, (100 * (row?.notional ?? 0)) / full) : 0,
    notional: row?.notional ?? 0,
    rowStep: map.step * size,
    low: row?.low,
    high: row?.high,
    cumulative: curveAt(cumulativeCurve(map, side), ln),
    leverage: row && known > 0 ? row.leverage.map((part) => part / known) : undefined,
    venues: row && venuesOf(map, row),
  }
}

/** Each market's part of a row of the sum, undefined where there is nothing to part. */
function venuesOf({ byVenue, bins, step, firstBin }: LiveMap, row: MapRow): number[] | undefined {
  if (!byVenue || bins === 0) return undefined
  const first = Math.max(0, Math.round(row.from / step) - firstBin)
  const end = Math.min(bins, Math.round(row.to / step) - firstBin)
  const sums = Array.from({ length: byVenue.length / bins }, (_, share) =>
    byVenue.subarray(share * bins + first, share * bins + end).reduce((sum, value) => sum + value, 0),
  )
  const all = sums.reduce((sum, value) => sum + value, 0)
  return all > 0 ? sums.map((value) => value / all) : undefined
}

function columnCumulative(grid: HeatGrid, column: number, mark: number, ln: number): number {
  const bin = (value: number) => Math.min(grid.bins, Math.max(0, Math.floor(value / grid.step + 1e-9) - grid.firstBin))
  const [from, to] = [Math.min(bin(mark), bin(ln)), Math.max(bin(mark), bin(ln))]
  let sum = 0
  for (let row = from; row <= Math.min(to, grid.bins - 1); row++) sum += grid.values[column * grid.bins + row]!
  return sum
}
