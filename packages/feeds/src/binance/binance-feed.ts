import { type Channel, type Instrument, type InstrumentId, instrumentId } from '@liqscope/market'
import { type ChannelNature, ChannelTable } from '../channel-table.ts'
import { type Clock, systemClock, type TimerHandle } from '../clock.ts'
import { FeedError, type FeedListener, type VenueFeed } from '../feed.ts'
import { Refusals } from '../refusals.ts'
import { backfill } from './backfill.ts'
import { LiveMarket } from './live-market.ts'
import type { BinanceMessage } from './parse.ts'
import { BinanceRest } from './rest.ts'
import { StreamPool } from './stream-pool.ts'
import { ROTATE_AFTER_MS, type Stream } from './subscribe.ts'
import { tradeHistory } from './trade-history.ts'

/** Where and how to connect. Everything has a default except the listener. */
export interface BinanceFeedOptions {
  /** `sim`: the simulated market, which speaks the same protocol at other addresses. */
  readonly venue?: 'binance' | 'sim'
  readonly restUrl?: string
  readonly wsUrl?: string
  readonly clock?: Clock
  /** Jitter, in [0, 1). */
  readonly random?: () => number
  /** Age at which a connection is replaced by a fresh one, ms. Default: 23 h, an hour before Binance cuts it. */
  readonly rotateAfterMs?: number
  readonly listener: FeedListener
}

const REST_URL = 'https://fapi.binance.com'
const WS_URL = 'wss://fstream.binance.com'
/** The forced-order stream is at most one per symbol and second. */
const NATURE: ChannelNature = {
  trade: { pace: 'busy', sampled: false },
  markPrice: { pace: 'continuous', sampled: false },
  funding: { pace: 'continuous', sampled: false },
  orderBook: { pace: 'continuous', sampled: false },
  openInterest: { pace: 'continuous', sampled: false },
  liquidationOrder: { pace: 'sporadic', sampled: true },
}
/** Open interest is asked for this often, ms; Binance renews it about every 3 s. */
const OPEN_INTEREST_MS = 10_000
/** At most this many open-interest requests a minute: half of the weight budget. */
const OPEN_INTEREST_PER_MINUTE = 600
/** Listings, delistings and renames are looked for this often, ms. */
const RELOAD_MS = 600_000
/** Silence is looked for this often, ms. */
const SWEEP_MS = 1_000
/** A silent stream is asked for again at most this often, ms. */
const RESUBSCRIBE_MS = 60_000

/** Binance USD-M, live and history. `venue: 'sim'` is the same protocol elsewhere. */
export function openBinanceFeed(options: BinanceFeedOptions): VenueFeed {
  return new BinanceFeed(options)
}

class BinanceFeed implements VenueFeed {
  readonly venue: 'binance' | 'sim'
  readonly #listener: FeedListener
  readonly #clock: Clock
  readonly #rest: BinanceRest
  readonly #pool: StreamPool
  readonly #table: ChannelTable
  readonly #refusals: Refusals
  readonly #markets = new Map<string, LiveMarket>()
  readonly #listing = new Map<string, Instrument>()
  readonly #timers = new Map<string, TimerHandle>()
  readonly #aborted = new AbortController()
  #instruments: Promise<readonly Instrument[]> | undefined
  #nextPolled = 0
  readonly #polling = new Set<LiveMarket>()

