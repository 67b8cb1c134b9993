import type { Channel, Instrument, MarketEvent, MarkPrice, OpenInterest } from '@liqscope/market'
import type { Clock } from '../clock.ts'
import type { FeedError } from '../feed.ts'
import type { Stream, VenueAdapter, VenueRest } from './adapter.ts'
import { gap } from './backfill.ts'
import { BookKeeper } from './book-keeper.ts'
import type { ChannelTable } from './channel-table.ts'
import type { BookUpdate } from './message.ts'
import { TradeFlow } from './trade-flow.ts'

export interface LiveMarketOptions {
  readonly instrument: Instrument
  readonly adapter: VenueAdapter
  readonly rest: VenueRest
  readonly clock: Clock
  readonly table: ChannelTable
  readonly onEvent: (event: MarketEvent) => void
  readonly onError: (error: FeedError) => void
  /** Asks the venue to begin a stream anew. */
  readonly resubscribe: (stream: Stream) => void
}

/** Forced orders remembered to drop the copy that the second connection of a rotation delivers. */
const REMEMBERED_ORDERS = 64

/** Venues tell the forced orders of a second at its end, some stamped with its beginning: a loss may cost these too, ms. */
const FORCED_LATE_MS = 2_000

/**
 * One subscribed instrument between the wire and the listener: each event once, trades whole and in order, books in
 * sequence, and a Gap for what a lost connection or a broken book did not deliver. A Gap's ends are exchange times: `from` is the newest
 * event before the loss (of forced orders, which venues tell late, a little earlier), `to` the first one after.
 */
export class LiveMarket {
  readonly instrument: Instrument
  readonly streams: readonly Stream[]
  /** When its silent streams were last asked for again, epoch ms. */
  resubscribedAt = 0
  readonly #options: LiveMarketOptions
  readonly #stopped = new AbortController()
  readonly #flow: TradeFlow
  readonly #books: BookKeeper
  readonly #recentOrders = new Set<string>()
  readonly #acknowledged = new Set<string>()
  readonly #missing = new Map<Channel, { readonly from: number; readonly reason: string; delivering: boolean }>()
  #lastMarkTime = 0
  #lastBookTime = 0
  #lastMarkPrice: number | undefined
  #lastFundingTime = 0
  #lastOpenInterestTime = 0
  #newest = 0

