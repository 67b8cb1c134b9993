import { Calibration } from '../estimate/calibration.ts'
import { Estimator, type EstimatorStats } from '../estimate/estimator.ts'
import { positionOf } from '../estimate/price-grid.ts'
import { priorWeights } from '../estimate/prior-weights.ts'
import type { Prediction } from './deviance.ts'
import type { Observed } from './observed-orders.ts'
import type { ScoredBars } from './scored-bars.ts'

/** How far from the mark a snapshot of the map reaches, in bins: 20 %. */
export const SNAPSHOT_BINS = 400

/** The map as it was known after a bar: expected size per bin outward from the mark, each side. */
export interface Snapshot {
  /** The newest bar in it. */
  readonly bar: number
  /** The mark's position in bins, as shorts count. */
  readonly mark: number
  /** `long[j]`: (j, j + 1] bins below the mark's bin; `short[j]` above. Base units. */
  readonly long: Float32Array
  readonly short: Float32Array
}

export interface RunSchedule {
  /** Bars that nothing is learned from. */
  readonly warmUp: number
  readonly split: number
  /** Bars between two refits, counted from `split`. */
  readonly block: number
  readonly online: boolean
  /** Bars between two snapshots, counted from `split`; none when 0. Before `split` one each block. */
  readonly snapshotEvery: number
}

export interface ModelRun {
  /** Predictions of every bar, made before the bar's block began. Zero while the weights were not fitted. */
  readonly predicted: Prediction
  readonly snapshots: readonly Snapshot[]
  readonly calibration: Calibration
  /** Bars that the estimate refused, by what was wrong with them: it expects nothing of them. */
  readonly refused: EstimatorStats['ignored']
}

/** Walks through the bars once, forward only: predict, then learn. */
export function runModel(scored: ScoredBars, schedule: RunSchedule): ModelRun {
  const { bars, size, observed, hasOpenInterest, hasVolume } = scored
  const { warmUp, split, block, online, snapshotEvery } = schedule
  const estimator = new Estimator()
  const calibration = new Calibration(priorWeights(scored.intervalMs), Math.max(0, warmUp - firstKnown(observed)))
  const predicted = { long: new Float64Array(bars.length), short: new Float64Array(bars.length) }
  const snapshots: Snapshot[] = []
  const standIn = !hasOpenInterest && !hasVolume
  // A side whose forced orders are not known teaches nothing: no exposure, no size.
  const nothing = new Float64Array(estimator.long.exposures.length)
  const seen = (side: 'long' | 'short', i: number) =>
    observed.known[side][i] === 1
      ? { exposures: estimator[side].exposures, observed: observed[side][i]! }
      : { exposures: nothing, observed: 0 }
  for (let i = 0; i < bars.length; i++) {
    if ((i - split) % block === 0 && (online || i <= split)) calibration.refit()
    const bar = standIn ? { ...bars[i]!, openInterest: size[i]! } : bars[i]!
    if (estimator.fold(bar) !== undefined) continue
    for (const side of ['long', 'short'] as const) {
      const { exposures } = estimator[side]
      const weights = calibration[side]
      let mean = 0
      for (let c = 0; c < weights.length; c++) mean += weights[c]! * exposures[c]!
      predicted[side][i] = mean
    }
    if (observed.known.long[i] === 1 || observed.known.short[i] === 1)
      calibration.observe(bar.exchangeTime + bar.intervalMs, bar.intervalMs, seen('long', i), seen('short', i))
    const every = i + 1 < split ? block : snapshotEvery // before the test only the map of another day needs them
    if (snapshotEvery > 0 && (i + 1 - split) % every === 0) snapshots.push(snapshotOf(estimator, calibration, i))
  }
  return { predicted, snapshots, calibration, refused: estimator.stats.ignored }
}

function snapshotOf(estimator: Estimator, calibration: Calibration, bar: number): Snapshot {
  const mark = positionOf(estimator.price)
  const densityOf = (side: 'long' | 'short') => {
    const position = side === 'long' ? -mark : mark
    const from = Math.floor(position) + 1
    const to = from + SNAPSHOT_BINS - 1
    const out = new Float64Array(SNAPSHOT_BINS)
    const reached = { high: position, low: position, close: position }
    const faded = calibration[side].map((weight, column) => weight * estimator.nextFade[column]!)
    estimator[side].addClasses(faded, from, to, out)
    estimator[side].addBackground(calibration[side], estimator.referenceSize, reached, from, to, out)
    return Float32Array.from(out)
  }
  return { bar, mark, long: densityOf('long'), short: densityOf('short') }
}

/** Bars before the first whose forced orders are known: as good as a warm-up. */
function firstKnown({ known }: Observed): number {
  const first = (side: Uint8Array) => (side.indexOf(1) < 0 ? side.length : side.indexOf(1))
  return Math.min(first(known.long), first(known.short))
}
