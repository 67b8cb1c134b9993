import type { Figure } from './bootstrap.ts'
import { coveredWindows } from './coverage.ts'
import { deviancesOf, type Prediction, type SideWindow, windowsOf } from './deviance.ts'
import type { ScoreRun, ScoreWindow } from './score-run.ts'

const DAY_MS = 86_400_000
const GROUPS = 10
/** A day is a crash day from this range on, high over low, or when it is among the widest twentieth of the file's days. */
const CRASH_RANGE = 0.08
const WIDEST_PART = 0.05
/** Of fewer days nothing is the widest twentieth. */
const FEWEST_DAYS = 20
/** Parts of all windows that a ranking is asked for the forced size in. */
const TOP_PARTS = [0.01, 0.05, 0.1, 0.25]

/** A tenth of the windows, by what was expected of them. Sizes in base units. */
export interface ReliabilityGroup {
  readonly windows: number
  /** Mean expected size of a window. */
  readonly expected: number
  /** Mean observed size of a window. */
  readonly observed: Figure
  /** Part of the windows within the 80 % band. */
  readonly covered: Figure
}

/** How one part of a test fared. */
export interface PartFigures {
  readonly devianceExplained: Figure
  readonly skillOverFreshness: Figure
  readonly skillOverFreshnessLeg: Figure
  readonly massRatio: Figure
  readonly bandCoverage: Figure
}

export interface DayFigures {
  /** Epoch ms, 00:00 UTC. */
  readonly day: number
  /** High over low, less one. */
  readonly range: number
  readonly isCrash: boolean
  /** Base units. */
  readonly observed: number
  readonly expected: number
  /** 1 - deviance / deviance of freshness on this day; null where it means nothing. */
  readonly skill: number | null
  readonly skillOverLeg: number | null
}

/** Share of the forced size in the windows that a ranking puts first. */
export interface GainsRow {
  /** Part of all windows. */
  readonly part: number
  readonly map: number | null
  readonly freshness: number | null
  readonly range: number | null
  /** Of a ranking by what came. */
  readonly best: number | null
}

/** What a report shows beyond the score's table, for windows of one length. */
export interface WindowDetails {
  readonly window: string
  readonly reliability: readonly ReliabilityGroup[]
  readonly sides: { readonly long: PartFigures; readonly short: PartFigures }
  readonly crash: {
    readonly days: number
    readonly otherDays: number
    readonly only: PartFigures | undefined
    readonly without: PartFigures | undefined
  }
  readonly days: readonly DayFigures[]
  readonly gains: readonly GainsRow[]
}

export interface ScoreDetails {
  /** Range from which a day counts as a crash day in this file, high over low, less one. */
  readonly crashRange: number
  readonly windows: readonly WindowDetails[]
}

/** One window under the map, its rivals and the band. */
interface Row extends SideWindow {
  readonly model: number
  readonly freshness: number | undefined
  readonly freshnessLeg: number | undefined
  readonly covered: boolean | undefined
  readonly day: number
}

/** The parts of a run's test: tenths, sides, days, crash days. Windows that touch two days count to the first. */
export function scoreDetails(run: ScoreRun): ScoreDetails {
  const ranges = dailyRanges(run)
  const crashRange = crashRangeOf([...ranges.values()])
  const windows = run.tested > 0 ? run.windows.map((window) => detailsOf(run, window, ranges, crashRange)) : []
  return { crashRange, windows }
}

function detailsOf(
  run: ScoreRun,
  { key, length }: ScoreWindow,
  ranges: ReadonlyMap<number, number>,
  crashRange: number,
): WindowDetails {
  const rows = rowsOf(run, length)
  const isCrash = (day: number) => (ranges.get(day) ?? 0) >= crashRange
  const crash = rows.filter(({ day }) => isCrash(day))
  const others = rows.filter(({ day }) => !isCrash(day))
  const daysIn = (some: readonly Row[]) => new Set(some.map(({ day }) => day)).size
  return {
    window: key,
    reliability: tenths(run, rows),
    sides: {
      long: partOf(
        run,
        rows.filter(({ side }) => side === 'long'),
      ),
      short: partOf(
        run,
        rows.filter(({ side }) => side === 'short'),
      ),
    },
    crash: {
      days: daysIn(crash),
      otherDays: daysIn(others),
      only: crash.length > 0 ? partOf(run, crash) : undefined,
      without: crash.length > 0 && others.length > 0 ? partOf(run, others) : undefined,
    },
    days: daysOf(rows, ranges, isCrash),
    gains: gainsOf(run, rows, length),
  }
}

function rowsOf(run: ScoreRun, length: number): Row[] {
  const { scored, split, model, rivals, online } = run
  const { bars, observed } = scored
  const windows = windowsOf(observed, model.predicted, split, length)
  const deviances = deviancesOf(windows)
  const rivalOf = (rival: Prediction | undefined) =>
    rival && deviancesOf(windowsOf(observed, rival, split, length)).model
  const freshness = rivalOf(rivals.freshness)
  const freshnessLeg = rivalOf(rivals.freshnessLeg)
  const covered = new Map(
    coveredWindows(scored, model.predicted, { split, length, online }).map((one) => [
      `${one.side} ${one.from}`,
      one.isCovered,
    ]),
  )
  return windows.map(
    (window, i): Row => ({
      ...window,
      model: deviances.model[i]!,
      freshness: freshness?.[i],
      freshnessLeg: freshnessLeg?.[i],
      covered: covered.get(`${window.side} ${window.from}`),
      day: dayOf(bars[window.from]!.exchangeTime),
    }),
  )
}

