import { type Capture, captureNote } from '../estimate/capture/capture.ts'
import type { Estimator, EstimatorStats } from '../estimate/estimator.ts'
import { PRIOR_SOURCE } from '../estimate/prior-weights.ts'
import type { ModelNote } from './liquidation-map.ts'

/** From this part of faulty bars on a map says so: feeds disagree about one bar in seventy on an ordinary day. */
const WORTH_A_NOTE = 0.03

const MODEL = { name: 'distance classes with freshness', version: '0.3' } as const

/** Says how a map was made and what was missing. `learned`: what the weights rest on, and whether on this market. */
export function modelNoteOf(
  estimator: Estimator,
  { source, isFitted }: { readonly source: string | undefined; readonly isFitted: boolean },
  gaps: number,
  capture: Capture,
  faultyPart: number,
): ModelNote {
  const { stats } = estimator
  const notes = [source ?? PRIOR_SOURCE, captureNote(capture)]
  if (estimator.knownOpenInterest === undefined)
    notes.push('No open interest is published: half of a day of volume stands in for it, and the bands are wider.')
  if (stats.barsWithoutVolume > 0)
    notes.push(
      `${stats.barsWithoutVolume} of ${stats.bars} bars have no volume: what bars of their range usually trade stands in for it, and the bands are wider.`,
    )
  if (estimator.knownOpenInterest === 0) notes.push('Open interest is zero: there is nothing left to liquidate.')
  else if (estimator.referenceSize === 0) notes.push('Neither open interest nor volume is known yet: sizes are zero.')
  if (gaps === 1) notes.push('1 gap in the data: what was opened within it is missing from the map.')
  if (gaps > 1) notes.push(`${gaps} gaps in the data: what was opened within them is missing from the map.`)
  if (stats.unobserved) notes.push('Price came out of a gap: the stretch it crossed unseen counts as swept.')
  if (faultyPart >= WORTH_A_NOTE)
    notes.push(
      `${(100 * faultyPart).toFixed(1)} % of the last day's bars contradict themselves or others${faultsOf(stats)}: the bands are wider.`,
    )
  return { ...MODEL, weights: isFitted ? 'fitted' : 'prior', capture, notes }
}

/** What was wrong with bars so far, in words. */
function faultsOf({ ignored, flowViolations }: EstimatorStats): string {
  const parts = Object.entries(ignored).map(([fault, count]) => `${count} refused for ${fault}`)
  if (flowViolations > 0) parts.push(`${flowViolations} changed open interest by more than was traded`)
  return parts.length > 0 ? ` (so far ${parts.join(', ')})` : ''
}
