import type { MarginSchedule } from '@liqscope/market'
import { type Capture, captureNote } from '../estimate/capture/capture.ts'
import type { Estimator, EstimatorStats } from '../estimate/estimator.ts'
import { PRIOR_SOURCE } from '../estimate/prior-weights.ts'
import { USUAL_FIRST_BAND } from '../margin/leverage.ts'
import type { ModelNote } from './liquidation-map.ts'

/** From this part of faulty bars on a map says so: feeds disagree about one bar in seventy on an ordinary day. */
const WORTH_A_NOTE = 0.03

const MODEL = { name: 'distance classes with freshness', version: '0.3' } as const

/** What a map rests on besides its estimate. */
interface Grounds {
  /** What the weights rest on, and whether on this market. */
  readonly learned: { readonly source: string | undefined; readonly isFitted: boolean }
  readonly gaps: number
  readonly capture: Capture
  readonly faultyPart: number
  readonly schedule: MarginSchedule | undefined
}

/** Says how a map was made and what was missing. */
export function modelNoteOf(estimator: Estimator, grounds: Grounds): ModelNote {
  const { learned, gaps, capture, faultyPart, schedule } = grounds
  const { stats } = estimator
  const notes = [learned.source ?? PRIOR_SOURCE, captureNote(capture), marginNote(schedule)]
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
  return { ...MODEL, weights: learned.isFitted ? 'fitted' : 'prior', capture, notes }
}

/** Which table leverage is read off, and its date. */
function marginNote(schedule: MarginSchedule | undefined): string {
  const first = schedule?.tiers[0]
  if (schedule === undefined || first === undefined)
    return `No margin table is known for this market: leverage is read as if maintenance were ${percent(USUAL_FIRST_BAND.maintenanceRate)} % and at most ${USUAL_FIRST_BAND.maxLeverage}×, as in the first band of large venues' Bitcoin contracts.`
  const date = new Date(schedule.validFrom).toISOString().slice(0, 10)
  return `Leverage is read off the margin table of ${date} (${schedule.source}): ${percent(first.maintenanceRate)} % maintenance and at most ${first.maxLeverage}× in its first band.`
}

function percent(fraction: number): string {
  return String(Number((100 * fraction).toPrecision(4)))
}

/** What was wrong with bars so far, in words. */
function faultsOf({ ignored, flowViolations }: EstimatorStats): string {
  const parts = Object.entries(ignored).map(([fault, count]) => `${count} refused for ${fault}`)
  if (flowViolations > 0) parts.push(`${flowViolations} changed open interest by more than was traded`)
  return parts.length > 0 ? ` (so far ${parts.join(', ')})` : ''
}
