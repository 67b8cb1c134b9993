import { signOf } from '@liqscope/market'
import { GRID_STEP, positionOf } from '../../estimate/price-grid.ts'
import type { LiquidationMap } from '../../map/liquidation-map.ts'

/**
 * Mass by distance from the mark, both sides counted outward: `long[j]` and `short[j]` are j + 1 bins of the price grid
 * beyond the mark's own bin. Any unit: only shapes are compared.
 */
export interface OutwardMap {
  readonly long: Float64Array
  readonly short: Float64Array
}

/** A position whose liquidation price is known. */
export interface KnownPosition {
  readonly side: 'long' | 'short'
  /** Base units, > 0. */
  readonly size: number
  /** Absent when no price liquidates it. */
  readonly liquidationPrice: number | undefined
}

/** Bins of a stretch of ln(price). */
export function binsOf(window: number): number {
  return Math.round(window / GRID_STEP)
}

export function emptyOutward(bins: number): OutwardMap {
  return { long: new Float64Array(bins), short: new Float64Array(bins) }
}

/** The two sides seen from the other: what a map says that knows distances but not which side they belong to. */
export function mirrored({ long, short }: OutwardMap): OutwardMap {
  return { long: short, short: long }
}

/**
 * The mark's position and the nearest bin of a side, both as that side counts them: rising toward its liquidations.
 */
export function frontier(side: 'long' | 'short', mark: number): { position: number; first: number } {
  const position = -signOf(side) * positionOf(mark)
  return { position, first: Math.floor(position) + 1 }
}

/**
 * Positions by the distance of their liquidation prices. What is due at or behind the mark, because it moved since or
 * because it is about to be closed, is counted in the nearest bin; what lies beyond `bins` is left out.
 */
export function outwardOf(positions: readonly KnownPosition[], mark: number, bins: number): OutwardMap {
  const map = emptyOutward(bins)
  for (const { side, size, liquidationPrice } of positions) {
    if (liquidationPrice === undefined) continue
    const at = Math.floor(-signOf(side) * positionOf(liquidationPrice)) - frontier(side, mark).first
    const bin = Math.max(0, at)
    if (bin < bins) map[side][bin] = map[side][bin]! + size
  }
  return map
}

/** A drawn map by distance, in base units: notional over the bin's price. */
export function outwardFrom(map: LiquidationMap, bins: number): OutwardMap {
  const outward = emptyOutward(bins)
  for (const side of ['long', 'short'] as const) {
    const { first } = frontier(side, map.price)
    for (let j = 0; j < bins; j++) {
      const bin = side === 'long' ? -1 - (first + j) : first + j
      const price = Math.exp((bin + 0.5) * map.step)
      outward[side][j] = (map[side][bin - map.firstBin] ?? 0) / price
    }
  }
  return outward
}
