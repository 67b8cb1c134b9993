import type { LiquidationMap } from '../../map/liquidation-map.ts'
import { FreshnessLearner, type SweptBar } from './freshness-learner.ts'
import { expectedOf, type FrozenMap, freezeMap, freshnessExpects } from './frozen-map.ts'

const HOUR_MS = 3_600_000
/** How long after it was frozen a map is held to what it said, hours. */
export const HORIZON_HOURS = [1, 4, 24] as const
const LONGEST_MS = 24 * HOUR_MS
/** A map is not scored over a horizon of which more than this part was not observed. */
const MOST_MISSING = 0.02
/** Results kept; older ones leave the figures. 90 days of hours. */
const MOST_RESULTS = 2_160

/** What was expected and seen of one side of a frozen map, USD. */
export interface SideResult {
  /** Expected of the bins that the mark swept for the first time since. */
  readonly map: number
  /** Undefined where the rival had learned nothing yet. */
  readonly freshness?: number
  readonly freshnessLeg?: number
  /** Forced in bars that went where the mark had not been since. */
  readonly forced: number
  /** Forced in the other bars: where price had been already, which no frozen map speaks of. */
  readonly again: number
}

/** A frozen map at the end of one horizon. */
export interface SnapshotResult {
  /** When it was frozen, epoch ms. */
  readonly time: number
  readonly spread: FrozenMap['spread']
  readonly long: SideResult
  readonly short: SideResult
}

interface Watched {
  readonly map: FrozenMap
  readonly sides: { readonly long: WatchedSide; readonly short: WatchedSide }
  /** Not observed since it was frozen, ms. */
  missing: number
  /** Horizons settled, of HORIZON_HOURS. */
  settled: number
}

interface WatchedSide {
  /** ln(price) as the side counts: how far the mark has been. */
  extreme: number
  map: number
  freshness: number
  freshnessLeg: number
  forced: number
  again: number
}

/**
 * Holds frozen maps to what they said: a fold over closed bars, pure. Each map is walked through the bars after it; what
 * it expected of the stretch that the mark swept for the first time is compared with what was forced meanwhile, 1, 4 and
 * 24 hours later. Nothing is rescaled and no map is left out, except where the bars or forced orders of its horizon were
 * not received: those are counted in `unobserved`.
 */
export class SnapshotScore {
  /** By horizon, oldest first. */
  readonly results: readonly SnapshotResult[][] = HORIZON_HOURS.map(() => [])
  /** Maps that were not scored at a horizon, because too much of it was not observed. */
  readonly unobserved: number[] = HORIZON_HOURS.map(() => 0)
  private watched: Watched[] = []
  private learner: FreshnessLearner | undefined
  private end = Number.NEGATIVE_INFINITY
  private frozenAt = Number.NEGATIVE_INFINITY
  private first: number | undefined
  private count = 0

  /** When the first map was frozen, epoch ms. */
  get since(): number | undefined {
    return this.first
  }

  /** Maps frozen so far. */
  get frozen(): number {
    return this.count
  }

  /** Maps whose last horizon has not ended. */
  get pending(): number {
    return this.watched.length
  }

  /** End of the newest bar, epoch ms. */
  get time(): number {
    return this.end
  }

  /** True when a full hour has ended since the last map was frozen. */
  get isDue(): boolean {
    return this.end % HOUR_MS === 0 && this.end > this.frozenAt
  }

  /** Takes a closed bar. One that does not come after the last changes nothing. @returns whether it was taken. */
  observe(bar: SweptBar): boolean {
    if (!isSound(bar) || bar.time < this.end) return false
    const hole = Number.isFinite(this.end) ? bar.time - this.end : 0
    const end = bar.time + bar.intervalMs
    this.learner ??= new FreshnessLearner(bar.intervalMs)
    this.learner.push(bar)
    this.end = end
    for (const one of this.watched) {
      one.missing += hole + (bar.forced === undefined ? bar.intervalMs : 0)
      this.walk(one, bar)
    }
    this.settle()
    return true
  }

  /** Says that within [from, to) something was not received that the bars do not show. */
  miss(from: number, to: number): void {
    for (const one of this.watched) one.missing += Math.max(0, to - Math.max(from, one.map.time))
  }

  /** Freezes the map of now. It may hold nothing that was received after the newest bar's end was. */
  freeze(map: LiquidationMap): FrozenMap {
    const frozen = freezeMap(map, this.end, this.learner?.freeze())
    this.watch(frozen)
    return frozen
  }

  /** Takes up a map that was frozen before, after the bars up to its time. */
  watch(map: FrozenMap): void {
    this.first ??= map.time
    this.frozenAt = map.time
    this.count++
    const position = Math.log(map.price)
    const side = (extreme: number): WatchedSide => ({
      extreme,
      map: 0,
      freshness: 0,
      freshnessLeg: 0,
      forced: 0,
      again: 0,
    })
    this.watched.push({ map, sides: { long: side(-position), short: side(position) }, missing: 0, settled: 0 })
  }

  private walk({ map, sides }: Watched, bar: SweptBar): void {
    for (const side of ['long', 'short'] as const) {
      const watched = sides[side]
      const reached = side === 'short' ? Math.log(bar.high) : -Math.log(bar.low)
      const forced = (bar.forced?.[side] ?? 0) * bar.close
      if (!(reached > watched.extreme)) {
        watched.again += forced
        continue
      }
      watched.map += expectedOf(map, side, watched.extreme, reached)
      if (map.rivals !== undefined) {
        const { freshness, freshnessLeg } = map.rivals
        watched.freshness += freshnessExpects(map, freshness, side, watched.extreme, reached)
        watched.freshnessLeg +=
          freshnessExpects(map, freshnessLeg, side, watched.extreme, reached) +
          freshnessLeg.at(-1)! * this.learner!.legOf(side) * bar.close
      }
      watched.forced += forced
      watched.extreme = reached
    }
  }

  private settle(): void {
    for (const one of this.watched)
      while (one.settled < HORIZON_HOURS.length) {
        const horizon = HORIZON_HOURS[one.settled]! * HOUR_MS
        if (this.end < one.map.time + horizon) break
        if (one.missing > MOST_MISSING * horizon) this.unobserved[one.settled]!++
        else {
          const results = this.results[one.settled]!
          results.push(resultOf(one))
          if (results.length > MOST_RESULTS) results.shift()
        }
        one.settled++
      }
    if (this.watched.length > 0 && this.end >= this.watched[0]!.map.time + LONGEST_MS)
      this.watched = this.watched.filter(({ settled }) => settled < HORIZON_HOURS.length)
  }
}

function resultOf({ map, sides }: Watched): SnapshotResult {
  const side = ({ freshness, freshnessLeg, map: expected, forced, again }: WatchedSide): SideResult => ({
    map: expected,
    ...(map.rivals === undefined ? {} : { freshness, freshnessLeg }),
    forced,
    again,
  })
  return { time: map.time, spread: map.spread, long: side(sides.long), short: side(sides.short) }
}

function isSound({ time, intervalMs, open, high, low, close, size, forced }: SweptBar): boolean {
  return (
    Number.isFinite(time) &&
    intervalMs > 0 &&
    low > 0 &&
    high >= low &&
    high < Number.POSITIVE_INFINITY &&
    open > 0 &&
    close > 0 &&
    size >= 0 &&
    size < Number.POSITIVE_INFINITY &&
    (forced === undefined || (isSize(forced.long) && isSize(forced.short)))
  )
}

function isSize(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY
}
