import type { Instrument, InstrumentId, KnownPositions, LiquidationOrder, Venue } from '@liqscope/market'
import type { Clock, TimerHandle } from '../../clock.ts'
import { type ChannelStatus, FeedError } from '../../feed.ts'
import type { Network } from '../../network.ts'
import type { Refusals } from '../../refusals.ts'
import { RestClient } from '../../rest/rest-client.ts'
import { WeightBudget } from '../../rest/weight-budget.ts'
import type { VenueAddresses } from '../../venue/adapter.ts'
import { countedRows } from '../../venue/reading.ts'
import { FillSocket } from './fill-socket.ts'
import { readAddress } from './frames.ts'
import { readPositions } from './positions.ts'
import { TrackedAccounts } from './tracked-accounts.ts'

/** A quarter of 1,200 weight a minute and address (checked 2026-11); the feed takes another quarter. */
const WEIGHT = { limit: 300, windowMs: 60_000 }
const STATE_WEIGHT = 2
/** A turn: 150 questions a minute use the whole weight, evenly. */
const TURN_MS = 400
/** Answers waited for at a time. */
const MAX_ASKING = 4
/** Half of the ten accounts whose fills one address may listen to. */
const MAX_WATCHED = 5
/** Who is watched is looked at this often, ms; one that is still among twice as many stays. */
const WATCH_MS = 30_000

export interface TruthOptions {
  readonly venue: Venue
  readonly addresses: VenueAddresses
  readonly clock: Clock
  readonly random: () => number
  readonly network: Network
  readonly refusals: Refusals
  /** Accounts named by a person; others are found by their trades. */
  readonly accounts: readonly string[]
  readonly onOrder: (order: LiquidationOrder) => void
  readonly onError: (error: FeedError) => void
}

/**
 * What Hyperliquid shows of real positions: accounts are found by their trades, asked for their positions within the
 * weight budget, and the few with the most at stake are listened to, because the fills of an account are the only place
 * where the venue says that it was liquidated. All of it is a part, never the whole.
 */
export class HyperliquidTruth {
  readonly #options: TruthOptions
  readonly #accounts = new TrackedAccounts()
  readonly #budget = new WeightBudget(WEIGHT.limit, WEIGHT.windowMs)
  readonly #client: RestClient
  readonly #listing = new Map<string, Instrument>()
  readonly #orders = new Map<InstrumentId, { messages: number; lastTime: number }>()
  readonly #aborted = new AbortController()
  readonly #timers = new Map<string, TimerHandle>()
  #socket: FillSocket | undefined
  #asking = 0
  /** Newest time that an account's answer named, epoch ms on the exchange's clock. */
  #newest: number | undefined

