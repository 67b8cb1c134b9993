import type { Bar } from '@liqscope/market'
import { warmUpBars } from '../estimate/calibration.ts'
import { PRIOR_FITTED_ON } from '../estimate/prior-weights.ts'
import type { Prediction } from './deviance.ts'
import { type ModelRun, runModel } from './model-run.ts'
import { constantColumn, fixedTierColumns, freshnessColumns, type RivalColumn, recentColumns } from './rival-columns.ts'
import { predictRival } from './rival-fit.ts'
import { type ScoredBars, scoredBars } from './scored-bars.ts'
import { shuffledMapColumn } from './shuffled-map.ts'
import { TestBlocks } from './test-blocks.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Lengths of the windows forced size is summed over, minutes. Windows shorter than a bar are left out. */
const WINDOW_MINUTES = [1, 5, 30, 60, 240]
/** Model and rivals stand still for this long: the longest window, so that none is fitted within itself. */
const BLOCK_MS = 4 * HOUR_MS
/** Part of the bars that trains when nothing is said. */
const DEFAULT_TRAINING = 2 / 3
const FEWEST_BARS = 10
/** Figures that rest on fewer bars with forced orders than this get a note. */
const FEW_ORDERS = 20

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
export type RivalTable<T> = Readonly<Record<RivalName, T>>

export interface ScoreOptions {
  /** Epoch ms; two thirds of the bars when left out. */
  readonly trainUntil?: number
  /** Weights and rates of `trainUntil` throughout, instead of refitted in every block. */
  readonly frozen?: boolean
  /** First bars that nothing is learned from; a day of minutes or a week of hours when left out. */
  readonly warmUp?: number
  readonly seed?: number
}

/** A window that forced size is summed over: its key in tables, and its length in bars. */
export interface ScoreWindow {
  readonly key: string
  readonly length: number
}

/** Model and rivals, walked through a file forward only: what every figure is made of. */
export interface ScoreRun {
  readonly scored: ScoredBars
  /** Index of the first bar of the test; the number of bars when there is no test. */
  readonly split: number
  /** Epoch ms of that bar, or the time asked for. */
  readonly trainUntil: number
  readonly online: boolean
  readonly windows: readonly ScoreWindow[]
  readonly model: ModelRun
  /** Undefined where there was nothing to fit the rival to. */
  readonly rivals: RivalTable<Prediction | undefined>
  readonly blocks: TestBlocks
  /** Forced size within the test. */
  readonly tested: number
  readonly notes: readonly string[]
}

/**
 * Walks model and rivals through the bars. They are refitted at the start of each block of four hours from
 * `trainUntil` on, on what came before. Never throws for what the bars hold: what cannot be measured is said in `notes`.
 */
export function runScore(all: readonly Bar[], options: ScoreOptions = {}): ScoreRun {
  const { frozen, seed = 1 } = options
  const scored = scoredBars(all)
  const { bars, intervalMs, observed } = scored
  const { split, trainUntil, notes } = splitOf(bars, options.trainUntil)
  const online = frozen !== true
  const block = Math.max(1, Math.round(BLOCK_MS / intervalMs))
  const warmUp = Math.min(split, options.warmUp ?? warmUpOf(intervalMs, split))
  const schedule = { warmUp, split, block, online }
  const model = runModel(scored, { ...schedule, snapshotEvery: snapshotBars(intervalMs) })
  const trained = ordersIn(observed, warmUp, split)
  const blockStarts = model.snapshots.filter(({ bar }) => (bar + 1 - split) % block === 0)
  const { range, beyond, leg } = freshnessColumns(scored)
  const predict = (columns: readonly RivalColumn[]) =>
    trained.bars > 0 ? predictRival(columns, observed, schedule) : undefined
  const tested = ordersIn(observed, split, bars.length)
  const windows = WINDOW_MINUTES.filter((minutes) => minutes * MINUTE_MS >= intervalMs).map((minutes) => ({
    key: `${minutes}m`,
    length: Math.max(1, Math.round((minutes * MINUTE_MS) / intervalMs)),
  }))
  return {
    scored,
    split,
    trainUntil,
    online,
    windows,
    model,
    rivals: {
      constant: predict([constantColumn(bars.length)]),
      range: predict([range]),
      freshness: predict([range, ...beyond]),
      freshnessLeg: predict([range, ...beyond, leg]),
      fixedTiers: predict(fixedTierColumns(scored)),
      recentLiquidations: predict(recentColumns(scored)),
      shuffledMap: predict([range, shuffledMapColumn(scored, blockStarts, seed)]),
    },
    blocks: new TestBlocks(scored, split, seed),
    tested: tested.size,
    notes: [
      ...scored.notes,
      ...notes,
      ...windowNotes(windows, intervalMs),
      ...(split < bars.length ? seenDaysNotes(bars[split]!.exchangeTime, bars.at(-1)!.exchangeTime + intervalMs) : []),
      ...orderNotes(tested.bars, trained.bars, split < bars.length),
      ...refusedNotes(model),
    ],
  }
}

