import type { PositionSide } from '@liqscope/market'
import { type LiveMap, lnOfBin } from '../../state/live-map.ts'

/** ESTIMATED: some neighbouring bins of the map, as one bar of a picture. USD. */
export interface MapRow {
  /** ln(price) of its edges. */
  readonly from: number
  readonly to: number
  readonly side: PositionSide
  readonly notional: number
  readonly low: number | undefined // 10 % bound
  readonly high: number | undefined // 90 % bound
  /** USD per leverage group. */
  readonly leverage: readonly number[]
}

/** One point of a cumulative curve, from the mark outwards. */
export interface CurvePoint {
  readonly ln: number
  readonly notional: number
}

interface Derived {
  readonly rows: Map<number, readonly MapRow[]>
  long?: readonly CurvePoint[]
  short?: readonly CurvePoint[]
}

/** A map never changes once it is here, and a pan or a mouse asks for the same rows sixty times a second. */
const derived = new WeakMap<LiveMap, Derived>()

function derivedOf(map: LiveMap): Derived {
  const held = derived.get(map) ?? { rows: new Map() }
  derived.set(map, held)
  return held
}

/**
 * The map in rows of `size` bins, on the shared grid, rows without mass left out. A row that holds the mark has a
 * part of each side: it becomes two, so that no side is ever drawn in the other's colour.
 *
 * The 10-90 % band of a row is the sum of its bins' bounds: bins of one row move together far more than apart, so
 * the sum is the honest outer edge.
 */
export function mapRows(map: LiveMap, size: number): readonly MapRow[] {
  const held = derivedOf(map)
  const rows = held.rows.get(size) ?? buildRows(map, size)
  held.rows.set(size, rows)
  return rows
}

function buildRows(map: LiveMap, size: number): MapRow[] {
  const rows: MapRow[] = []
  const first = Math.floor(map.firstBin / size)
  const last = Math.floor((map.firstBin + map.bins - 1) / size)
  for (let row = first; row <= last; row++) {
    const from = Math.max(0, row * size - map.firstBin)
    const to = Math.min(map.bins, (row + 1) * size - map.firstBin)
    for (const side of ['long', 'short'] as const) {
      const mass = sum(map[side], from, to)
      if (mass <= 0) continue
      rows.push({
        from: lnOfBin(map, from),
        to: lnOfBin(map, to),
        side,
        notional: mass,
        low: map.hasBands ? sum(map[`${side}Low`], from, to) : undefined,
        high: map.hasBands ? sum(map[`${side}High`], from, to) : undefined,
        leverage: leverageOf(map, side, from, to),
      })
    }
  }
  return rows
}

/** Forced notional from the mark outwards, one point at each outer edge of a bin with mass. */
export function cumulativeCurve(map: LiveMap, side: PositionSide): readonly CurvePoint[] {
  const held = derivedOf(map)
  held[side] ??= buildCurve(map, side)
  return held[side]
}

function buildCurve(map: LiveMap, side: PositionSide): CurvePoint[] {
  const points: CurvePoint[] = []
  let notional = 0
  for (let n = 0; n < map.bins; n++) {
    const i = side === 'short' ? n : map.bins - 1 - n
    const mass = map[side][i]!
    if (mass <= 0) continue
    if (notional === 0) points.push({ ln: lnOfBin(map, side === 'short' ? i : i + 1), notional: 0 })
    notional += mass
    points.push({ ln: lnOfBin(map, side === 'short' ? i + 1 : i), notional })
  }
  return points
}

/** The curve's value at ln(price); flat beyond its ends. */
export function curveAt(points: readonly CurvePoint[], ln: number): number {
  const isUpward = (points.at(-1)?.ln ?? 0) >= (points[0]?.ln ?? 0)
  let value = 0
  for (const point of points) {
    if (isUpward ? point.ln > ln : point.ln < ln) break
    value = point.notional
  }
  return value
}

/** A bin holds one side's mass save at the mark, where the groups are shared by each side's part. */
function leverageOf(map: LiveMap, side: PositionSide, from: number, to: number): number[] {
  return Array.from({ length: map.groups }, (_, group) => {
    let total = 0
    for (let i = from; i < to; i++) {
      const both = map.long[i]! + map.short[i]!
      if (both > 0) total += (map.byLeverage[group * map.bins + i]! * map[side][i]!) / both
    }
    return total
  })
}

function sum(array: Float64Array, from: number, to: number): number {
  let total = 0
  for (let i = from; i < to; i++) total += array[i]!
  return total
}