function tenths({ blocks }: ScoreRun, rows: readonly Row[]): ReliabilityGroup[] {
  const sorted = rows.toSorted((a, b) => a.predicted - b.predicted)
  return Array.from({ length: GROUPS }, (_, g) =>
    sorted.slice(Math.round((g * sorted.length) / GROUPS), Math.round(((g + 1) * sorted.length) / GROUPS)),
  )
    .filter((group) => group.length > 0)
    .map((group) => ({
      windows: group.length,
      expected: group.reduce((sum, { predicted }) => sum + predicted, 0) / group.length,
      observed: blocks.figure(group, ({ observed }) => [observed, 1], ratio),
      covered: blocks.figure(
        group.filter(({ covered }) => covered !== undefined),
        ({ covered }) => [covered ? 1 : 0, 1],
        ratio,
      ),
    }))
}

function partOf({ blocks }: ScoreRun, rows: readonly Row[]): PartFigures {
  const skill = (of: (row: Row) => number | undefined) =>
    blocks.figure(
      rows.filter((row) => of(row) !== undefined),
      (row) => [row.model, of(row) ?? 0],
      (own, other) => 1 - own / other,
    )
  // The part's own mean, not the whole test's: what is explained within it.
  const own = deviancesOf(rows).constant
  return {
    devianceExplained: blocks.figure(
      rows,
      ({ model }, i) => [model, own[i]!],
      (model, constant) => 1 - model / constant,
    ),
    skillOverFreshness: skill(({ freshness }) => freshness),
    skillOverFreshnessLeg: skill(({ freshnessLeg }) => freshnessLeg),
    massRatio: blocks.figure(rows, ({ predicted, observed }) => [predicted, observed], ratio),
    bandCoverage: blocks.figure(
      rows.filter(({ covered }) => covered !== undefined),
      ({ covered }) => [covered ? 1 : 0, 1],
      ratio,
    ),
  }
}

function daysOf(
  rows: readonly Row[],
  ranges: ReadonlyMap<number, number>,
  isCrash: (day: number) => boolean,
): DayFigures[] {
  const days = new Map<number, Row[]>()
  for (const row of rows) {
    const some = days.get(row.day)
    if (some) some.push(row)
    else days.set(row.day, [row])
  }
  return [...days]
    .toSorted(([a], [b]) => a - b)
    .map(([day, some]) => {
      const sum = (of: (row: Row) => number) => some.reduce((total, row) => total + of(row), 0)
      const skill = (of: (row: Row) => number | undefined) => {
        const against = sum((row) => of(row) ?? Number.NaN)
        return against > 0 ? 1 - sum(({ model }) => model) / against : null
      }
      return {
        day,
        range: ranges.get(day) ?? 0,
        isCrash: isCrash(day),
        observed: sum(({ observed }) => observed),
        expected: sum(({ predicted }) => predicted),
        skill: skill(({ freshness }) => freshness),
        skillOverLeg: skill(({ freshnessLeg }) => freshnessLeg),
      }
    })
}

function gainsOf({ scored, split, rivals }: ScoreRun, rows: readonly Row[], length: number): GainsRow[] {
  const total = rows.reduce((sum, { observed }) => sum + observed, 0)
  const ranked = (prediction: Prediction | undefined) => {
    if (prediction === undefined || !(total > 0)) return undefined
    const windows = windowsOf(scored.observed, prediction, split, length)
    return windows.toSorted((a, b) => b.predicted - a.predicted).map(({ observed }) => observed)
  }
  const map = rows.toSorted((a, b) => b.predicted - a.predicted).map(({ observed }) => observed)
  const freshness = ranked(rivals.freshness)
  const range = ranked(rivals.range)
  const best = map.toSorted((a, b) => b - a)
  const share = (sizes: readonly number[] | undefined, part: number) =>
    sizes === undefined || !(total > 0)
      ? null
      : sizes.slice(0, Math.max(1, Math.round(part * sizes.length))).reduce((sum, size) => sum + size, 0) / total
  return TOP_PARTS.map((part) => ({
    part,
    map: share(map, part),
    freshness: share(freshness, part),
    range: share(range, part),
    best: share(best, part),
  }))
}

/** High over low, less one, of each UTC day of the file. */
function dailyRanges({ scored }: ScoreRun): Map<number, number> {
  const days = new Map<number, { high: number; low: number }>()
  for (const { exchangeTime, high, low } of scored.bars) {
    const day = dayOf(exchangeTime)
    const known = days.get(day)
    days.set(day, { high: Math.max(known?.high ?? high, high), low: Math.min(known?.low ?? low, low) })
  }
  return new Map([...days].map(([day, { high, low }]) => [day, high / low - 1]))
}

function crashRangeOf(ranges: readonly number[]): number {
  if (ranges.length < FEWEST_DAYS) return CRASH_RANGE
  const sorted = ranges.toSorted((a, b) => b - a)
  return Math.min(CRASH_RANGE, sorted[Math.max(0, Math.ceil(WIDEST_PART * sorted.length) - 1)]!)
}

function ratio(first: number, second: number): number {
  return first / second
}

/** 00:00 UTC of the day that holds a time, epoch ms. */
function dayOf(time: number): number {
  return Math.floor(time / DAY_MS) * DAY_MS
}
