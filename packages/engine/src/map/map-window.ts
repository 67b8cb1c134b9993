import { binOf } from '../estimate/price-grid.ts'

/** A map's window starts at a multiple of this many bins (1 %), so that it seldom moves under a viewer. */
const WINDOW_STEP_BINS = 20
/** Fractions of the mark that a map shows below and above it unless asked otherwise. */
export const WINDOW = 0.2

/** The bins of a window around a mark, widened to the next whole per cent on the grid. Fractions of the mark. */
export function windowBins(
  mark: number,
  { below, above }: { readonly below: number; readonly above: number },
): { firstBin: number; bins: number } {
  const firstBin = Math.floor(binOf(mark * (1 - below)) / WINDOW_STEP_BINS) * WINDOW_STEP_BINS
  const endBin = Math.ceil((binOf(mark * (1 + above)) + 1) / WINDOW_STEP_BINS) * WINDOW_STEP_BINS
  return { firstBin, bins: endBin - firstBin }
}
