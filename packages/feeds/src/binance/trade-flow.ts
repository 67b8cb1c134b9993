import type { Gap, Instrument, MarketEvent, Trade } from '@liqscope/market'
import { type Clock, sleep } from '../clock.ts'
import { FeedError } from '../feed.ts'
import { backfill, gap } from './backfill.ts'
import type { BinanceRest } from './rest.ts'

export interface TradeFlowOptions {
  readonly instrument: Instrument
  readonly rest: Pick<
    BinanceRest,
    'aggTradesFrom' | 'aggTradesSince' | 'klines' | 'openInterestHistory' | 'fundingHistory'
  >
  readonly clock: Clock
  /** Aborted when the instrument is no longer followed. */
  readonly signal: AbortSignal
  readonly emit: (event: MarketEvent) => void
  readonly onError: (error: FeedError) => void
  readonly onRepair: (repair: 'backfilling' | 'gap' | undefined) => void
}

const MINUTE_MS = 60_000
/** Missed trades up to this many are fetched one by one (1,000 cost 20 weight); beyond, whole minutes become bars. */
const TRADES_WORTH_FETCHING = 5_000
/** Trades held back while a hole is being filled; beyond, the oldest wait no longer and the hole becomes a Gap. */
const MAX_HELD = 100_000
/** A hole may still be filled by the old connection of a rotation, ms. */
const LATE_MS = 2_500
/** A lower id this much later in exchange time is a new count of the venue, not an old trade, ms. */
const NEW_COUNT_MS = 60_000
/** Filling takes at most this, ms: live trades wait for it. */
const FILL_MS = 60_000
/** How long `gap` stays on the channel after a hole that could not be filled, ms. */
const SHOW_GAP_MS = 300_000

interface Hole {
  /** Aggregate ids, inclusive. */
  readonly firstId: number
  readonly lastId: number
  /** Exchange times of the trades around it. */
  readonly after: number
  readonly before: number
}

/**
 * One instrument's trades, whole and in order. Aggregate ids count up by one, so a missed trade is seen at the next one:
 * later trades are held back, what is missing is fetched (trades, or bars for whole minutes of a long outage), and what
 * cannot be fetched is a Gap. A trade id is emitted once. Trades, bars and gaps never cover the same moment.
 */
export class TradeFlow {
  readonly #options: TradeFlowOptions
  #lastId: number | undefined
  #lastTime = 0
  #held: Trade[] | undefined
  #late = new Map<number, Trade>()
  #hole: Hole | undefined

  constructor(options: TradeFlowOptions) {
    this.#options = options
  }

  offer(trade: Trade): void {
    const id = Number(trade.tradeId)
    if (this.#held !== undefined) {
      this.#hold(id, trade, this.#held)
      return
    }
    if (this.#lastId === undefined || id === this.#lastId + 1) {
      this.#emit(id, trade)
      return
    }
    if (id <= this.#lastId) {
      if (trade.exchangeTime > this.#lastTime + NEW_COUNT_MS) this.#restart(id, trade)
      return
    }
    this.#hole = { firstId: this.#lastId + 1, lastId: id - 1, after: this.#lastTime, before: trade.exchangeTime }
    this.#held = [trade]
    this.#late.clear()
    this.#options.onRepair('backfilling')
    void sleep(this.#options.clock, LATE_MS, this.#options.signal).then(() => this.#repair())
  }

  #emit(id: number, trade: Trade): void {
    this.#lastId = id
    this.#lastTime = Math.max(this.#lastTime, trade.exchangeTime)
    this.#options.emit(trade)
  }

  /** The venue began to count anew (a simulated market restarted): what lies between is lost. */
  #restart(id: number, trade: Trade): void {
    this.#options.emit(this.#gap('trade', this.#lastTime + 1, trade.exchangeTime, 'the venue restarted its trade ids'))
    this.#emit(id, trade)
  }

