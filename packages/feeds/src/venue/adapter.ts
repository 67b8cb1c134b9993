import type {
  Bar,
  Channel,
  Funding,
  Instrument,
  MarginSchedule,
  MarkPrice,
  OpenInterest,
  Trade,
  Venue,
} from '@liqscope/market'
import type { Clock } from '../clock.ts'
import type { Refusals } from '../refusals.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { ChannelPace } from '../socket/channel-liveness.ts'
import type { FlatLevels } from './levels.ts'
import type { Listing, VenueMessage } from './message.ts'

/**
 * What one exchange is to the rest: facts, names and readers, without any life of its own. Sockets, retries, pings,
 * gaps, backfill and budgets are the same for all and live beside this file.
 */
export interface VenueAdapter {
  readonly addresses: VenueAddresses
  readonly nature: ChannelNature
  /**
   * `consecutive`: an instrument's trade ids count up by one, so that a missed trade is seen at the next one. `unique`:
   * ids only tell trades apart, and what a lost connection did not deliver is asked for by time.
   */
  readonly tradeIds: 'consecutive' | 'unique'
  readonly sockets: SocketRules
  /** Sent with every handshake and every REST request. */
  readonly headers?: Readonly<Record<string, string>>
  readonly history: HistoryRules
  /** Our channels that a bad message of this kind (the venue's word, see `VenueMessage`) damages. */
  readonly channelsOf: Readonly<Record<string, readonly Channel[]>>
  /** The live streams of one instrument. One that serves all instruments is named alike for each. */
  streamsOf(instrument: Instrument): readonly Stream[]
  /** Where connections of a route go. */
  routeUrl(addresses: VenueAddresses, route: string): string
  /** Texts that ask for these streams of one route, or give them up: each small enough for the venue. */
  requests(op: 'subscribe' | 'unsubscribe', names: readonly string[], nextId: () => number): StreamRequest[]
  /** A reader for one connection: a stream of changes is understood by what the same connection said before. */
  openReader(): FrameReader
  openRest(context: RestContext): VenueRest
}

/** Without a trailing slash. The inverse ones where a venue serves coin-margined contracts elsewhere. */
export interface VenueAddresses {
  readonly restUrl: string
  readonly wsUrl: string
  readonly inverseRestUrl?: string
  readonly inverseWsUrl?: string
}

/** Each channel's nature at this venue; a channel that is absent is not published there. */
export type ChannelNature = Readonly<Partial<Record<Channel, ChannelTraits>>>

export interface ChannelTraits {
  readonly pace: ChannelPace
  /** The venue publishes a part of what happened (Binance: at most one forced order per symbol and second). */
  readonly sampled: boolean
  /** Silence that counts as broken, ms, where the venue itself speaks less often than every 50 s. */
  readonly silenceMs?: number
}

export interface Stream {
  /** Streams of different routes need different connections. */
  readonly route: string
  /** Unique within the venue: `btcusdt@aggTrade`. */
  readonly name: string
  readonly channels: readonly Channel[]
}

export interface StreamRequest {
  readonly text: string
  /** What the answer will repeat, when the venue does; else answers name the stream. */
  readonly id?: string
  readonly names: readonly string[]
}

/** What the venue allows, already halved. */
export interface SocketRules {
  readonly connections: { readonly limit: number; readonly windowMs: number }
  readonly streamsPerConnection: number
  readonly sendsPerSecond: number
  /** Of one connection, where the venue counts subscriptions by the hour. */
  readonly sendsPerHour?: number
  /** Age at which a fresh connection takes over, ms: before the venue's own cut. */
  readonly rotateAfterMs: number
  /** Where the venue wants its own ping text beside the protocol's: the text, and how often at least. */
  readonly ping?: { readonly everyMs: number; text(now: number): string }
}

export interface HistoryRules {
  /** Span of one call of `VenueRest.bars` at most, ms. */
  readonly pageMs: number
  /** Distance of stamps of `openInterestHistory`, ms. */
  readonly openInterestPeriodMs: number
  /** How far back open interest is kept, ms. */
  readonly openInterestKeptMs: number
  /** Live open interest by request, where no stream carries it: of one symbol, and of all together. */
  readonly openInterestPoll?: { readonly everyMs: number; readonly perMinute: number }
}

/**
 * Reads one text frame. Never throws and reads no clock. Every number in an event is finite, every price and size > 0.
 *
 * @param listing the followed instruments: a symbol that is not in it is counted, never guessed
 */
export type FrameReader = (text: string, receivedTime: number, listing: Listing) => VenueMessage

export interface RestContext {
  /** The label of instruments: `sim` where a simulated market speaks this venue's protocol. */
  readonly venue: Venue
  readonly addresses: VenueAddresses
  readonly clock: Clock
  readonly refusals: Refusals
  /** A client for one address. `limit`: weight in any window, already halved. */
  client(baseUrl: string, budget: { readonly limit: number; readonly windowMs: number }): RestClient
}

/**
 * A venue's public REST. Each answer is checked row by row: a bad row is counted and left out. What a venue does not
 * have is absent. Every call rejects with FeedError when the venue refuses or does not answer.
 */
export interface VenueRest {
  /** The perpetual futures trading now, linear and inverse. */
  instruments(signal?: AbortSignal): Promise<readonly Instrument[]>
  /** One-minute bars that OPEN in [from, to), at most `history.pageMs`. */
  bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]>
  /** Stamps in [from, to], each at the moment it was true. */
  openInterestHistory?(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly OpenInterest[]>
  /** Funding paid in [from, to). */
  fundingHistory?(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Funding[]>
  /** Now. @param markPrice of an inverse instrument, whose open interest is in USD */
  openInterest?(
    instrument: Instrument,
    markPrice: number | undefined,
    signal?: AbortSignal,
  ): Promise<OpenInterest | undefined>
  /** Now or lately, in the venue's own figures: nothing of ours is in it, so that ours can be compared. Linear ones. */
  openInterestNotional?(instrument: Instrument, signal?: AbortSignal): Promise<OpenInterestNotional | undefined>
  /** Now: known before the stream's first message. */
  markPrice?(instrument: Instrument, signal?: AbortSignal): Promise<MarkPrice | undefined>
  /** Trades of [from, to) in the venue's order. Rejects when its history does not reach back to `from`. */
  trades?(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncIterable<Trade>
  /** A whole book, where streams send changes only. Absent: the stream begins with one. */
  depth?(instrument: Instrument, signal?: AbortSignal): Promise<DepthSnapshot | undefined>
  /** The maintenance table in force now. */
  marginTiers?(instrument: Instrument, signal?: AbortSignal): Promise<MarginSchedule | undefined>
}

/** One-sided open interest as the venue itself values it, in the quote currency. */
export interface OpenInterestNotional {
  readonly exchangeTime: number // epoch ms
  readonly notional: number
}

/** A whole book at one update id, in the venue's units. */
export interface DepthSnapshot {
  readonly lastId: number
  readonly exchangeTime: number
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}