  constructor(options: BinanceFeedOptions) {
    const { venue = 'binance', restUrl = REST_URL, wsUrl = WS_URL, clock = systemClock, random = Math.random } = options
    const { rotateAfterMs = ROTATE_AFTER_MS } = options
    this.venue = venue
    this.#listener = options.listener
    this.#clock = clock
    this.#refusals = new Refusals(venue)
    this.#table = new ChannelTable(venue, NATURE, (status) => this.#listener.onStatus(status))
    this.#rest = new BinanceRest({ venue, restUrl, clock, random, refusals: this.#refusals })
    this.#pool = new StreamPool({
      wsUrl,
      clock,
      random,
      rotateAfterMs,
      listing: this.#listing,
      events: {
        onMessage: (message, text) => this.#message(message, text),
        onUnreadable: (problem) => this.#bad('frame', problem, ''),
        onConnected: ({ channels, symbol }) => this.#table.connected(channels, symbol, clock.now()),
        onAcknowledged: (stream) => {
          this.#table.acknowledged(stream.channels, stream.symbol, clock.now())
          this.#markets.get(stream.symbol)?.acknowledged(stream)
        },
        onRefused: (stream, problem) => this.#error(stream.name, `the venue refused the stream: ${problem}`),
        onDown: (streams, reason) => this.#down(streams, reason),
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
      rest: this.#rest,
      clock: this.#clock,
      table: this.#table,
      onEvent: (event) => this.#listener.onEvent(event),
      onError: (error) => this.#listener.onError(error),
    })
    this.#markets.set(symbol, market)
    this.#listing.set(symbol, instrument)
    for (const stream of market.streams) {
      for (const channel of stream.channels) this.#table.add(channel, symbol)
      this.#pool.add(stream)
    }
    this.#table.add('openInterest', symbol)
    this.#table.connected(['openInterest'], symbol, this.#clock.now())
    this.#table.acknowledged(['openInterest'], symbol, this.#clock.now())
    this.#every('sweep', SWEEP_MS, () => this.#sweep())
    this.#every('reload', RELOAD_MS, () => void this.#reload())
    this.#pollSoon(0)
    void this.#prime(market)
  }

  unsubscribe(id: InstrumentId): void {
    for (const [symbol, market] of this.#markets) {
      if (instrumentId(this.venue, symbol) !== id) continue
      market.stop()
      for (const { name } of market.streams) this.#pool.remove(name)
      this.#markets.delete(symbol)
      this.#listing.delete(symbol)
      this.#table.remove(symbol)
    }
  }

  backfill(instrument: Instrument, from: number, to: number, signal?: AbortSignal) {
    // A simulated market may run ahead of our clock.
    const now = Math.max(this.#clock.now(), this.#markets.get(instrument.symbol)?.newest ?? 0)
    return backfill(this.#rest, instrument, from, to, now, this.#orClosed(signal))
  }

  trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal) {
    return tradeHistory(this.#rest, instrument, from, to, this.#orClosed(signal))
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

  #message(message: BinanceMessage, text: string): void {
    switch (message.kind) {
      case 'events':
        for (const event of message.events) this.#markets.get(message.symbol)?.receive(event)
        return
      case 'depth':
        this.#markets.get(message.update.symbol)?.depth(message.update)
        return
      case 'bad':
        this.#bad(message.channel, message.reason, text, message.symbol)
        return
      case 'unused':
        this.#refusals.add(message.channel, message.reason, text)
        return
      case 'reply':
        return
    }
  }

  #down(streams: readonly Stream[], reason: string): void {
    this.#error('connection', reason)
    for (const stream of streams) {
      this.#table.disconnected(stream.channels, stream.symbol, this.#clock.now())
      this.#markets.get(stream.symbol)?.lost(stream)
    }
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const { channel, symbol } of this.#table.sweep(now)) this.#error(channel, `${symbol}: acknowledged but silent`)
    for (const { channel, symbol, state } of this.#table.statuses()) {
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
    } catch (error) {
      this.#report(error)
    }
  }

  /** A mark price at once: the stream's first may be seconds away. */
  async #prime(market: LiveMarket): Promise<void> {
    try {
      const event = await this.#rest.markPrice(market.instrument, market.signal)
      if (event !== undefined) market.receivePolled(event)
    } catch (error) {
      if (!market.signal.aborted) this.#report(error)
    }
  }

  /** One symbol a turn, so that requests are spread evenly. */
  async #poll(): Promise<void> {
    const markets = [...this.#markets.values()]
    const market = markets[this.#nextPolled++ % Math.max(1, markets.length)]
    // During a ban, or while the last request is still out, another one would only add an error.
    if (market === undefined || this.#rest.blockedUntil > this.#clock.now() || this.#polling.has(market)) return
    this.#polling.add(market)
    try {
      const event = await this.#rest.openInterest(market.instrument, market.signal)
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
    if (this.#timers.has('poll')) return
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete('poll')
      if (this.#markets.size === 0) return
      this.#pollSoon(Math.max(OPEN_INTEREST_MS / this.#markets.size, 60_000 / OPEN_INTEREST_PER_MINUTE))
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

  #bad(channel: string, reason: string, text: string, symbol?: string): void {
    this.#refusals.add(channel, reason, text)
    if (symbol !== undefined) for (const kind of CHANNELS_OF[channel] ?? []) this.#table.failed(kind, symbol)
    this.#listener.onError(new FeedError(this.venue, channel, reason, { text }))
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

/** Which of our channels a bad message of the venue's belongs to. */
const CHANNELS_OF: Readonly<Record<string, readonly Channel[]>> = {
  aggTrade: ['trade'],
  markPriceUpdate: ['markPrice', 'funding'],
  forceOrder: ['liquidationOrder'],
  depthUpdate: ['orderBook'],
}