  /** While a hole is open: the other connection of a rotation may still deliver what is in it. */
  #hold(id: number, trade: Trade, held: Trade[]): void {
    if (this.#hole !== undefined && id >= this.#hole.firstId && id <= this.#hole.lastId) this.#late.set(id, trade)
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
      emit(event)
    }
    this.#lastId = hole.lastId
    const held = this.#held ?? []
    this.#held = undefined
    this.#hole = undefined
    this.#late.clear()
    onRepair(whole ? undefined : 'gap')
    if (!whole) void sleep(clock, SHOW_GAP_MS, signal).then(() => onRepair(undefined))
    held.sort((a, b) => Number(a.tradeId) - Number(b.tradeId))
    for (const trade of held) this.offer(trade)
  }

  /** What stands for the hole, in time order. */
  async #fill(hole: Hole, signal: AbortSignal): Promise<readonly MarketEvent[]> {
    const count = hole.lastId - hole.firstId + 1
    if (this.#late.size === count) return [...this.#late.values()].sort(byId)
    const firstMinute = Math.ceil(hole.after / MINUTE_MS) * MINUTE_MS
    const lastMinute = Math.floor(hole.before / MINUTE_MS) * MINUTE_MS
    if (count <= TRADES_WORTH_FETCHING || lastMinute <= firstMinute)
      return this.#trades(hole.after, hole.before, () =>
        this.#fetch(hole, { fromId: hole.firstId }, hole.before + 1, signal),
      )
    const head = await this.#trades(hole.after, firstMinute, () =>
      this.#fetch(hole, { fromId: hole.firstId }, firstMinute, signal),
    )
    const bars = await this.#bars(firstMinute, lastMinute, hole.before, signal)
    const tail = await this.#trades(lastMinute, hole.before, () =>
      this.#fetch(hole, { since: lastMinute }, hole.before + 1, signal),
    )
    return [...head, ...bars, ...tail]
  }

  /** These trades, or a Gap in their place. */
  async #trades(from: number, to: number, fetch: () => Promise<readonly Trade[]>): Promise<readonly MarketEvent[]> {
    try {
      return await fetch()
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      return [this.#gap('trade', from, Math.max(to, from + 1), error.message)]
    }
  }

  async #bars(from: number, to: number, now: number, signal: AbortSignal): Promise<readonly MarketEvent[]> {
    const { instrument, rest } = this.#options
    const events: MarketEvent[] = []
    try {
      for await (const event of backfill(rest, instrument, from, to, now, signal))
        if (event.kind === 'bar' || (event.kind === 'gap' && event.channel === 'bar')) events.push(event)
      return events
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      return [this.#gap('trade', from, to, error.message)]
    }
  }

  /** The hole's trades before `until`, page by page. @throws {FeedError} when one is missing in the history too. */
  async #fetch(
    hole: Hole,
    start: { readonly fromId: number } | { readonly since: number },
    until: number,
    signal: AbortSignal,
  ): Promise<readonly Trade[]> {
    const { instrument, rest } = this.#options
    const found: Trade[] = []
    let nextId = 'fromId' in start ? start.fromId : undefined
    for (;;) {
      const page: readonly Trade[] =
        nextId === undefined && 'since' in start
          ? await rest.aggTradesSince(instrument, start.since, signal)
          : await rest.aggTradesFrom(instrument, nextId ?? hole.firstId, signal)
      for (const trade of page) {
        const id = Number(trade.tradeId)
        if (id > hole.lastId || trade.exchangeTime >= until) return found
        if (nextId !== undefined && id !== nextId) throw this.#missing(nextId)
        nextId = id + 1
        found.push(trade)
      }
      if (nextId !== undefined && nextId > hole.lastId) return found
      if (page.length === 0) throw this.#missing(nextId ?? hole.firstId)
    }
  }

  #missing(id: number): FeedError {
    const { instrument } = this.#options
    return new FeedError(instrument.venue, 'trade', `${instrument.symbol}: the venue's history lacks trade ${id}`)
  }

  #gap(channel: 'trade', from: number, to: number, reason: string): Gap {
    return { ...gap(channel, this.#options.instrument, from, to, reason), receivedTime: this.#options.clock.now() }
  }
}

function byId(a: Trade, b: Trade): number {
  return Number(a.tradeId) - Number(b.tradeId)
}
