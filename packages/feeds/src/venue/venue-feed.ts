import { type Instrument, type InstrumentId, instrumentId, type MarketEvent, type Venue } from '@liqscope/market'
import { type Clock, systemClock, type TimerHandle } from '../clock.ts'
import { FeedError, type FeedListener, type VenueFeed } from '../feed.ts'
import { type Network, systemNetwork } from '../network.ts'
import { Refusals } from '../refusals.ts'
import type { Bans } from '../rest/bans.ts'
import { RestClient } from '../rest/rest-client.ts'
import { WeightBudget } from '../rest/weight-budget.ts'
import type { VenueAdapter, VenueAddresses, VenueRest } from './adapter.ts'
import { type BackfillSource, backfill } from './backfill.ts'
import { ChannelTable } from './channel-table.ts'
import { LiveMarket } from './live-market.ts'
import { MarginTables } from './margin-tables.ts'
import type { RefusedPart } from './message.ts'
import { SkewWatch } from './skew.ts'
import { StreamPool, type StreamUse } from './stream-pool.ts'

/** Where and how to connect. Everything has a default except the listener. */
export interface FeedOptions {
  /** Another address that speaks the venue's protocol: the simulated market on loopback, a proxy. */
  readonly addresses?: VenueAddresses
  /** The label of every instrument and event, where it is not the adapter's own: `sim` for the simulated market. */
  readonly venue?: Venue
  readonly clock?: Clock
  /** Jitter, in [0, 1). */
  readonly random?: () => number
  /** Default: the network. */
  readonly network?: Network
  /** Age at which a connection is replaced by a fresh one, ms. Default: the venue's, an hour before it cuts. */
  readonly rotateAfterMs?: number
  /** Accounts to look at from the start, where the venue shows its accounts' positions (Hyperliquid addresses). */
  readonly accounts?: readonly string[]
  /** What venues said about silence in earlier runs. */
  readonly bans?: Bans
  readonly listener: FeedListener
}

/** Listings, delistings and renames are looked for this often, ms. */
const RELOAD_MS = 600_000
/** Silence is looked for this often, ms. */
const SWEEP_MS = 1_000
/** A silent stream is asked for again at most this often, ms. */
const RESUBSCRIBE_MS = 60_000

/** The life of one venue's feed, the same for all: what is particular is in the adapter. */
export class AdaptedFeed implements VenueFeed {
  readonly venue: Venue
  readonly #adapter: VenueAdapter
  readonly #listener: FeedListener
  readonly #clock: Clock
  readonly #rest: VenueRest
  readonly #budgets: WeightBudget[] = []
  readonly #margins: MarginTables
  readonly #pool: StreamPool
  readonly #table: ChannelTable
  readonly #refusals: Refusals
  readonly #skew = new SkewWatch()
  /** By the venue's symbol, and the same by id. */
  readonly #markets = new Map<string, LiveMarket>()
  readonly #marketsById = new Map<InstrumentId, LiveMarket>()
  readonly #listing = new Map<string, Instrument>()
  readonly #timers = new Map<string, TimerHandle>()
  readonly #aborted = new AbortController()
  #instruments: Promise<readonly Instrument[]> | undefined
  #nextPolled = 0
  readonly #polling = new Set<LiveMarket>()

