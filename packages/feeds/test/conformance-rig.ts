import type { Instrument, MarketEvent } from '@liqscope/market'
import type { FeedError, VenueFeed } from '../src/feed.ts'
import { adapterOf, type Exchange, openFeed } from '../src/venues.ts'
import { isRecord } from '../src/wire-values.ts'
import { FakeClock, seeded, until } from './fake-clock.ts'
import { LoopbackVenue } from './loopback-venue.ts'

export const FIXTURES_AT = 1_790_000_000_000

/** An adapter's feed on an injected clock, connected to a scripted exchange on loopback. */
export class ConformanceRig {
  readonly clock: FakeClock
  readonly events: MarketEvent[] = []
  readonly errors: FeedError[] = []
  feed: VenueFeed
  /** Requests to subscribe that came. */
  asked = 0
  /** The exchange's answers to a request for these streams. */
  reply: (request: Record<string, unknown>, names: readonly string[]) => readonly unknown[]
  readonly #exchange: Exchange
  /** What each text that an adapter makes asks for. */
  readonly #names = new Map<string, readonly string[]>()
  readonly #restore: () => void

  private constructor(
    exchange: Exchange,
    readonly venue: LoopbackVenue,
    reply: (request: Record<string, unknown>) => readonly unknown[],
    start: number,
  ) {
    this.clock = new FakeClock(start)
    this.#exchange = exchange
    this.reply = reply
    const adapter = adapterOf(exchange)
    const { requests } = adapter
    Object.assign(adapter, {
      requests: (...asking: Parameters<typeof requests>) => {
        const made = requests(...asking)
        if (asking[0] === 'subscribe') for (const { text, names } of made) this.#names.set(text, names)
        return made
      },
    })
    this.#restore = () => Object.assign(adapter, { requests })
    venue.reply = (text) => {
      const names = this.#names.get(text)
      const request: unknown = names === undefined ? undefined : JSON.parse(text)
      if (names === undefined || !isRecord(request)) return []
      this.asked++
      return this.reply(request, names).map((answer) => JSON.stringify(answer))
    }
    this.feed = this.#open()
  }

  /** @param start of the clock: fixtures are of the seconds after `FIXTURES_AT` */
  static async open(
    exchange: Exchange,
    acknowledge: (request: Record<string, unknown>) => readonly unknown[],
    start = FIXTURES_AT,
  ): Promise<ConformanceRig> {
    return new ConformanceRig(exchange, await LoopbackVenue.open(), acknowledge, start)
  }

  /** A new feed, whose connections are replaced at this age, ms. */
  async reopen(rotateAfterMs: number): Promise<void> {
    await this.feed.close()
    this.feed = this.#open(rotateAfterMs)
  }

  async close(): Promise<void> {
    await this.feed.close()
    await this.venue.close()
    this.#restore()
  }

  /** Each channel: `BTCUSDT trade live`. */
  states(): string[] {
    return this.feed.statuses().map(({ channel, symbol, state }) => `${symbol} ${channel} ${state}`)
  }

  refusedCount(): number {
    return this.feed.refused().reduce((sum, { count }) => sum + count, 0)
  }

  async subscribed(instruments: readonly Instrument[]): Promise<void> {
    for (const instrument of instruments) this.feed.subscribe(instrument)
    await until(() => {
      this.clock.advance(50)
      const sporadic = this.feed.statuses().filter(({ channel }) => channel === 'liquidationOrder')
      return this.asked > 0 && sporadic.every(({ state }) => state === 'live')
    }, 'every stream is acknowledged')
  }

  /** Sends on every socket, and gives them time to deliver. */
  async send(texts: readonly string[]): Promise<void> {
    for (const text of texts) for (const socket of this.venue.sockets) socket.send(text)
    await new Promise((resolve) => setTimeout(resolve, 60))
  }

  #open(rotateAfterMs?: number): VenueFeed {
    const { addresses } = this.venue
    return openFeed(this.#exchange, {
      addresses: { ...addresses, inverseRestUrl: addresses.restUrl, inverseWsUrl: addresses.wsUrl },
      clock: this.clock,
      random: seeded(7),
      ...(rotateAfterMs === undefined ? {} : { rotateAfterMs }),
      listener: {
        onEvent: (event) => this.events.push(event),
        onError: (error) => this.errors.push(error),
        onStatus() {},
      },
    })
  }
}
