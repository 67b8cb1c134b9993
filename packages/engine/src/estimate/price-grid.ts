/** Width of a bin in ln(price): 5 basis points, one absolute grid shared by every venue. */
export const GRID_STEP = 5e-4

/**
 * Bins a price may sit below an edge and still count as on it. ln() of a price that was computed from a bin's edge
 * misses the edge by up to 1e-12 bins; without this such a price would fall into the bin below about every second time.
 */
const EDGE_TOLERANCE = 1e-9

/** The bin that holds `price` (> 0): ln(price) in [bin * GRID_STEP, (bin + 1) * GRID_STEP). */
export function binOf(price: number): number {
  return Math.floor(Math.log(price) / GRID_STEP + EDGE_TOLERANCE)
}

/** The price at a position on the grid: `priceAt(bin)` is the bin's lower edge, `priceAt(bin + 0.5)` its middle. */
export function priceAt(position: number): number {
  return Math.exp(position * GRID_STEP)
}

/**
 * The position of a price on the grid, in bins. Shorts are liquidated when it rises. Longs, when it falls: they see the
 * mirror image, the negative position, so that both sides share all code and a sweep is always a rise.
 */
export function positionOf(price: number): number {
  return Math.log(price) / GRID_STEP
}

/** The mirrored bin of a price bin, and back: longs count bins downward. */
export function mirrorBin(bin: number): number {
  return -1 - bin
}