  constructor(options: LiveMarketOptions) {
    const { instrument, adapter, rest, clock, table, onError, resubscribe } = options
    this.#options = options
    this.instrument = instrument
    this.streams = adapter.streamsOf(instrument)
    const shared = { instrument, rest, clock, signal: this.signal, onError }
    const emit = (event: MarketEvent) => this.#emit(event)
    this.#books = new BookKeeper({
      ...shared,
      ...(rest.depth === undefined ? {} : { fetch: async (signal) => rest.depth?.(instrument, signal) }),
      askAgain: () => {
        for (const stream of this.streams) if (stream.channels.includes('orderBook')) resubscribe(stream)
      },
      onBreak: (since) => {
        const from = Math.max(since, this.#lastBookTime) // what was published stands
        if (!this.#missing.has('orderBook'))
          this.#missing.set('orderBook', { from, reason: 'the order book was not whole', delivering: true })
      },
      emit: (book) => {
        this.#newest = Math.max(this.#newest, book.exchangeTime)
        this.#lastBookTime = Math.max(this.#lastBookTime, book.exchangeTime)
        table.heard(book, instrument.symbol)
        this.#closeGaps(book)
        this.#emit(book)
      },
    })
    this.#flow = new TradeFlow({
      ...shared,
      history: adapter.history,
      tradeIds: adapter.tradeIds,
      emit,
      onRepair: (repair) => table.repairing('trade', instrument.symbol, repair, clock.now()),
    })
  }

  /** Aborted by `stop()`. */
  get signal(): AbortSignal {
    return this.#stopped.signal
  }

  /** The newest exchange time of its streams, epoch ms; 0 before the first event. */
  get newest(): number {
    return this.#newest
  }

  /** An event of a stream; a repetition is dropped. */
  receive(event: MarketEvent): void {
    if (this.#isRepeated(event)) return
    this.#newest = Math.max(this.#newest, event.exchangeTime)
    this.#options.table.heard(event, this.instrument.symbol)
    this.#closeGaps(event)
    if (event.kind === 'trade') this.#flow.offer(event)
    else this.#emit(event)
  }

  book(update: BookUpdate, epoch: number): void {
    this.#books.update(update, epoch)
  }

  /** The newest, quote per base; undefined before the first. */
  get markPrice(): number | undefined {
    return this.#lastMarkPrice
  }

  /** A mark price by request: it says nothing about whether the stream lives. */
  receivePolled(event: MarkPrice | OpenInterest): void {
    // An open interest that did not change since the last request still says that the venue answers.
    if (event.kind === 'markPrice' && this.#isRepeated(event)) return
    if (event.kind === 'openInterest') this.#options.table.heard(event, this.instrument.symbol)
    this.#emit(event)
  }

  /** The stream's connection is gone. */
  lost(stream: Stream): void {
    if (stream.channels.includes('orderBook')) this.#books.reset()
    if (stream.channels.includes('trade')) this.#flow.lost()
    if (!this.#acknowledged.has(stream.name) || this.#newest === 0) return
    // The flow finds what is missing of the trades.
    for (const channel of stream.channels) {
      if (channel === 'trade') continue
      const from = this.#newest - (channel === 'liquidationOrder' ? FORCED_LATE_MS : 0)
      const known = this.#missing.get(channel) ?? { from, reason: 'the connection was lost' }
      this.#missing.set(channel, { ...known, delivering: false })
    }
  }

  /** From here on the stream delivers again. */
  acknowledged(stream: Stream): void {
    this.#acknowledged.add(stream.name)
    for (const channel of stream.channels) {
      const missing = this.#missing.get(channel)
      if (missing !== undefined) missing.delivering = true
    }
  }

  stop(): void {
    this.#stopped.abort()
    this.#books.stop()
  }

  #emit(event: MarketEvent): void {
    if (this.signal.aborted) return
    this.#options.onEvent(event)
  }

  /**
   * The first live event after a loss tells on the exchange's clock when delivery went on; a book's own is its first
   * book. A trade that was fetched afterwards tells nothing.
   */
  #closeGaps(event: MarketEvent): void {
    for (const [channel, { from, reason, delivering }] of this.#missing) {
      if (!delivering || event.exchangeTime <= from || (channel === 'orderBook') !== (event.kind === 'orderBook'))
        continue
      this.#missing.delete(channel)
      this.#options.onEvent({
        ...gap(channel, this.instrument, from, event.exchangeTime, reason),
        receivedTime: event.receivedTime,
      })
    }
  }

  /** Two connections deliver during a rotation. Trades are told apart by their ids, in the flow. */
  #isRepeated(event: MarketEvent): boolean {
    switch (event.kind) {
      case 'markPrice':
        if (event.exchangeTime <= this.#lastMarkTime) return true
        this.#lastMarkTime = event.exchangeTime
        this.#lastMarkPrice = event.price
        return false
      case 'funding':
        if (event.exchangeTime <= this.#lastFundingTime) return true
        this.#lastFundingTime = event.exchangeTime
        return false
      case 'liquidationOrder': {
        const key = `${event.exchangeTime} ${event.positionSide} ${event.price} ${event.size}`
        if (this.#recentOrders.has(key)) return true
        this.#recentOrders.add(key)
        for (const oldest of this.#recentOrders)
          if (this.#recentOrders.size > REMEMBERED_ORDERS) this.#recentOrders.delete(oldest)
        return false
      }
      case 'openInterest':
        if (event.exchangeTime <= this.#lastOpenInterestTime) return true
        this.#lastOpenInterestTime = event.exchangeTime
        return false
      case 'trade':
      case 'bar':
      case 'orderBook':
      case 'gap':
      case 'marginTable':
        return false
    }
  }
}
