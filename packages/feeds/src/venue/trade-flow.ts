import { type Instrument, type MarketEvent, type Trade, tradeIdsOf } from '@liqscope/market'
import { type Clock, sleep } from '../clock.ts'
import { FeedError } from '../feed.ts'
import type { HistoryRules, VenueAdapter, VenueRest } from './adapter.ts'
import { gap } from './backfill.ts'
import { fillHole, receivedNow, type TradeHole } from './trade-hole.ts'

export interface TradeFlowOptions {
  readonly instrument: Instrument
  readonly rest: Pick<VenueRest, 'trades' | 'bars'>
  readonly history: HistoryRules
  readonly tradeIds: VenueAdapter['tradeIds']
  readonly clock: Clock
  /** Aborted when the instrument is no longer followed. */
  readonly signal: AbortSignal
  readonly emit: (event: MarketEvent) => void
  readonly onError: (error: FeedError) => void
  readonly onRepair: (repair: 'backfilling' | 'gap' | undefined) => void
}

/** Trades held back while a hole is being filled; beyond, the oldest wait no longer and the hole becomes a Gap. */
const MAX_HELD = 100_000
/** A hole may still be filled by the old connection of a rotation, and a venue's history lags its stream, ms. */
const LATE_MS = 2_500
/** A lower id this much later in exchange time is a new count of the venue, not an old trade, ms. */
const NEW_COUNT_MS = 60_000
/** Filling takes at most this, ms: live trades wait for it. */
const FILL_MS = 60_000
/** How long `gap` stays on the channel after a hole that could not be filled, ms. */
const SHOW_GAP_MS = 300_000
/** Ids that do not count are remembered for this long at least, ms: both connections of a rotation deliver. */
const REMEMBER_MS = 30_000

/**
 * One instrument's trades, whole and in order. Where ids count up by one, a missed trade is seen at the next one; else a
 * hole is what lies around a lost connection. Later trades are held back, what is missing is fetched (trades, or bars
 * for whole minutes of a long outage), and what cannot be fetched is a Gap. A trade id is emitted once. Trades, bars and
 * gaps never cover the same moment.
 */
export class TradeFlow {
  readonly #options: TradeFlowOptions
  /** The newest emitted id where ids count; else undefined for ever. */
  #lastId: number | undefined
  #lastTime = 0
  /** A connection was lost since the last trade, where only that tells of missing ones. */
  #interrupted = false
  #held: Trade[] | undefined
  #late = new Map<number, Trade>()
  #hole: TradeHole | undefined
  readonly #recent = new RecentIds()
  /** Held trades before which a connection was lost again. */
  readonly #nextHoles = new Set<Trade>()

  constructor(options: TradeFlowOptions) {
    this.#options = options
  }

