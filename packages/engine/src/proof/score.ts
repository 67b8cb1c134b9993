import type { Bar } from '@liqscope/market'
import { CALIBRATION_VERSION, warmUpBars } from '../estimate/calibration.ts'
import { PRIOR_FITTED_ON } from '../estimate/prior-weights.ts'
import type { Figure } from './bootstrap.ts'
import { coverageOf } from './coverage.ts'
import { deviancesOf, type Prediction, windowsOf } from './deviance.ts'
import { runModel, type Snapshot } from './model-run.ts'
import {
  constantColumn,
  fixedTierColumns,
  freshnessColumns,
  legColumn,
  type RivalColumn,
  rangeColumn,
  recentColumns,
} from './rival-columns.ts'
import { predictRival } from './rival-fit.ts'
import { type ScoredBars, scoredBars } from './scored-bars.ts'
import { shuffledMapColumns } from './shuffled-map.ts'
import { TestBlocks } from './test-blocks.ts'
import { liftAfter } from './touch-lift.ts'

/** Of the figures: whenever they would change for the same file. */
const MODEL = { name: 'distance classes with freshness, calibrated online', version: CALIBRATION_VERSION } as const
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Lengths of the windows forced size is summed over, minutes. Windows shorter than a bar are left out. */
const WINDOW_MINUTES = [1, 5, 30, 60, 240]
/** Model and rivals stand still for this long: the longest window, so that none is fitted within itself. */
const BLOCK_MS = 4 * HOUR_MS
const LIFT_HOURS = [1, 4, 24]
/** Part of the bars that trains when nothing is said. */
const DEFAULT_TRAINING = 2 / 3
const FEWEST_BARS = 10

const RIVALS = [
  'constant',
  'range',
  'freshness',
  'freshnessLeg',
  'fixedTiers',
  'recentLiquidations',
  'shuffledMap',
] as const
export type RivalName = (typeof RIVALS)[number]

/** Figures keyed by window: "1m", "5m", "30m", "60m", "240m"; of touch-lift "1h", "4h", "24h". */
export type FigureTable = Readonly<Record<string, Figure>>
export type RivalTable<T> = Readonly<Record<RivalName, T>>

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
  /** What was missing and what it does to the figures, one sentence each. */
  readonly reasons: readonly string[]
}

export interface ScoreOptions {
  /** Epoch ms; two thirds of the bars when left out. */
  readonly trainUntil?: number
  /** Weights and rates of `trainUntil` throughout, instead of refitted in every block. */
  readonly frozen?: boolean
  readonly seed?: number
}

/** Why a file cannot be scored at all, in words that say what to do. */
export class ScoreError extends Error {
  override readonly name = 'ScoreError'
}

/**
 * Scores the map against what was really liquidated: forward only, beside every rival, nothing rescaled on the test.
 * Model and rivals are refitted at the start of each block of four hours from `trainUntil` on, on what came before.
 *
 * @throws {ScoreError} when there are too few bars, or none on one side of `trainUntil`.
 */
export function scoreBars(all: readonly Bar[], { trainUntil, frozen, seed = 1 }: ScoreOptions = {}): ScoreReport {
  const scored = scoredBars(all)
  const { bars, intervalMs, observed } = scored
  const split = splitOf(bars, trainUntil)
  const online = frozen !== true
  const block = Math.max(1, Math.round(BLOCK_MS / intervalMs))
  const warmUp = warmUpOf(intervalMs, split)
  const run = runModel(scored, { warmUp, split, block, online, snapshotEvery: snapshotBars(intervalMs) })
  const schedule = { warmUp, split, block, online }
  const blockStarts = run.snapshots.filter(({ bar }) => (bar + 1 - split) % block === 0)
  const columns = rivalColumns(scored, blockStarts, seed)
  const rivals = eachRival((name) => predictRival(columns[name], observed, schedule))
  const blocks = new TestBlocks(scored, split, seed)
  const total = sumFrom(observed, split)
  const barsOf = (minutes: number) => Math.max(1, Math.round((minutes * MINUTE_MS) / intervalMs))
  const windows = WINDOW_MINUTES.filter((minutes) => minutes * MINUTE_MS >= intervalMs)
  const byWindow = (figure: (bars: number) => Figure): FigureTable =>
    Object.fromEntries(windows.map((minutes) => [`${minutes}m`, figure(barsOf(minutes))]))

  const skill = (model: Prediction, rival: Prediction | undefined) =>
    byWindow((length) => {
      const own = windowsOf(observed, model, split, length)
      const deviances = deviancesOf(own)
      const other = rival && deviancesOf(windowsOf(observed, rival, split, length)).model
      return blocks.figure(
        own,
        (_, i) => [deviances.model[i]!, (other ?? deviances.constant)[i]!],
        (model, against) => (total > 0 ? 1 - model / against : Number.NaN),
      )
    })
  const mass = (prediction: Prediction) =>
    blocks.figure(
      windowsOf(observed, prediction, split, 1),
      (window) => [window.predicted, window.observed],
      (predicted, seen) => predicted / seen,
    )
  return {
    bars: bars.length,
    intervalMs,
    trainUntil: bars[split]!.exchangeTime,
    testBars: bars.length - split,
    online,
    devianceExplained: skill(run.predicted, undefined),
    rivalDevianceExplained: eachRival((name) => skill(rivals[name], undefined)),
    skillOver: eachRival((name) => skill(run.predicted, rivals[name])),
    massRatio: mass(run.predicted),
    rivalMassRatio: eachRival((name) => mass(rivals[name])),
    bandCoverage: byWindow((length) => coverageOf(scored, run.predicted, { split, length, online }, blocks)),
    ...liftTables(scored, run.snapshots, split, blocks),
    model: MODEL,
    weights: run.calibration.isFitted ? 'fitted' : 'prior',
    resampled: blocks.name,
    reasons: [...scored.reasons, ...priorReasons(bars, split), ...reasonsOf(total, sumFrom(observed, 0) - total)],
  }
}

