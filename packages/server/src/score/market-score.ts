import {
  type FrozenMap,
  type LiquidationMap,
  PublishedSide,
  SnapshotScore,
  type SweptBar,
  seenDaysNotes,
  snapshotReport,
} from '@liqscope/engine'
import type { Bar, Gap } from '@liqscope/market'
import type { MarketSkill, ScoreJson } from '@liqscope/protocol'
import { ForcedMemory } from './forced-memory.ts'
import { HashChain } from './hash-chain.ts'
import type { ScoreJournal } from './journal.ts'

const DAY_MS = 86_400_000
/** A map frozen later than this after its hour would know what came meanwhile. */
const LATEST_FREEZE_MS = 120_000
/** Of a file, maps are frozen within its last days only: each costs two milliseconds. */
const REPLAY_DAYS = 30
const HASHES_SHOWN = 48

/** What a closed bar swept, and what stood then. */
export interface ClosedBar {
  readonly bar: Bar
  /** The range of the price that triggers liquidations. */
  readonly swept: { readonly high: number; readonly low: number; readonly close: number }
  /** Base units, standing for open interest. */
  readonly size: number
  readonly map: () => LiquidationMap | undefined
}

export interface MarketScoreOptions {
  readonly market: string
  readonly simulated: boolean
  /** Absent: nothing is stored. */
  readonly journal?: ScoreJournal
  /** What was wrong with what had been stored. */
  readonly notes?: readonly string[]
  /** Wall clock of a live market. A file has none: there, `historyEnd` says where it ends, epoch ms. */
  readonly now?: () => number
  readonly historyEnd?: number
}

/** One market's running score: freezes a map every hour, hashes it, and holds it to what it said. */
export class MarketScore {
  readonly score = new SnapshotScore()
  private memory: ForcedMemory | undefined = new ForcedMemory()
  private readonly hashes: { time: number; hash: string }[] = []
  private readonly chain = new HashChain()
  private readonly sides = { long: new PublishedSide(), short: new PublishedSide() }
  private hasSeenOrders = false
  private cached:
    | { readonly time: number; readonly frozen: number; readonly horizons: ScoreJson['horizons'] }
    | undefined

  constructor(private readonly options: MarketScoreOptions) {}

  /** Takes up what was stored. */
  restore(record: { bar: SweptBar } | { from: number; to: number } | { map: FrozenMap; hash: string }): void {
    if ('bar' in record) {
      this.score.observe(record.bar)
      this.memory?.add(record.bar)
    } else if ('map' in record) {
      this.score.watch(record.map)
      this.show(record.map.time, record.hash)
    } else {
      this.score.miss(record.from, record.to)
      this.memory?.miss(record.from, record.to)
    }
  }

  /** What had been stored of forced orders, for the history that is folded again. Handed over once. */
  takeMemory(): ForcedMemory | undefined {
    const { memory } = this
    this.memory = undefined
    return memory
  }

  /** A bar of before the score began, or that came too late for it: price went there, what was forced is not known. */
  past(bar: SweptBar): void {
    if (this.score.observe(bar)) this.options.journal?.append({ kind: 'bar', bar })
  }

  closed({ bar, swept, size, map }: ClosedBar): void {
    const { journal } = this.options
    const { exchangeTime: time, intervalMs, open, longLiquidated, shortLiquidated } = bar
    if (longLiquidated !== undefined || shortLiquidated !== undefined) this.hasSeenOrders = true
    const long = this.sides.long.read(longLiquidated)
    const short = this.sides.short.read(shortLiquidated)
    // Before its first forced order a running feed says nothing because nothing was forced; a file may not know.
    const silent = this.options.now !== undefined && !this.hasSeenOrders ? { long: 0, short: 0 } : undefined
    const forced = long !== undefined && short !== undefined ? { long, short } : silent
    const observed: SweptBar = {
      time,
      intervalMs,
      open,
      high: swept.high,
      low: swept.low,
      close: swept.close,
      size,
      ...(forced && { forced }),
    }
    if (!this.score.observe(observed)) return
    journal?.append({ kind: 'bar', bar: observed })
    if (!this.score.isDue || !this.mayFreeze()) return
    const current = map()
    if (current === undefined) return
    const frozen = this.score.freeze(current)
    this.show(frozen.time, journal?.append({ kind: 'map', map: frozen }) ?? this.chain.add(JSON.stringify(frozen)))
  }

  missed({ channel, from, to }: Gap): void {
    if (channel === 'openInterest' || channel === 'funding' || channel === 'orderBook' || channel === 'bar') return
    this.score.miss(from, to)
    this.options.journal?.append({ kind: 'gap', from, to })
  }

  json(): ScoreJson {
    const { market, simulated, journal, now, notes = [] } = this.options
    const { score } = this
    const failure = journal?.failure
    return {
      market,
      simulated,
      basis: now === undefined ? 'replay' : 'live',
      since: score.since ?? null,
      frozen: score.frozen,
      pending: score.pending,
      horizons: this.horizons(),
      skill: this.skill(),
      snapshots: this.hashes.slice(-HASHES_SHOWN).reverse(),
      stored: journal !== undefined && failure === undefined,
      notes: [
        ...notes,
        ...(score.since === undefined ? [] : seenDaysNotes(score.since, score.time)),
        ...(failure === undefined ? [] : [`Nothing is stored any more: ${failure}.`]),
      ],
      members: [],
    }
  }

  /** What the map says of itself: skill over freshness an hour ahead. */
  skill(): MarketSkill {
    const [hour, ...others] = this.horizons()
    const { value, low, high } = hour!.figures?.skillOver.freshness ?? { value: null, low: null, high: null }
    return {
      verdict: hour!.verdict,
      hours: hour!.hours,
      value,
      low,
      high,
      scored: hour!.scored,
      needed: hour!.needed.maps,
      further: others.map(({ hours, verdict }) => ({ hours, verdict })),
    }
  }

  private horizons(): ScoreJson['horizons'] {
    const { time, frozen } = this.score
    if (this.cached?.time !== time || this.cached.frozen !== frozen)
      this.cached = {
        time,
        frozen,
        horizons: snapshotReport(this.score).map(({ figures, ...horizon }) => ({
          ...horizon,
          figures: figures ?? null,
        })),
      }
    return this.cached.horizons
  }

  private mayFreeze(): boolean {
    const { now, historyEnd } = this.options
    const { time } = this.score
    if (now !== undefined) return now() - time < LATEST_FREEZE_MS
    return historyEnd === undefined || time >= historyEnd - REPLAY_DAYS * DAY_MS
  }

  private show(time: number, hash: string): void {
    this.hashes.push({ time, hash })
    if (this.hashes.length > 2 * HASHES_SHOWN) this.hashes.splice(0, HASHES_SHOWN)
  }
}
