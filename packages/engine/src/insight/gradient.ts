import type { PositionSide } from '@liqscope/market'
import type { LiquidationMap } from '../map/liquidation-map.ts'

/** The width over which stacking is felt: what price moves in an hour, within these bounds, in bins. */
const WIDTH = { least: 3, most: 40, unknown: 10 } as const
/** Above the first a stretch is a volatility black hole, below the second a smooth gap. The average place has 50. */
const BLACK_HOLE = 70
const SMOOTH = 25

export interface GradientIndex {
  /** Index of each bin of the map, 0 to 100; NaN beside the mark's other side and where a side is empty. */
  readonly values: Float64Array
  /** Width of the smoothing, in bins: price's own hourly move. */
  readonly width: number
  readonly zones: readonly GradientZone[]
}

export interface GradientZone {
  readonly kind: 'blackHole' | 'smooth'
  readonly side: PositionSide
  readonly low: number
  readonly high: number
  /** Mean index over the zone. */
  readonly index: number
  /** From the mark to the near edge, a signed fraction. */
  readonly distance: number
}

/**
 * How much more volatile the map says price becomes at each place, from 0 to 100.
 *
 * Per side, with D the density of estimated forced volume smoothed over w (what price moves in an hour) and M its mean
 * over the side: stacking R = D / M, gradient g = |dD/dx| w / M, Q = R + g / 2, index = 100 Q / (1 + Q). A place of
 * average density and without slope has 50; three times the average 75; nothing 0. Relative to its own map: it does not
 * compare two days.
 */
export function gradientIndex(map: LiquidationMap): GradientIndex {
  const width = widthOf(map)
  const values = new Float64Array(map.bins).fill(Number.NaN)
  const mark = Math.log(map.price) / map.step - map.firstBin
  const zones = (['long', 'short'] as const).flatMap((side) => {
    const from = side === 'long' ? 0 : Math.max(0, Math.floor(mark))
    const to = side === 'long' ? Math.min(map.bins, Math.ceil(mark)) : map.bins
    const index = sideIndex(map[side].subarray(from, to), width)
    if (index === undefined) return []
    values.set(index, from)
    return zonesOf(map, side, index, from, width)
  })
  return { values, width, zones: zones.sort((a, b) => a.low - b.low) }
}

function widthOf({ hourVolatility, step }: LiquidationMap): number {
  if (hourVolatility === undefined) return WIDTH.unknown
  return Math.min(WIDTH.most, Math.max(WIDTH.least, hourVolatility / step))
}

function sideIndex(density: Float64Array, width: number): Float64Array | undefined {
  const mean = density.reduce((sum, value) => sum + value, 0) / Math.max(1, density.length)
  if (!(mean > 0)) return undefined
  const smoothed = boxed(boxed(density, width), width)
  return smoothed.map((value, i) => {
    const before = smoothed[Math.max(0, i - 1)]!
    const after = smoothed[Math.min(smoothed.length - 1, i + 1)]!
    const slope = Math.abs(after - before) / (i === 0 || i === smoothed.length - 1 ? 1 : 2)
    const q = value / mean + (slope * width) / mean / 2
    return (100 * q) / (1 + q)
  })
}

/** Running mean over about `width` bins, shorter at the ends; twice gives a triangle. */
function boxed(values: Float64Array, width: number): Float64Array {
  const half = Math.max(1, Math.round(width / 2))
  const sums = new Float64Array(values.length + 1)
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!
  return values.map((_, i) => {
    const from = Math.max(0, i - half)
    const to = Math.min(values.length, i + half + 1)
    return (sums[to]! - sums[from]!) / (to - from)
  })
}

/** Stretches above or below the bounds that are at least one width wide. */
function zonesOf(
  map: LiquidationMap,
  side: PositionSide,
  index: Float64Array,
  offset: number,
  width: number,
): GradientZone[] {
  const zones: GradientZone[] = []
  const kindAt = (i: number) => (index[i]! >= BLACK_HOLE ? 'blackHole' : index[i]! <= SMOOTH ? 'smooth' : undefined)
  for (let from = 0; from < index.length; ) {
    const kind = kindAt(from)
    let to = from + 1
    while (to < index.length && kindAt(to) === kind) to++
    if (kind !== undefined && to - from >= width) {
      const low = Math.exp((map.firstBin + offset + from) * map.step)
      const high = Math.exp((map.firstBin + offset + to) * map.step)
      const near = side === 'long' ? Math.min(high, map.price) : Math.max(low, map.price)
      let sum = 0
      for (let i = from; i < to; i++) sum += index[i]!
      zones.push({ kind, side, low, high, index: sum / (to - from), distance: near / map.price - 1 })
    }
    from = to
  }
  return zones
}

/** Mean index of the bins within one width of a price, both sides: what price is in. Undefined outside the map. */
export function indexAround(
  { values, width }: GradientIndex,
  { firstBin, step }: LiquidationMap,
  price: number,
): number | undefined {
  const at = Math.log(price) / step - firstBin
  let sum = 0
  let count = 0
  for (let i = Math.max(0, Math.floor(at - width)); i < Math.min(values.length, at + width); i++) {
    if (Number.isNaN(values[i]!)) continue
    sum += values[i]!
    count++
  }
  return count > 0 ? sum / count : undefined
}
