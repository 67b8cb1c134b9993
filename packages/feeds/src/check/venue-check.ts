import type { Channel, Instrument, MarketEvent } from '@liqscope/market'
import { type Clock, sleep, systemClock } from '../clock.ts'
import { type ChannelStatus, FeedError, type VenueFeed } from '../feed.ts'
import type { FeedOptions } from '../venue/venue-feed.ts'
import { adapterOf, type Exchange, openFeed } from '../venues.ts'

export interface VenueCheckOptions extends Pick<FeedOptions, 'addresses' | 'venue' | 'bans' | 'network'> {
  readonly exchange: Exchange
  /** Which of the instruments listed are looked at. */
  readonly choose: (listed: readonly Instrument[]) => readonly Instrument[]
  readonly clock?: Clock
  /** How long a channel is waited for, ms. */
  readonly withinMs?: number
  /** How long is listened at least, ms: rates need it. */
  readonly listenMs?: number
}

/**
 * `ok`: it spoke. `quiet`: nothing came where nothing is due (forced orders), and what comes over the same connection
 * proves that it lives. `silent`: nothing came where something is due, or nothing proves that it lives.
 */
export type ChannelVerdict = 'ok' | 'quiet' | 'silent'

export interface ChannelCheck {
  readonly symbol: string
  readonly channel: Channel
  readonly verdict: ChannelVerdict
  /** From the subscription to the first datum, ms. */
  readonly firstAfterMs: number | undefined
  readonly messages: number
  readonly perSecond: number
  /** Our clock minus the exchange's, network included, ms. */
  readonly skewMs: number | undefined
  readonly sampled: boolean
}

/** Open interest in the quote currency: ours is size x mark, theirs is what the venue prints. */
export interface OpenInterestCheck {
  readonly symbol: string
  readonly ours: number
  readonly theirs: number
  /** Ours over theirs, minus 1. */
  readonly difference: number
  /** How old theirs was, ms: a venue that stamps each five minutes may differ by what happened since. */
  readonly ageMs: number
  readonly agrees: boolean
}

export interface VenueCheck {
  readonly exchange: Exchange
  /** It listed its instruments. */
  readonly reached: boolean
  /** Why nothing could be looked at. */
  readonly problem: string | undefined
  readonly listedAfterMs: number | undefined
  readonly channels: readonly ChannelCheck[]
  readonly openInterest: readonly OpenInterestCheck[]
  /** The last errors of the feed, newest last; each once. */
  readonly errors: readonly string[]
}

/** Time for the list of instruments, and for one answer about open interest, ms. */
const ANSWER_MS = 15_000
const WITHIN_MS = 30_000
const LISTEN_MS = 10_000
const LOOK_MS = 50
const MAX_ERRORS = 5
/** Open interest agrees within this part; a figure older than a minute, within what a few minutes may change. */
const SAME = 0.005
const SAME_LATER = 0.02
const FRESH_MS = 60_000

/** Connects to one venue and looks at each channel. Never rejects; takes at most two answers and `withinMs`. */
export async function checkVenue(options: VenueCheckOptions): Promise<VenueCheck> {
  const { exchange, choose, clock = systemClock, withinMs = WITHIN_MS, listenMs = LISTEN_MS, ...rest } = options
  const heard = new Heard()
  const feed = openFeed(exchange, {
    ...rest,
    clock,
    listener: {
      onEvent: (event) => heard.event(event),
      onError: (error) => heard.error(error),
      onStatus() {},
    },
  })
  const unreached = (problem: string): VenueCheck => ({
    exchange,
    reached: false,
    problem,
    listedAfterMs: undefined,
    channels: [],
    openInterest: [],
    errors: heard.errors,
  })
  try {
    const started = clock.now()
    const listed = await inTime(feed.instruments(), clock, ANSWER_MS)
    if (typeof listed === 'string') return unreached(listed)
    const listedAfterMs = clock.now() - started
    const instruments = choose(listed)
    if (instruments.length === 0)
      return { ...unreached('it lists none of these symbols'), reached: true, listedAfterMs }
    for (const instrument of instruments) feed.subscribe(instrument)
    const channels = await listened(exchange, feed, instruments, clock, withinMs, listenMs)
    const openInterest = await Promise.all(instruments.map((one) => compared(feed, one, heard, clock)))
    return {
      exchange,
      reached: true,
      problem: undefined,
      listedAfterMs,
      channels,
      openInterest: openInterest.filter((one) => one !== undefined),
      errors: heard.errors,
    }
  } finally {
    await feed.close()
  }
}

