import type { KnownPosition } from '@liqscope/market'
import { binOf, priceAt } from '../estimate/price-grid.ts'

/** What known positions would be liquidated for in one bin of the grid. OBSERVED, and a part of all. */
export interface KnownLevel {
  /** Middle of the bin, quote per base. */
  readonly price: number
  readonly long: number // USD at the liquidation price
  readonly short: number
}

/** Known positions by their printed liquidation price, lowest price first. */
export interface KnownLevels {
  readonly levels: readonly KnownLevel[]
  /** Sizes of all known positions, base units. */
  readonly longSize: number
  readonly shortSize: number
  /** Part of these sizes that no price liquidates, base units. */
  readonly withoutPrice: number
}

/** Sums positions on the absolute grid that the estimated map uses as well, so that both can be laid side by side. */
export function knownLevels(positions: readonly KnownPosition[]): KnownLevels {
  const bins = new Map<number, { long: number; short: number }>()
  const sizes = { long: 0, short: 0 }
  let withoutPrice = 0
  for (const { side, size, liquidationPrice } of positions) {
    sizes[side] += size
    if (liquidationPrice === undefined) {
      withoutPrice += size
      continue
    }
    const bin = binOf(liquidationPrice)
    const level = bins.get(bin) ?? { long: 0, short: 0 }
    level[side] += size * liquidationPrice
    bins.set(bin, level)
  }
  return {
    levels: [...bins].sort(([a], [b]) => a - b).map(([bin, level]) => ({ price: priceAt(bin + 0.5), ...level })),
    longSize: sizes.long,
    shortSize: sizes.short,
    withoutPrice,
  }
}