function splitOf(
  bars: readonly Bar[],
  asked: number | undefined,
): { split: number; trainUntil: number; notes: string[] } {
  const last = bars.at(-1)
  const end = last === undefined ? (asked ?? 0) : last.exchangeTime + last.intervalMs
  if (bars.length < FEWEST_BARS)
    return {
      split: bars.length,
      trainUntil: asked ?? end,
      notes: [
        `${bars.length} sound ${bars.length === 1 ? 'bar is' : 'bars are'} too few to score: give a file of some days.`,
      ],
    }
  const reach = `the bars reach from ${isoTime(bars[0]!.exchangeTime)} to ${isoTime(end)}`
  const found =
    asked === undefined
      ? Math.floor(bars.length * DEFAULT_TRAINING)
      : bars.findIndex((bar) => bar.exchangeTime >= asked)
  if (found < 0)
    return {
      split: bars.length,
      trainUntil: asked!,
      notes: [`${isoTime(asked!)} leaves nothing to test: ${reach}. Train until a time within them.`],
    }
  return {
    split: found,
    trainUntil: bars[found]!.exchangeTime,
    notes: found > 0 ? [] : [`${isoTime(asked!)} leaves nothing to train on: ${reach}.`],
  }
}

/** Bars that only fill memories: as many as usual, a quarter of a training part that is hardly longer. */
function warmUpOf(intervalMs: number, split: number): number {
  const usual = warmUpBars(intervalMs)
  return split >= 1.5 * usual ? usual : Math.floor(split / 4)
}

/** Every hour of minute bars, every two of longer ones; bars longer than that, each. */
function snapshotBars(intervalMs: number): number {
  return Math.max(1, Math.round((intervalMs <= MINUTE_MS ? HOUR_MS : 2 * HOUR_MS) / intervalMs))
}

/** Bars with forced orders in [from, to), and their size. */
function ordersIn({ long, short }: Prediction, from: number, to: number): { bars: number; size: number } {
  let bars = 0
  let size = 0
  for (let i = from; i < to; i++) {
    const sum = long[i]! + short[i]!
    size += sum
    if (sum > 0) bars++
  }
  return { bars, size }
}

function windowNotes(windows: readonly ScoreWindow[], intervalMs: number): string[] {
  if (windows.length === 0)
    return ['Bars of more than 240 minutes are longer than every window: only mass and touch-lift are measured.']
  const rounded = windows.filter(({ key, length }) => length * intervalMs !== Number.parseInt(key, 10) * MINUTE_MS)
  if (rounded.length === 0) return []
  const each = rounded.map(
    ({ key, length }) => `${key} stands for ${Number(((length * intervalMs) / MINUTE_MS).toFixed(2))}`,
  )
  return [`Windows are whole bars: ${each.join(', ')} minutes.`]
}

function refusedNotes({ refused }: ModelRun): string[] {
  const each = Object.entries(refused).map(([fault, count]) => `${count.toLocaleString('en-US')} ${fault}`)
  if (each.length === 0) return []
  return [
    `Bars that the estimate could not use (${each.join(', ')}): the map expects nothing of them, and the rivals are not spared them.`,
  ]
}

/** A test on days that chose the design and the starting weights is no clean test, and says so. Epoch ms, [from, to). */
export function seenDaysNotes(from: number, to: number): string[] {
  return from < PRIOR_FITTED_ON.to && to > PRIOR_FITTED_ON.from
    ? [
        'Design and starting weights were chosen on days of this test (Binance BTCUSDT, 16-20 March 2026): figures may flatter.',
      ]
    : []
}

function orderNotes(tested: number, trained: number, isTested: boolean): string[] {
  const notes: string[] = []
  if (isTested && tested === 0) notes.push('The test holds no forced orders: nothing can be scored against it.')
  if (tested > 0 && tested < FEW_ORDERS)
    notes.push(`The test rests on ${tested} bars with forced orders: figures of so few say little.`)
  if (trained === 0 && tested > 0)
    notes.push(
      'The training part holds no forced orders: the starting weights are tested as they are, and rivals cannot be fitted, so there is no skill over them.',
    )
  else if (tested > 0 && trained < FEW_ORDERS)
    notes.push(
      `Model and rivals begin with ${trained} bars with forced orders to learn from: figures of so few say little.`,
    )
  return notes
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