/** Waits until everything that is due has spoken and rates can be told, or the time is over. */
async function listened(
  exchange: Exchange,
  feed: VenueFeed,
  instruments: readonly Instrument[],
  clock: Clock,
  withinMs: number,
  listenMs: number,
): Promise<ChannelCheck[]> {
  const started = clock.now()
  const first = new Map<string, number>()
  const { nature } = adapterOf(exchange)
  // Hyperliquid's forced orders are no channel of its streams: they come with the fills of a few accounts.
  const isDue = ({ channel }: ChannelStatus) => (nature[channel]?.pace ?? 'sporadic') !== 'sporadic'
  for (;;) {
    const statuses = feed.statuses()
    const elapsed = clock.now() - started
    for (const status of statuses) {
      const key = keyOf(status)
      if (status.messages > 0 && !first.has(key)) first.set(key, (status.lastReceivedTime ?? clock.now()) - started)
    }
    const isWhole = statuses.length > 0 && statuses.every((status) => !isDue(status) || first.has(keyOf(status)))
    if (elapsed >= withinMs || (isWhole && elapsed >= listenMs)) {
      const lives = livingRoutes(exchange, instruments, statuses)
      return statuses.map((status) => {
        const { channel, symbol, messages, skewMs, sampled, state } = status
        const isProven = state === 'live' && lives(status)
        return {
          symbol,
          channel,
          verdict: messages > 0 ? 'ok' : !isDue(status) && isProven ? 'quiet' : 'silent',
          firstAfterMs: first.get(keyOf(status)),
          messages,
          perSecond: (messages * 1_000) / elapsed,
          skewMs,
          sampled,
        }
      })
    }
    await sleep(clock, LOOK_MS)
  }
}

/** True where another channel of the same connection delivers: a venue that splits its routes can be half dead. */
function livingRoutes(exchange: Exchange, instruments: readonly Instrument[], statuses: readonly ChannelStatus[]) {
  const adapter = adapterOf(exchange)
  const routeOf = ({ symbol, channel }: Pick<ChannelStatus, 'symbol' | 'channel'>) => {
    const instrument = instruments.find((one) => one.symbol === symbol)
    const streams = instrument === undefined ? [] : adapter.streamsOf(instrument)
    // What no stream carries comes by a connection of its own (Hyperliquid's fills), or by request.
    return streams.find(({ channels }) => channels.includes(channel))?.route
  }
  const living = new Set(statuses.filter(({ messages }) => messages > 0).flatMap((status) => routeOf(status) ?? []))
  return (status: ChannelStatus): boolean => {
    const route = routeOf(status)
    return route === undefined ? living.size > 0 : living.has(route)
  }
}

async function compared(
  feed: VenueFeed,
  instrument: Instrument,
  heard: Heard,
  clock: Clock,
): Promise<OpenInterestCheck | undefined> {
  const { size, mark } = heard.of(instrument)
  if (feed.openInterestNotional === undefined || size === undefined || mark === undefined) return undefined
  const answer = await inTime(feed.openInterestNotional(instrument), clock, ANSWER_MS)
  if (answer === undefined || typeof answer === 'string') return undefined
  const ours = size * mark
  const difference = ours / answer.notional - 1
  const ageMs = Math.max(0, clock.now() - answer.exchangeTime)
  const agrees = Math.abs(difference) <= (ageMs <= FRESH_MS ? SAME : SAME_LATER)
  return { symbol: instrument.symbol, ours, theirs: answer.notional, difference, ageMs, agrees }
}

/** The answer, or a sentence that says why there is none. */
async function inTime<T>(answer: Promise<T>, clock: Clock, ms: number): Promise<T | string> {
  const done = new AbortController()
  try {
    return await Promise.race([answer, sleep(clock, ms, done.signal).then(() => `no answer within ${ms / 1_000} s`)])
  } catch (error) {
    if (error instanceof FeedError) return error.message
    throw error
  } finally {
    done.abort()
  }
}

/** What came of each instrument, and what went wrong. */
class Heard {
  readonly #sizes = new Map<string, number>()
  readonly #marks = new Map<string, number>()
  readonly #errors = new Set<string>()

  event(event: MarketEvent): void {
    if (event.kind === 'openInterest') this.#sizes.set(event.instrument, event.size)
    if (event.kind === 'markPrice') this.#marks.set(event.instrument, event.price)
  }

  error({ message }: FeedError): void {
    this.#errors.delete(message)
    this.#errors.add(message)
  }

  of({ id }: Instrument): { readonly size: number | undefined; readonly mark: number | undefined } {
    return { size: this.#sizes.get(id), mark: this.#marks.get(id) }
  }

  get errors(): readonly string[] {
    return [...this.#errors].slice(-MAX_ERRORS)
  }
}

function keyOf({ symbol, channel }: Pick<ChannelStatus, 'symbol' | 'channel'>): string {
  return `${symbol} ${channel}`
}