function splitOf(bars: readonly Bar[], trainUntil: number | undefined): number {
  if (bars.length < FEWEST_BARS)
    throw new ScoreError(`${bars.length} sound bars are too few to score: give a file of some days`)
  if (trainUntil === undefined) return Math.floor(bars.length * DEFAULT_TRAINING)
  const split = bars.findIndex((bar) => bar.exchangeTime >= trainUntil)
  if (split < 1) {
    const found = `the bars reach from ${isoTime(bars[0]!)} to ${isoTime(bars.at(-1)!)}`
    throw new ScoreError(`${new Date(trainUntil).toISOString()} leaves nothing to train on or to test: ${found}`)
  }
  return split
}

/** Bars that only fill memories: as many as usual, a quarter of a training part that is hardly longer. */
function warmUpOf(intervalMs: number, split: number): number {
  const usual = warmUpBars(intervalMs)
  return split >= 1.5 * usual ? usual : Math.floor(split / 4)
}

function isoTime(bar: Bar): string {
  return new Date(bar.exchangeTime).toISOString()
}

function eachRival<T>(of: (name: RivalName) => T): RivalTable<T> {
  const [constant, range, freshness, freshnessLeg, fixedTiers, recentLiquidations, shuffledMap] = RIVALS
  return {
    constant: of(constant),
    range: of(range),
    freshness: of(freshness),
    freshnessLeg: of(freshnessLeg),
    fixedTiers: of(fixedTiers),
    recentLiquidations: of(recentLiquidations),
    shuffledMap: of(shuffledMap),
  }
}

function rivalColumns(
  scored: ScoredBars,
  snapshots: readonly Snapshot[],
  seed: number,
): RivalTable<readonly RivalColumn[]> {
  const freshness = freshnessColumns(scored)
  return {
    constant: [constantColumn(scored.bars.length)],
    range: [rangeColumn(scored)],
    freshness,
    freshnessLeg: [...freshness, legColumn(scored)],
    fixedTiers: fixedTierColumns(scored),
    recentLiquidations: recentColumns(scored),
    shuffledMap: shuffledMapColumns(scored, snapshots, seed),
  }
}

/** Every hour of minute bars, every two of longer ones; bars longer than that, each. */
function snapshotBars(intervalMs: number): number {
  return Math.max(1, Math.round((intervalMs <= MINUTE_MS ? HOUR_MS : 2 * HOUR_MS) / intervalMs))
}

function liftTables(
  scored: ScoredBars,
  snapshots: readonly Snapshot[],
  split: number,
  blocks: TestBlocks,
): Pick<ScoreReport, 'touchLift' | 'ageTouchLift' | 'farTouchLift'> {
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

function sumFrom({ long, short }: Prediction, from: number): number {
  let sum = 0
  for (let i = from; i < long.length; i++) sum += long[i]! + short[i]!
  return sum
}

/** A test on days that chose the design and the starting weights is no clean test, and says so. */
function priorReasons(bars: readonly Bar[], split: number): string[] {
  const { from, to } = PRIOR_FITTED_ON
  const seen = bars[split]!.exchangeTime < to && bars.at(-1)!.exchangeTime >= from
  return seen
    ? [
        'Design and starting weights were chosen on days of this test (Binance BTCUSDT, 16-20 March 2026): figures may flatter.',
      ]
    : []
}

function reasonsOf(tested: number, trained: number): string[] {
  const reasons: string[] = []
  if (tested === 0) reasons.push('The test holds no forced orders: nothing can be scored against it.')
  if (trained === 0)
    reasons.push('The training part holds no forced orders: the starting weights are tested as they are.')
  return reasons
}
