import { Calibration } from '../estimate/calibration.ts'
import { Estimator } from '../estimate/estimator.ts'
import { positionOf } from '../estimate/price-grid.ts'
import { priorWeights } from '../estimate/prior-weights.ts'
import type { Prediction } from './deviance.ts'
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
  /** Bars between two snapshots, counted from `split`; none when 0. */
  readonly snapshotEvery: number
}

export interface ModelRun {
  /** Predictions of every bar, made before the bar's block began. Zero while the weights were not fitted. */
  readonly predicted: Prediction
  readonly snapshots: readonly Snapshot[]
  readonly calibration: Calibration
}

/** Walks through the bars once, forward only: predict, then learn. */
export function runModel(scored: ScoredBars, schedule: RunSchedule): ModelRun {
  const { bars, size, observed, hasOpenInterest, hasVolume } = scored
  const { warmUp, split, block, online, snapshotEvery } = schedule
  const estimator = new Estimator()
  const calibration = new Calibration(priorWeights(scored.intervalMs, hasVolume), warmUp)
  const predicted = { long: new Float64Array(bars.length), short: new Float64Array(bars.length) }
  const snapshots: Snapshot[] = []
  const standIn = !hasOpenInterest && !hasVolume
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
    calibration.observe(
      bar.exchangeTime + bar.intervalMs,
      bar.intervalMs,
      { exposures: estimator.long.exposures, observed: observed.long[i]! },
      { exposures: estimator.short.exposures, observed: observed.short[i]! },
    )
    if (snapshotEvery > 0 && (i + 1 - split) % snapshotEvery === 0)
      snapshots.push(snapshotOf(estimator, calibration, i))
  }
  return { predicted, snapshots, calibration }
}

function snapshotOf(estimator: Estimator, calibration: Calibration, bar: number): Snapshot {
  const mark = positionOf(estimator.price)
  const densityOf = (side: 'long' | 'short') => {
    const position = side === 'long' ? -mark : mark
    const from = Math.floor(position) + 1
    const to = from + SNAPSHOT_BINS - 1
    const out = new Float64Array(SNAPSHOT_BINS)
    const reached = { high: position, low: position, close: position }
    estimator[side].addClasses(calibration[side], from, to, out)
    estimator[side].addBackground(calibration[side], estimator.referenceSize, reached, from, to, out)
    return Float32Array.from(out)
  }
  return { bar, mark, long: densityOf('long'), short: densityOf('short') }
}