  offer(trade: Trade): void {
    if (this.#options.tradeIds === 'consecutive') this.#offerCounted(Number(trade.tradeId), trade)
    else this.#offerUnique(trade)
  }

  /** The connection is gone: where ids do not count, trades may be missing before the next one. */
  lost(): void {
    if (this.#lastTime > 0) this.#interrupted = true
  }

  #offerUnique(trade: Trade): void {
    if (this.#recent.has(trade.tradeId)) return
    if (this.#held !== undefined) {
      this.#recent.add(trade)
      if (this.#held.length >= MAX_HELD) return
      if (this.#interrupted) this.#nextHoles.add(trade)
      this.#interrupted = false
      this.#held.push(trade)
      return
    }
    this.#recent.add(trade)
    if (!this.#interrupted) {
      this.#emit(trade)
      return
    }
    this.#interrupted = false
    this.#open(this.#holeBefore(trade), [trade])
  }

  #holeBefore({ exchangeTime }: Trade): TradeHole {
    const after = this.#lastTime
    return { after, before: Math.max(exchangeTime, after), isKnown: (id) => this.#recent.has(id) }
  }

  #offerCounted(id: number, trade: Trade): void {
    if (this.#held !== undefined) {
      this.#hold(id, trade, this.#held)
      return
    }
    if (this.#lastId === undefined || id === this.#lastId + 1) {
      this.#lastId = id
      this.#emit(trade)
      return
    }
    if (id <= this.#lastId) {
      if (trade.exchangeTime > this.#lastTime + NEW_COUNT_MS) this.#restart(id, trade)
      return
    }
    const ids = { first: this.#lastId + 1, last: id - 1 }
    this.#open({ after: this.#lastTime, before: trade.exchangeTime, ids, isKnown: () => false }, [trade])
  }

  #open(hole: TradeHole, held: Trade[]): void {
    const { clock, signal, onRepair } = this.#options
    this.#hole = hole
    this.#held = held
    this.#late.clear()
    onRepair('backfilling')
    void sleep(clock, LATE_MS, signal).then(() => this.#repair())
  }

  #emit(trade: Trade): void {
    this.#lastTime = Math.max(this.#lastTime, trade.exchangeTime)
    this.#options.emit(trade)
  }

  /** The venue began to count anew (a simulated market restarted): what lies between is lost. */
  #restart(id: number, trade: Trade): void {
    const { instrument, clock, emit } = this.#options
    const lost = gap('trade', instrument, this.#lastTime + 1, trade.exchangeTime, 'the venue restarted its trade ids')
    emit(receivedNow(lost, clock.now()))
    this.#lastId = id
    this.#emit(trade)
  }

  /** While a hole is open: the other connection of a rotation may still deliver what is in it. */
  #hold(id: number, trade: Trade, held: Trade[]): void {
    const ids = this.#hole?.ids
    if (ids !== undefined && id >= ids.first && id <= ids.last) this.#late.set(id, trade)
    else if (held.length < MAX_HELD) held.push(trade)
  }

  async #repair(): Promise<void> {
    const { instrument, emit, onError, onRepair, clock, signal } = this.#options
    const hole = this.#hole
    if (hole === undefined || signal.aborted) return
    const tooLong = new AbortController()
    const timer = clock.setTimeout(() => tooLong.abort(), FILL_MS)
    const events = await this.#fill(hole, AbortSignal.any([signal, tooLong.signal]))
    clock.clearTimeout(timer)
    let whole = true
    for (const event of events) {
      if (signal.aborted) return
      if (event.kind === 'gap') {
        whole = false
        onError(
          new FeedError(
            instrument.venue,
            'trade',
            `${instrument.symbol}: missed and not in the history: ${event.reason}`,
          ),
        )
      }
      emit(receivedNow(event, clock.now()))
    }
    const held = this.#held ?? []
    this.#held = undefined
    this.#hole = undefined
    this.#late.clear()
    onRepair(whole ? undefined : 'gap')
    if (!whole) void sleep(clock, SHOW_GAP_MS, signal).then(() => onRepair(undefined))
    if (hole.ids === undefined) {
      this.#release(held)
      return
    }
    this.#lastId = hole.ids.last
    held.sort(byId)
    for (const trade of held) this.offer(trade)
  }

  /** Held trades whose ids do not count; from one that came after another loss on, they wait for that hole too. */
  #release(held: readonly Trade[]): void {
    for (const [index, trade] of held.entries()) {
      if (this.#nextHoles.delete(trade)) {
        this.#open(this.#holeBefore(trade), held.slice(index))
        return
      }
      this.#emit(trade)
    }
  }

  async #fill(hole: TradeHole, signal: AbortSignal): Promise<readonly MarketEvent[]> {
    const { ids } = hole
    if (ids !== undefined && this.#late.size === ids.last - ids.first + 1) return [...this.#late.values()].sort(byId)
    return fillHole(this.#options, hole, signal)
  }
}

/** Ids of the last half to whole minute, in two generations: bounded by the venue's own pace. */
class RecentIds {
  #young = new Set<string>()
  #old = new Set<string>()
  #since = 0

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }

  add(trade: Trade): void {
    const { tradeId, matches, exchangeTime } = trade
    if (exchangeTime - this.#since >= REMEMBER_MS) {
      this.#old = this.#young
      this.#young = new Set()
      this.#since = exchangeTime
    }
    if (matches === undefined) this.#young.add(tradeId)
    else for (const id of tradeIdsOf(trade)) this.#young.add(id)
  }
}

function byId(a: Trade, b: Trade): number {
  return Number(a.tradeId) - Number(b.tradeId)
}