  constructor(adapter: VenueAdapter, options: FeedOptions & { readonly venue: Venue }) {
    const { venue, addresses = adapter.addresses, clock = systemClock, random = Math.random } = options
    const { rotateAfterMs = adapter.sockets.rotateAfterMs, network = systemNetwork } = options
    this.venue = venue
    this.#adapter = adapter
    this.#listener = options.listener
    this.#clock = clock
    this.#refusals = new Refusals(venue)
    this.#table = new ChannelTable(venue, adapter.nature, (status) => this.#listener.onStatus(status))
    this.#rest = adapter.openRest({
      venue,
      addresses,
      clock,
      refusals: this.#refusals,
      client: (baseUrl, { limit, windowMs }) => {
        const budget = new WeightBudget(limit, windowMs)
        this.#budgets.push(budget)
        const { bans } = options
        const headers = adapter.headers ?? {}
        return new RestClient({
          venue,
          baseUrl,
          clock,
          random,
          ask: network.ask,
          budget,
          headers,
          ...(bans === undefined ? {} : { bans }),
        })
      },
    })
    this.#margins = new MarginTables({
      rest: this.#rest,
      clock,
      onTable: (table) => this.#listener.onEvent(table),
      onError: (error) => this.#report(error),
    })
    this.#pool = new StreamPool({
      adapter,
      rules: { ...adapter.sockets, rotateAfterMs },
      urlOf: (route) => adapter.routeUrl(addresses, route),
      clock,
      random,
      dial: network.dial,
      listing: this.#listing,
      events: {
        onEvents: ({ events, refused = [] }, text) => {
          for (const event of events) this.#received(event)
          for (const part of refused) this.#refusedPart(part, text)
        },
        onBook: ({ update }, epoch) => this.#markets.get(update.symbol)?.book(update, epoch),
        onRefusedPart: (part, text) => this.#refusedPart(part, text),
        onNotice: (text) => this.#error('notice', text),
        onUnreadable: (problem) => this.#refusedPart({ kind: 'bad', channel: 'frame', reason: problem }, ''),
        onConnected: (use) =>
          this.#each(use, (symbol) => this.#table.connected(use.stream.channels, symbol, clock.now())),
        onAcknowledged: (use) =>
          this.#each(use, (symbol, market) => {
            this.#table.acknowledged(use.stream.channels, symbol, clock.now())
            market.acknowledged(use.stream)
          }),
        onRefused: (use, problem) => this.#refusedStream(use, problem),
        onDown: (uses, reason) => this.#down(uses, reason),
      },
    })
  }

  instruments(): Promise<readonly Instrument[]> {
    this.#every('reload', RELOAD_MS, () => void this.#reload())
    this.#instruments ??= this.#rest.instruments(this.#aborted.signal).catch((error: unknown) => {
      this.#instruments = undefined
      throw error
    })
    return this.#instruments
  }

  subscribe(instrument: Instrument): void {
    const { symbol } = instrument
    if (this.#markets.has(symbol) || this.#aborted.signal.aborted) return
    const market = new LiveMarket({
      instrument,
      adapter: this.#adapter,
      rest: this.#rest,
      clock: this.#clock,
      table: this.#table,
      onEvent: (event) => this.#listener.onEvent(event),
      onError: (error) => this.#listener.onError(error),
      resubscribe: (stream) => this.#pool.resubscribe(stream.name),
    })
    this.#markets.set(symbol, market)
    this.#marketsById.set(instrument.id, market)
    this.#listing.set(symbol, instrument)
    for (const stream of market.streams) {
      for (const channel of stream.channels) this.#table.add(channel, symbol)
      this.#pool.add(stream, symbol)
    }
    if (this.#isPolled(market)) {
      this.#table.add('openInterest', symbol)
      this.#table.connected(['openInterest'], symbol, this.#clock.now())
      this.#table.acknowledged(['openInterest'], symbol, this.#clock.now())
    }
    this.#every('sweep', SWEEP_MS, () => this.#sweep())
    this.#every('reload', RELOAD_MS, () => void this.#reload())
    this.#pollSoon(0)
    void this.#prime(market)
  }

  unsubscribe(id: InstrumentId): void {
    for (const [symbol, market] of this.#markets) {
      if (instrumentId(this.venue, symbol) !== id) continue
      market.stop()
      for (const { name } of market.streams) this.#pool.remove(name, symbol)
      this.#markets.delete(symbol)
      this.#marketsById.delete(id)
      this.#listing.delete(symbol)
      this.#table.remove(symbol)
    }
  }

  backfill(instrument: Instrument, from: number, to: number, signal?: AbortSignal) {
    // A simulated market may run ahead of our clock.
    const now = Math.max(this.#clock.now(), this.#markets.get(instrument.symbol)?.newest ?? 0)
    const source: BackfillSource = { rest: this.#rest, rules: this.#adapter.history }
    return backfill(source, instrument, from, to, now, this.#orClosed(signal))
  }

  async *trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal) {
    if (this.#rest.trades === undefined)
      throw new FeedError(this.venue, 'trade', `${instrument.symbol}: the venue has no history of trades`)
    yield* this.#rest.trades(instrument, from, to, this.#orClosed(signal))
  }

  async openInterestNotional(instrument: Instrument) {
    return this.#rest.openInterestNotional?.(instrument, this.#aborted.signal)
  }

  statuses() {
    return this.#table.statuses()
  }

  refused() {
    return this.#refusals.list()
  }

  async close(): Promise<void> {
    this.#aborted.abort()
    for (const timer of this.#timers.values()) this.#clock.clearTimeout(timer)
    for (const market of this.#markets.values()) market.stop()
    this.#pool.close()
  }

  #orClosed(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#aborted.signal : AbortSignal.any([signal, this.#aborted.signal])
  }

  #each({ symbols }: StreamUse, tell: (symbol: string, market: LiveMarket) => void): void {
    for (const symbol of symbols) {
      const market = this.#markets.get(symbol)
      if (market !== undefined) tell(symbol, market)
    }
  }

  #received(event: MarketEvent): void {
    this.#marketsById.get(event.instrument)?.receive(event)
  }

  #refusedPart({ kind, channel, symbol, reason }: RefusedPart, text: string): void {
    this.#refusals.add(channel, reason, text)
    if (kind === 'unused') return
    if (symbol !== undefined)
      for (const ours of this.#adapter.channelsOf[channel] ?? []) this.#table.failed(ours, symbol)
    this.#listener.onError(new FeedError(this.venue, channel, reason, { text }))
  }

  #refusedStream(use: StreamUse, problem: string): void {
    const { name, channels } = use.stream
    const reason = `the venue refused the stream: ${problem}`
    this.#refusals.add(name, reason, '')
    this.#each(use, (symbol) => this.#table.refused(channels, symbol, problem, this.#clock.now()))
    this.#error(name, reason)
  }

  #down(uses: readonly StreamUse[], reason: string): void {
    this.#error('connection', reason)
    for (const use of uses)
      this.#each(use, (symbol, market) => {
        this.#table.disconnected(use.stream.channels, symbol, this.#clock.now())
        market.lost(use.stream)
      })
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const { channel, symbol } of this.#table.sweep(now)) this.#error(channel, `${symbol}: acknowledged but silent`)
    const statuses = this.#table.statuses()
    const apart = this.#skew.look(statuses)
    if (apart !== undefined) this.#error('clock', apart)
    for (const { channel, symbol, state } of statuses) {
      const market = this.#markets.get(symbol)
      if (state !== 'stale' || market === undefined || now - market.resubscribedAt < RESUBSCRIBE_MS) continue
      market.resubscribedAt = now
      for (const stream of market.streams) if (stream.channels.includes(channel)) this.#pool.resubscribe(stream.name)
    }
  }

  async #reload(): Promise<void> {
    try {
      const instruments = await this.#rest.instruments(this.#aborted.signal)
      this.#instruments = Promise.resolve(instruments)
      const trading = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
      for (const symbol of this.#markets.keys()) {
        const instrument = trading.get(symbol)
        if (instrument === undefined) this.#error('instruments', `${symbol} no longer trades`)
        else this.#listing.set(symbol, instrument)
      }
      await this.#margins.refresh(this.#markets.values())
    } catch (error) {
      this.#report(error)
    }
  }

  /** A mark price at once: the stream's first may be seconds away. Then the table that its positions are held to. */
  async #prime(market: LiveMarket): Promise<void> {
    try {
      const event = await this.#rest.markPrice?.(market.instrument, market.signal)
      if (event !== undefined) market.receivePolled(event)
    } catch (error) {
      if (!market.signal.aborted) this.#report(error)
    }
    await this.#margins.refresh([market])
  }

  #isPolled({ streams }: LiveMarket): boolean {
    return this.#rest.openInterest !== undefined && !streams.some(({ channels }) => channels.includes('openInterest'))
  }

  /** One symbol a turn, so that requests are spread evenly. */
  async #poll(): Promise<void> {
    const markets = [...this.#markets.values()].filter((market) => this.#isPolled(market))
    const market = markets[this.#nextPolled++ % Math.max(1, markets.length)]
    // During a ban, or while the last request is still out, another one would only add an error.
    const now = this.#clock.now()
    const isBanned = this.#budgets.every(({ blockedUntil }) => blockedUntil > now)
    if (market === undefined || isBanned || this.#polling.has(market)) return
    this.#polling.add(market)
    try {
      const event = await this.#rest.openInterest?.(market.instrument, market.markPrice, market.signal)
      if (event !== undefined && !market.signal.aborted) market.receivePolled(event)
    } catch (error) {
      if (market.signal.aborted) return
      this.#table.failed('openInterest', market.instrument.symbol)
      this.#report(error)
    } finally {
      this.#polling.delete(market)
    }
  }

  #pollSoon(ms: number): void {
    const rules = this.#adapter.history.openInterestPoll
    if (rules === undefined || this.#timers.has('poll')) return
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete('poll')
      if (this.#markets.size === 0) return
      this.#pollSoon(Math.max(rules.everyMs / this.#markets.size, 60_000 / rules.perMinute))
      void this.#poll()
    }, ms)
    this.#timers.set('poll', timer)
  }

  #every(name: string, ms: number, task: () => void): void {
    if (this.#timers.has(name)) return
    const run = () => {
      this.#timers.set(name, this.#clock.setTimeout(run, ms))
      task()
    }
    this.#timers.set(name, this.#clock.setTimeout(run, ms))
  }

  #error(channel: string, problem: string): void {
    if (!this.#aborted.signal.aborted) this.#listener.onError(new FeedError(this.venue, channel, problem))
  }

  #report(error: unknown): void {
    if (this.#aborted.signal.aborted) return
    if (!(error instanceof FeedError)) throw error
    this.#listener.onError(error)
  }
}
