import type {
  Bar,
  Channel,
  Funding,
  Gap,
  Instrument,
  InstrumentId,
  KnownPositions,
  MarketEvent,
  Trade,
  Venue,
} from '@liqscope/market'

/**
 * One venue's live market data. What a caller may rely on:
 *
 * - Trades, bars and gaps of one instrument never cover the same moment twice: after an outage a missed minute is one
 *   Bar where the venue has its history, else a Gap; a trade id is delivered once, also across a change of connection.
 * - A `liquidationOrder`, `markPrice` or `orderBook` that was missed cannot be fetched again: it is always a Gap.
 * - Nothing is NaN or infinite, sizes are base units, prices quote per ONE canonical base unit.
 * - No call throws for what the venue does: each failure is one `FeedError` and a count in `statuses()`.
 */
export interface VenueFeed {
  readonly venue: Venue
  /** The perpetual futures trading now, reloaded every ten minutes until `close()`. Rejects with FeedError. */
  instruments(): Promise<readonly Instrument[]>
  /** Starts every live channel of one instrument. Idempotent. */
  subscribe(instrument: Instrument): void
  unsubscribe(id: InstrumentId): void
  /**
   * History of [from, to), epoch ms, in time order: one-minute bars (with open interest where the venue has it), the
   * funding paid, and a Gap for each hole in bars or open interest. Rejects with FeedError when the venue refuses.
   */
  backfill(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncIterable<Bar | Gap | Funding>
  /**
   * Public trades of [from, to), epoch ms, in the venue's order: what joins whole bars to a live stream that began
   * within a minute. Rejects with FeedError.
   */
  trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncIterable<Trade>
  /**
   * Real positions that the venue shows of the instrument's holders, a part of all. Absent where a venue shows none;
   * undefined for an instrument that is not subscribed.
   */
  knownPositions?(id: InstrumentId): KnownPositions | undefined
  /**
   * Open interest as the venue itself values it, in the quote currency, and when (epoch ms): ours can be compared.
   * Absent, or undefined, where the venue has no such figure. Rejects with FeedError.
   */
  openInterestNotional?(
    instrument: Instrument,
  ): Promise<{ readonly exchangeTime: number; readonly notional: number } | undefined>
  statuses(): readonly ChannelStatus[]
  /** What arrived and did not become an event, counted by reason. */
  refused(): readonly Refusal[]
  /** Ends every connection, timer and request. Nothing is delivered after it resolves. */
  close(): Promise<void>
}

/** Called synchronously, in the order of arrival. A listener must not throw. */
export interface FeedListener {
  onEvent(event: MarketEvent): void
  onError(error: FeedError): void
  /** Each change of a channel's `state`. */
  onStatus(status: ChannelStatus): void
}

/**
 * `connecting`: not acknowledged yet. `live`: data arrives. `lagging`: data arrives late, or the clocks differ (over
 * 5 s). `stale`: acknowledged but silent for longer than is plausible, or refused by the venue (`refusal`). `backfilling`:
 * missed minutes are being fetched. `gap`: live, but the last outage could not be filled. `offline`: no connection.
 */
export type ChannelState = 'connecting' | 'live' | 'lagging' | 'stale' | 'backfilling' | 'gap' | 'offline'

export interface ChannelStatus {
  readonly venue: Venue
  readonly channel: Channel
  /** The venue's own symbol. */
  readonly symbol: string
  readonly state: ChannelState
  /** Why the venue refused to send it, in its own words: it is not asked for again until subscribed anew. */
  readonly refusal?: string
  readonly lastExchangeTime?: number // epoch ms
  readonly lastReceivedTime?: number // epoch ms
  readonly messages: number
  readonly errors: number
  /** Received minus exchange time of recent messages, ms, smoothed. Network delay is in it. */
  readonly skewMs?: number
  /** The venue publishes a sample only (Binance: at most one forced order per symbol and second). */
  readonly sampled: boolean
}

/** Messages that did not become an event for one reason. `lastText` is bounded. */
export interface Refusal {
  readonly venue: Venue
  /** The venue's word for the message's kind, `aggTrade`, or `frame` when it could not be read. */
  readonly channel: string
  readonly reason: string
  readonly count: number
  readonly lastText: string
}

/** Longest excerpt of a bad message kept, characters: enough to see what is wrong, small enough to log. */
const MAX_TEXT = 500

/** What went wrong on the way from a venue. The only error type of this package. */
export class FeedError extends Error {
  override readonly name: string = 'FeedError'
  readonly venue: Venue
  readonly channel: string
  /** The message or address it is about, bounded. */
  readonly text: string

  constructor(venue: Venue, channel: string, problem: string, options: { text?: string; cause?: unknown } = {}) {
    super(`${venue} ${channel}: ${problem}`, options.cause === undefined ? {} : { cause: options.cause })
    this.venue = venue
    this.channel = channel
    this.text = (options.text ?? '').slice(0, MAX_TEXT)
  }
}