  /** @throws {FeedError} when an account is not an address */
  constructor(options: TruthOptions) {
    const { venue, addresses, clock, random, network } = options
    this.#options = options
    this.#client = new RestClient({
      venue,
      baseUrl: addresses.restUrl,
      clock,
      random,
      ask: network.ask,
      budget: this.#budget,
    })
    for (const account of options.accounts) {
      const address = readAddress(account)
      if (address === undefined)
        throw new FeedError(venue, 'accounts', `"${account}" is not an address: 0x and forty hexadecimal digits`)
      this.#accounts.pin(address)
    }
  }

  follow(instrument: Instrument): void {
    if (this.#aborted.signal.aborted) return
    this.#listing.set(instrument.symbol, instrument)
    this.#socket ??= this.#open()
    this.#socket.follow(instrument.symbol)
    this.#every('turn', TURN_MS, () => void this.#turn())
    this.#every('watch', WATCH_MS, () => this.#watch())
  }

  unfollow(id: InstrumentId): void {
    for (const [symbol, instrument] of this.#listing) {
      if (instrument.id !== id) continue
      this.#listing.delete(symbol)
      this.#socket?.unfollow(symbol)
    }
  }

  /** What is known now; undefined for an instrument that is not followed. */
  known(id: InstrumentId): KnownPositions | undefined {
    if (![...this.#listing.values()].some((instrument) => instrument.id === id)) return undefined
    const positions = this.#newest === undefined ? [] : this.#accounts.positionsOf(id, this.#newest)
    const at = positions.reduce<number | undefined>(
      (newest, { seenTime }) => Math.max(newest ?? seenTime, seenTime),
      undefined,
    )
    return { instrument: id, at, positions, accounts: this.#accounts.size }
  }

  /** Forced orders as a channel: they are those of the watched accounts alone. */
  statuses(): ChannelStatus[] {
    return [...this.#listing.values()].map(({ id, symbol }) => {
      const told = this.#orders.get(id)
      return {
        venue: this.#options.venue,
        channel: 'liquidationOrder',
        symbol,
        state: this.#socket?.isOpen ? 'live' : 'connecting',
        ...(told === undefined ? {} : { lastExchangeTime: told.lastTime }),
        messages: told?.messages ?? 0,
        errors: 0,
        sampled: true,
      }
    })
  }

  close(): void {
    this.#aborted.abort()
    for (const timer of this.#timers.values()) this.#options.clock.clearTimeout(timer)
    this.#socket?.close()
  }

  #open(): FillSocket {
    const { addresses, clock, random, network, refusals } = this.#options
    return new FillSocket({
      url: `${addresses.wsUrl}/ws`,
      clock,
      random,
      dial: network.dial,
      listing: this.#listing,
      onTrader: ({ address, notional }) => this.#accounts.seen(address, notional),
      onForced: (order, account) => this.#forced(order, account),
      onRefused: ({ channel, reason }, text) => refusals.add(channel, reason, text),
      onDown: (reason) => this.#error('fills', reason),
    })
  }

  #forced(order: LiquidationOrder, account: string): void {
    if (this.#aborted.signal.aborted) return
    const told = this.#orders.get(order.instrument)
    this.#orders.set(order.instrument, { messages: (told?.messages ?? 0) + 1, lastTime: order.exchangeTime })
    this.#accounts.changed(account)
    this.#options.onOrder(order)
  }

  async #turn(): Promise<void> {
    const { clock, refusals } = this.#options
    if (this.#asking >= MAX_ASKING || this.#listing.size === 0 || this.#budget.blockedUntil > clock.now()) return
    const user = this.#accounts.next(clock.now())
    if (user === undefined) return
    this.#asking++
    try {
      const body = await this.#client.post(
        '/info',
        { type: 'clearinghouseState', user },
        STATE_WEIGHT,
        this.#aborted.signal,
      )
      const reading = readPositions(body, user, this.#listing)
      const positions = countedRows('clearinghouseState', reading, refusals)
      this.#accounts.report(user, positions, clock.now())
      for (const { seenTime } of positions) this.#newest = Math.max(this.#newest ?? seenTime, seenTime)
      // The first ones are listened to at once; later, who is nearest is looked at now and then.
      if (positions.length > 0 && (this.#socket?.watched.length ?? 0) < MAX_WATCHED) this.#watch()
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      this.#accounts.failed(user, clock.now())
      if (!this.#aborted.signal.aborted) this.#options.onError(error)
    } finally {
      this.#asking--
    }
  }

  #watch(): void {
    const nearest = this.#accounts.nearest(2 * MAX_WATCHED)
    const kept = (this.#socket?.watched ?? []).filter((account) => nearest.includes(account))
    const fresh = nearest.filter((account) => !kept.includes(account))
    this.#socket?.watch([...kept, ...fresh].slice(0, MAX_WATCHED))
  }

  #every(name: string, ms: number, task: () => void): void {
    if (this.#timers.has(name)) return
    const run = () => {
      this.#timers.set(name, this.#options.clock.setTimeout(run, ms))
      task()
    }
    this.#timers.set(name, this.#options.clock.setTimeout(run, ms))
  }

  #error(channel: string, problem: string): void {
    if (!this.#aborted.signal.aborted) this.#options.onError(new FeedError(this.#options.venue, channel, problem))
  }
}
