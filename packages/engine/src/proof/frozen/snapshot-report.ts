import { blockBootstrap, type Figure } from '../bootstrap.ts'
import { poissonDeviance } from '../deviance.ts'
import { isCovered } from '../spread-fit.ts'
import { HORIZON_HOURS, type SideResult, type SnapshotResult, type SnapshotScore } from './snapshot-score.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Scored maps of a horizon, and sides of them that saw forced orders, before a figure means anything. */
const NEEDED_MAPS = 24
const NEEDED_SIDES = 12
/** Younger than this, blocks of the horizon's length are resampled instead of days. */
const FEWEST_DAYS = 5
/** No expectation counts as less than this part of the mean. */
const LEAST_PART = 1e-6

/**
 * Whether the map knows more than that price has not been there lately: `better` where the 95 % interval of skill over
 * freshness lies above 0, `notBetter` where skill is not above 0, `undecided` in between.
 */
export type Verdict = 'better' | 'notBetter' | 'undecided' | 'notEnoughYet'

export interface HorizonReport {
  readonly hours: number
  /** Maps held to what they said. */
  readonly scored: number
  /** Maps not scored, because bars or forced orders of the horizon were not received. */
  readonly unobserved: number
  /** Maps that are needed before there are figures: `scored` of them, `sides` with forced orders. */
  readonly needed: { readonly maps: number; readonly sides: number }
  /** Sides of scored maps with forced orders. */
  readonly sides: number
  readonly verdict: Verdict
  /** Undefined while there is not enough. */
  readonly figures: HorizonFigures | undefined
}

export interface HorizonFigures {
  readonly devianceExplained: Figure
  readonly rivalDevianceExplained: { readonly freshness: Figure; readonly freshnessLeg: Figure }
  readonly skillOver: { readonly freshness: Figure; readonly freshnessLeg: Figure }
  /** Expected over forced, where price went for the first time. */
  readonly massRatio: Figure
  readonly rivalMassRatio: { readonly freshness: Figure; readonly freshnessLeg: Figure }
  /** Part of the sides whose forced size lies within the 80 % band. */
  readonly bandCoverage: Figure
  /** USD over all scored maps. */
  readonly expected: number
  readonly forced: number
  /** Forced where price had been already: outside of what a frozen map speaks of. */
  readonly again: number
  /** Forced where the map expected nothing, USD. */
  readonly missed: number
  /** What the intervals were resampled from. */
  readonly resampled: string
}

interface ScoredSide extends SideResult {
  readonly time: number
  readonly spread: SnapshotResult['spread']
}

/** The figures of every horizon. Only maps frozen when the rivals had learned something count: all see the same. */
export function snapshotReport(score: SnapshotScore): HorizonReport[] {
  return HORIZON_HOURS.map((hours, h) => {
    const results = score.results[h]!.filter(({ long }) => long.freshness !== undefined)
    const sides = results.flatMap(({ time, spread, long, short }): ScoredSide[] => [
      { ...long, time, spread },
      { ...short, time, spread },
    ])
    const seen = sides.filter(({ forced }) => forced > 0).length
    const enough = results.length >= NEEDED_MAPS && seen >= NEEDED_SIDES
    const figures = enough ? figuresOf(sides, hours) : undefined
    return {
      hours,
      scored: results.length,
      unobserved: score.unobserved[h]!,
      needed: { maps: NEEDED_MAPS, sides: NEEDED_SIDES },
      sides: seen,
      verdict: verdictOf(figures),
      figures,
    }
  })
}

function verdictOf(figures: HorizonFigures | undefined): Verdict {
  const { value, low } = figures?.skillOver.freshness ?? { value: null, low: null }
  if (value === null) return 'notEnoughYet'
  if (value <= 0) return 'notBetter'
  return low !== null && low > 0 ? 'better' : 'undecided'
}

function figuresOf(sides: readonly ScoredSide[], hours: number): HorizonFigures {
  const total = (of: (side: ScoredSide) => number) => sides.reduce((sum, side) => sum + of(side), 0)
  const forced = total((side) => side.forced)
  const mean = forced / sides.length
  const first = sides[0]!.time
  // Maps whose horizons overlap share what came: blocks are no shorter than a horizon.
  const isYoung = sides.at(-1)!.time - first < FEWEST_DAYS * DAY_MS
  const length = isYoung ? hours * HOUR_MS : DAY_MS
  const figure = (
    parts: (side: ScoredSide) => readonly [number, number],
    ratio: (first: number, second: number) => number,
  ): Figure => {
    const blocks = new Map<number, Float64Array>()
    for (const side of sides) {
      const key = Math.floor((side.time - first) / length)
      const sums = blocks.get(key) ?? new Float64Array(2)
      const [a, b] = parts(side)
      sums[0] = sums[0]! + a
      sums[1] = sums[1]! + b
      blocks.set(key, sums)
    }
    return blockBootstrap([...blocks.values()], ([a = 0, b = 0]) => ratio(a, b))
  }
  const deviance = (expected: (side: ScoredSide) => number) => (side: ScoredSide) =>
    poissonDeviance(side.forced, Math.max(expected(side), LEAST_PART * mean))
  const map = deviance((side) => side.map)
  const freshness = deviance((side) => side.freshness ?? 0)
  const freshnessLeg = deviance((side) => side.freshnessLeg ?? 0)
  const constant = deviance(() => mean)
  const explained = (of: typeof map, over: typeof map) =>
    figure(
      (side) => [of(side), over(side)],
      (own, other) => 1 - own / other,
    )
  const mass = (of: (side: ScoredSide) => number) =>
    figure(
      (side) => [of(side), side.forced],
      (expected, seen) => expected / seen,
    )
  const least = sides.reduce((low, { forced: one }) => (one > 0 ? Math.min(low, one) : low), Number.POSITIVE_INFINITY)
  return {
    devianceExplained: explained(map, constant),
    rivalDevianceExplained: {
      freshness: explained(freshness, constant),
      freshnessLeg: explained(freshnessLeg, constant),
    },
    skillOver: { freshness: explained(map, freshness), freshnessLeg: explained(map, freshnessLeg) },
    massRatio: mass((side) => side.map),
    rivalMassRatio: {
      freshness: mass((side) => side.freshness ?? 0),
      freshnessLeg: mass((side) => side.freshnessLeg ?? 0),
    },
    bandCoverage: figure(
      (side) => [isWithin(side, least) ? 1 : 0, 1],
      (covered, all) => covered / all,
    ),
    expected: total((side) => side.map),
    forced,
    again: total((side) => side.again),
    missed: total((side) => (side.map > 0 ? 0 : side.forced)),
    resampled: length === DAY_MS ? 'days' : `blocks of ${hours} h: younger than ${FEWEST_DAYS} days`,
  }
}

/** A side that price did not go to expected nothing and is within its band if nothing came. */
function isWithin({ map, forced, spread }: ScoredSide, least: number): boolean {
  if (!(map > 0)) return forced === 0
  return isCovered({ from: 0, observed: forced, predicted: map }, { ...spread, least })
}
