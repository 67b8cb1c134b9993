import { GRID_STEP } from './price-grid.ts'

/**
 * Distances from entry to liquidation, |ln(liquidation price / entry price)|, 0.1 % to 60 %, about log-spaced: finer steps scored higher
 * up to these, coarser ones lower.
 * A class absorbs nominal leverage, cross margin and added margin alike.
 */
export const DISTANCES = [
  0.001, 0.00127, 0.00162, 0.00205, 0.00261, 0.00332, 0.00422, 0.00537, 0.00682, 0.00868, 0.011, 0.014, 0.0178, 0.0227,
  0.0288, 0.0366, 0.0466, 0.0592, 0.0753, 0.0957, 0.122, 0.155, 0.197, 0.25, 0.4, 0.6,
] as const

/** Where the mass of a class goes: `weights[j]` of a cell's entries land `first + j` cells farther. Sums to 1. */
export interface Kernel {
  readonly first: number
  readonly weights: Float64Array
}

/** Samples of the hat; each is split exactly over two cells, so this only has to be dense against a cell. */
const SAMPLES = 2000

/**
 * The log-triangular hat of class `index`: 0 at the next nearer distance, highest at its own, 0 at the next farther
 * one, linear in ln(distance), so that neighbouring hats add up to a smooth cover of all distances.
 * Entries are uniform within their cell; `cellBins` is the cell's width in bins.
 */
export function kernelOf(distances: readonly number[], index: number, cellBins: number): Kernel {
  const own = distances[index]!
  const nearer = distances[index - 1] ?? (own * own) / distances[index + 1]!
  const farther = distances[index + 1] ?? (own * own) / distances[index - 1]!
  const cell = cellBins * GRID_STEP
  const first = Math.floor(nearer / cell)
  const weights = new Float64Array(Math.floor(farther / cell) - first + 2)
  let total = 0
  for (let i = 0; i < SAMPLES; i++) {
    const distance = nearer * (farther / nearer) ** ((i + 0.5) / SAMPLES)
    const height =
      distance < own
        ? Math.log(distance / nearer) / Math.log(own / nearer)
        : Math.log(farther / distance) / Math.log(farther / own)
    const position = distance / cell - first
    const index = Math.floor(position)
    const part = position - index // of the entries' cell, moved by `distance`, that overlaps the farther target cell
    weights[index] = weights[index]! + height * (1 - part)
    weights[index + 1] = weights[index + 1]! + height * part
    total += height
  }
  return { first, weights: weights.map((weight) => weight / total) }
}
