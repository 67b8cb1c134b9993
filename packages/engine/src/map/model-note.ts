import type { Estimator } from '../estimate/estimator.ts'
import { PRIOR_SOURCE } from '../estimate/prior-weights.ts'
import type { ModelNote } from './liquidation-map.ts'

const MODEL = { name: 'distance classes with freshness', version: '0.2' } as const

/** Says how a map was made and what was missing. `learned`: what the weights rest on, and whether on this market. */
export function modelNoteOf(
  estimator: Estimator,
  { source, isFitted }: { readonly source: string | undefined; readonly isFitted: boolean },
  gaps: number,
): ModelNote {
  const { stats } = estimator
  const notes = [source ?? PRIOR_SOURCE]
  if (estimator.knownOpenInterest === undefined)
    notes.push('No open interest is published: half of a day of volume stands in for it, and the bands are wider.')
  if (stats.barsWithoutVolume > 0)
    notes.push(
      `${stats.barsWithoutVolume} of ${stats.bars} bars have no volume: what bars of their range usually trade stands in for it, and the bands are wider.`,
    )
  if (estimator.referenceSize === 0) notes.push('Neither open interest nor volume is known yet: sizes are zero.')
  if (gaps === 1) notes.push('1 gap in the data: what was opened within it is missing from the map.')
  if (gaps > 1) notes.push(`${gaps} gaps in the data: what was opened within them is missing from the map.`)
  if (stats.unobserved) notes.push('Price came out of a gap: the stretch it crossed unseen counts as swept.')
  return { ...MODEL, weights: isFitted ? 'fitted' : 'prior', notes }
}
