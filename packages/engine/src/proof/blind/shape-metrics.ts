import { GRID_STEP } from '../../estimate/price-grid.ts'

const BASIS_POINTS = 10_000

/**
 * Overlap coefficient of two shapes: the sum over cells of the smaller of the two shares. 1: the same shape, 0: nothing
 * in common. `cellBins` bins are taken together, the last cell may be shorter. `undefined` when one of them is empty.
 *
 * Worked line: shares (0.5, 0.5, 0) and (0, 0.5, 0.5): 0 + 0.5 + 0 = 0.5.
 */
export function overlap(a: Float64Array, b: Float64Array, cellBins = 1): number | undefined {
  const [sumA, sumB] = [sumOf(a), sumOf(b)]
  if (!(sumA > 0 && sumB > 0)) return undefined
  let shared = 0
  for (let from = 0; from < a.length; from += cellBins) {
    const to = Math.min(a.length, from + cellBins)
    shared += Math.min(sumOf(a, from, to) / sumA, sumOf(b, from, to) / sumB)
  }
  return shared
}

/**
 * Wasserstein-1 distance of two shapes in basis points of ln(price): how far mass has to be moved on average to turn
 * one into the other. `undefined` when one of them is empty.
 *
 * Worked line: all mass in bin 10 against all mass in bin 14: 4 bins of 5 bp = 20 bp.
 */
export function wassersteinBp(a: Float64Array, b: Float64Array): number | undefined {
  const [sumA, sumB] = [sumOf(a), sumOf(b)]
  if (!(sumA > 0 && sumB > 0)) return undefined
  let ahead = 0
  let moved = 0
  for (let j = 0; j < a.length; j++) {
    ahead += a[j]! / sumA - b[j]! / sumB
    moved += Math.abs(ahead)
  }
  return moved * GRID_STEP * BASIS_POINTS
}

/** Mass within a distance of the mark, a fraction of price (0.02 is 2 %), over `total`. `undefined` when that is 0. */
export function massWithin(map: Float64Array, fraction: number, total = sumOf(map)): number | undefined {
  if (!(total > 0)) return undefined
  return sumOf(map, 0, Math.round(fraction / GRID_STEP)) / total
}

function sumOf(values: Float64Array, from = 0, to = values.length): number {
  let sum = 0
  for (let i = from; i < Math.min(to, values.length); i++) sum += values[i]!
  return sum
}
