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
 * A price as seen by one side: its position in bins along the direction in which that side is liquidated.
 * Shorts die when price rises, longs when it falls, so longs see the mirror image and both sides share all code.
 */
export function positionOf(price: number, sign: 1 | -1): number {
  return (-sign * Math.log(price)) / GRID_STEP
}

/** The mirrored bin of a price bin, and back: longs count bins downward. */
export function mirrorBin(bin: number): number {
  return -1 - bin
}
