import type { Bar } from '@liqscope/market'
import { CALIBRATION_VERSION } from '../estimate/calibration.ts'
import type { Figure } from './bootstrap.ts'
import { coverageOf } from './coverage.ts'
import { deviancesOf, type Prediction, windowsOf } from './deviance.ts'
import { type RivalTable, runScore, type ScoreOptions, type ScoreRun } from './score-run.ts'
import { liftAfter } from './touch-lift.ts'

/** Of the figures: whenever they would change for the same file. */
const MODEL = { name: 'distance classes with freshness, calibrated online', version: CALIBRATION_VERSION } as const
const HOUR_MS = 3_600_000
const LIFT_HOURS = [1, 4, 24]

/** Figures keyed by window: "1m", "5m", "30m", "60m", "240m"; of touch-lift "1h", "4h", "24h". */
export type FigureTable = Readonly<Record<string, Figure>>

export interface ScoreReport {
  readonly bars: number
  readonly intervalMs: number
  /** Epoch ms: bars from here on are tested. */
  readonly trainUntil: number
  readonly testBars: number
  readonly online: boolean
  /** 1 - deviance / deviance of the test's own mean rate. */
  readonly devianceExplained: FigureTable
  readonly rivalDevianceExplained: RivalTable<FigureTable>
  /** 1 - deviance / deviance of the rival, refitted as often as the model. */
  readonly skillOver: RivalTable<FigureTable>
  /** Predicted over observed size in the whole test; nothing was rescaled. */
  readonly massRatio: Figure
  readonly rivalMassRatio: RivalTable<Figure>
  /** Part of the windows within the 80 % band. */
  readonly bandCoverage: FigureTable
  /** Liquidated size in the quarter of the touched prices that the map ranks highest, over a quarter. */
  readonly touchLift: FigureTable
  readonly ageTouchLift: FigureTable
  readonly farTouchLift: FigureTable
  readonly model: { readonly name: string; readonly version: string }
  /** 'fitted' when the weights rest on this file's forced orders. */
  readonly weights: 'prior' | 'fitted'
  /** What the intervals were resampled from. */
  readonly resampled: string
  /** What was missing and what it does to the figures, one sentence each. A figure that is null has its reason here. */
  readonly notes: readonly string[]
}

/**
 * Scores the map against what was really liquidated: forward only, beside every rival, nothing rescaled on the test.
 * See `runScore`; a figure that cannot be measured is null, and `notes` says why.
 */
export function scoreBars(all: readonly Bar[], options: ScoreOptions = {}): ScoreReport {
  return scoreReport(runScore(all, options))
}

/** The figures of a run. */
export function scoreReport(run: ScoreRun): ScoreReport {
  const { scored, split, trainUntil, online, model, rivals, blocks } = run
  const { bars, intervalMs, observed } = scored
  const massOf = (prediction: Prediction | undefined) =>
    blocks.figure(
      prediction === undefined ? [] : windowsOf(observed, prediction, split, 1),
      (window) => [window.predicted, window.observed],
      (predicted, seen) => predicted / seen,
    )
  return {
    bars: bars.length,
    intervalMs,
    trainUntil,
    testBars: bars.length - split,
    online,
    devianceExplained: skillTable(run, model.predicted, 'mean'),
    rivalDevianceExplained: eachRival(rivals, (rival) => skillTable(run, rival, 'mean')),
    skillOver: eachRival(rivals, (rival) => skillTable(run, model.predicted, rival)),
    massRatio: massOf(model.predicted),
    rivalMassRatio: eachRival(rivals, massOf),
    bandCoverage: byWindow(run, (length) => coverageOf(scored, model.predicted, { split, length, online }, blocks)),
    ...liftTables(run),
    model: MODEL,
    weights: model.calibration.isFitted ? 'fitted' : 'prior',
    resampled: blocks.name,
    notes: run.notes,
  }
}

/**
 * `1 - deviance / deviance of the rival` per window, the rival being a prediction or the test's own mean rate. Null
 * where either is not there.
 */
function skillTable(run: ScoreRun, prediction: Prediction | undefined, rival: Prediction | 'mean' | undefined) {
  const { scored, split, blocks, tested } = run
  return byWindow(run, (length) => {
    if (prediction === undefined || rival === undefined || !(tested > 0)) return NO_FIGURE
    const own = windowsOf(scored.observed, prediction, split, length)
    const deviances = deviancesOf(own)
    const other =
      rival === 'mean' ? deviances.constant : deviancesOf(windowsOf(scored.observed, rival, split, length)).model
    return blocks.figure(
      own,
      (_, i) => [deviances.model[i]!, other[i]!],
      (model, against) => 1 - model / against,
    )
  })
}

const NO_FIGURE: Figure = { value: null, low: null, high: null }

function byWindow({ windows }: ScoreRun, figure: (length: number) => Figure): FigureTable {
  return Object.fromEntries(windows.map(({ key, length }) => [key, figure(length)]))
}

function eachRival<T, U>(table: RivalTable<T>, of: (value: T) => U): RivalTable<U> {
  return {
    constant: of(table.constant),
    range: of(table.range),
    freshness: of(table.freshness),
    freshnessLeg: of(table.freshnessLeg),
    fixedTiers: of(table.fixedTiers),
    recentLiquidations: of(table.recentLiquidations),
    shuffledMap: of(table.shuffledMap),
  }
}

function liftTables({
  scored,
  model: { snapshots },
  split,
  blocks,
}: ScoreRun): Pick<ScoreReport, 'touchLift' | 'ageTouchLift' | 'farTouchLift'> {
  const hours = LIFT_HOURS.filter((hour) => hour * HOUR_MS >= scored.intervalMs)
  const sums = hours.map((hour) => {
    const horizon = Math.round((hour * HOUR_MS) / scored.intervalMs)
    return snapshots
      .filter(({ bar }) => bar + 1 >= split && bar + horizon < scored.bars.length)
      .map((snapshot) => ({ from: Math.max(split, snapshot.bar), ...liftAfter(scored, snapshot, horizon) }))
  })
  const table = (by: 'map' | 'age' | 'far'): FigureTable =>
    Object.fromEntries(
      hours.map((hour, h) => [
        `${hour}h`,
        blocks.figure(
          sums[h]!,
          (lift) => [lift[by], lift.total],
          (found, total) => (4 * found) / total,
        ),
      ]),
    )
  return { touchLift: table('map'), ageTouchLift: table('age'), farTouchLift: table('far') }
}
