import type { ChannelStatus, Clock, FeedListener, Refusal, VenueFeed } from '@liqscope/feeds'
import {
  type Channel,
  type Gap,
  type Instrument,
  type InstrumentId,
  type KnownPositions,
  type MarginTable,
  type MarketEvent,
  type Trade,
  tradeIdsOf,
} from '@liqscope/market'
import type { ChannelHealthJson, FeedState, NoticeJson } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import { MarketState } from '../market/market-state.ts'
import type { Pipeline } from '../pipeline.ts'
import type { ForcedMemory } from '../score/forced-memory.ts'
import { type Choice, chooseInstruments } from './choose-instruments.ts'
import type { ForcedPeers } from './forced-peers.ts'

/** Times a venue that did not list its instruments is asked again: soon at first, then every 30 s, for ever. */
const LIST_RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const
/** History is asked for this often before the market goes live with a gap in front. */
const BACKFILL_TRIES = 3
const BACKFILL_RETRY_MS = 2_000
/** How long the first live event is awaited: its clock says where history ends. */
const FIRST_EVENT_MS = 10_000
/** Live events held back while history is folded, per market. A busy market has 500 a second; this is over 10 min. */
const MAX_HELD = 400_000
/**
 * Bars folded before sockets and timers get their turn: some ten milliseconds. By count and not by time, so that a replay
 * folds in the same order.
 */
const FOLDED_A_TURN = 250
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** History is asked back to the first forced orders that were seen, as far as this: what was learned fades by then. */
const LONGEST_HISTORY_MS = 21 * 24 * HOUR_MS

/** The most telling first: one channel that is out makes the whole market so. */
const SEVERITY: readonly FeedState[] = ['offline', 'connecting', 'backfilling', 'gap', 'stale', 'lagging', 'live']

/** Opens a feed; a simulated venue takes a while to warm up, unless `signal` is aborted meanwhile. */
export type OpenFeed = (listener: FeedListener, signal: AbortSignal) => VenueFeed | Promise<VenueFeed>

interface VenueSourceOptions {
  readonly open: OpenFeed
  /** What to subscribe, as people write symbols; `all`: whatever the venue lists. */
  readonly symbols: readonly string[] | 'all'
  readonly backfillHours: number
  /** Where it is followed beside other venues: whose forced orders are held against theirs. */
  readonly peers?: ForcedPeers
}

/** Markets of one venue: lists them, folds their history, then goes live. Tries for ever. */
export class VenueSource {
  /** True from the first list of instruments on. */
  answered = false
  private feed: VenueFeed | undefined
  private readonly instruments = new Map<InstrumentId, Instrument>()
  /** Live events of markets whose history is still being folded. */
  private readonly held = new Map<InstrumentId, MarketEvent[]>()
  /** Maintenance tables in force: each holds for the history as well, whenever it was read. */
  private readonly tables = new Map<InstrumentId, MarginTable>()
  private readonly problems: NoticeJson[] = []
  /** What it has of the symbols asked for; undefined until it answered. */
  choice: Choice | undefined
  private readonly closing = new AbortController()

  constructor(
    private readonly options: VenueSourceOptions,
    private readonly pipeline: Pipeline,
    private readonly clock: Clock,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Resolves when the venue was listed and every market's history was folded, or at close. Never rejects. */
  async start(): Promise<void> {
    try {
      await this.run()
    } catch (error) {
      if (this.closing.signal.aborted) return
      this.log.error({ err: error }, 'a source of markets failed')
      this.problems.push({
        level: 'error',
        code: 'sourceFailed',
        text: 'A source of markets failed; the server log says why.',
      })
    }
  }

  private async run(): Promise<void> {
    const feed = await this.options.open(
      {
        onEvent: (event) => this.receive(event),
        onError: (error) => this.log.debug({ err: error }, 'feed error'),
        onStatus: (status) => this.noteStatus(status),
      },
      this.closing.signal,
    )
    this.feed = feed
    if (this.closing.signal.aborted) return feed.close()
    const listed = await this.list(feed)
    if (!listed) return
    this.answered = true
    this.choice = chooseInstruments(feed.venue, listed, this.options.symbols)
    const { wanted, missing } = this.choice
    for (const text of missing.values()) this.log.info(text)
    for (const instrument of wanted) {
      this.instruments.set(instrument.id, instrument)
      this.held.set(instrument.id, [])
      this.pipeline.list(instrument)
      this.options.peers?.expect(instrument)
      feed.subscribe(instrument)
    }
    // One after another: the first market is what the page shows, and venues count requests.
    for (const instrument of wanted) await this.bringUp(feed, instrument)
  }

  /** The first market in the order of the symbols asked for. */
  get first(): InstrumentId | undefined {
    return this.instruments.keys().next().value
  }

  stateOf(id: InstrumentId): FeedState | undefined {
    const instrument = this.instruments.get(id)
    if (!instrument) return undefined
    const states = this.statuses().filter(({ symbol }) => symbol === instrument.symbol)
    const worst = SEVERITY.find((state) => states.some((status) => status.state === state)) ?? 'connecting'
    return this.held.has(id) && worst !== 'offline' ? 'backfilling' : worst
  }

  channels(): ChannelHealthJson[] {
    return this.statuses().map(channelHealth)
  }

  /** What the venue shows of real positions; undefined where it shows none. */
  knownPositions(id: InstrumentId): KnownPositions | undefined {
    return this.feed?.knownPositions?.(id)
  }

  refused(): readonly Refusal[] {
    return this.feed?.refused() ?? []
  }

  notices(): readonly NoticeJson[] {
    return this.problems
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.feed?.close()
  }

  private statuses(): readonly ChannelStatus[] {
    return this.feed?.statuses() ?? []
  }

  private async list(feed: VenueFeed): Promise<readonly Instrument[] | undefined> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        return await feed.instruments()
      } catch (error) {
        if (this.closing.signal.aborted) break
        const delay = LIST_RETRY_MS[Math.min(attempt, LIST_RETRY_MS.length - 1)]!
        this.log[attempt === 0 ? 'warn' : 'debug']({ err: error, retryInMs: delay }, `${feed.venue} does not answer`)
        await this.sleep(delay)
      }
    }
    return undefined
  }

  /** Folds the history up to the minute of the first live event, then what arrived meanwhile. */
  private async bringUp(feed: VenueFeed, instrument: Instrument): Promise<void> {
    const { signal } = this.closing
    const held = this.held.get(instrument.id) ?? []
    for (let waited = 0; held.length === 0 && waited < FIRST_EVENT_MS && !signal.aborted; waited += 100)
      await this.sleep(100)
    const to = Math.floor((held[0]?.exchangeTime ?? this.clock.now()) / MINUTE_MS) * MINUTE_MS
    const score = await this.pipeline.openScore(instrument)
    this.pipeline.replace(new MarketState(instrument, to, this.pipeline.poolOf(instrument)))
    const table = this.tables.get(instrument.id)
    if (table !== undefined) this.pipeline.apply(table)
    await this.foldHistory(feed, instrument, to, score?.takeMemory())
    if (signal.aborted) return
    const joining = await this.joiningTrades(feed, instrument, to, held)
    if (signal.aborted) return
    for (const event of joining) this.pipeline.apply(event)
    // No wait from here on: what arrives next is applied as it comes.
    this.held.delete(instrument.id)
    this.pipeline.wentLive(instrument.id, score)
    for (const event of held) if (event.exchangeTime >= to) this.pipeline.apply(event)
    if (held.length === MAX_HELD) {
      const from = held.at(-1)?.exchangeTime ?? to
      const until = Math.max(from + 1, this.clock.now())
      this.pipeline.apply(
        missing(instrument, 'trade', from, until, 'more came than could be kept while history was folded'),
      )
    }
  }

  /** What was traded between the last whole minute of history and the first live trade, or a Gap that says why not. */
  private async joiningTrades(
    feed: VenueFeed,
    instrument: Instrument,
    from: number,
    held: readonly MarketEvent[],
  ): Promise<readonly (Trade | Gap)[]> {
    const live = held.filter((event) => event.kind === 'trade' && event.exchangeTime >= from)
    const first = live[0]
    if (first === undefined) return []
    const known = new Set(live.flatMap((event) => (event.kind === 'trade' ? tradeIdsOf(event) : [])))
    const trades: Trade[] = []
    try {
      for await (const trade of feed.trades(instrument, from, first.exchangeTime + 1, this.closing.signal))
        if (!known.has(trade.tradeId)) trades.push(trade)
      return trades
    } catch (error) {
      if (!this.closing.signal.aborted)
        this.log.warn({ err: error, market: instrument.id }, 'the joining minute is missing')
      return first.exchangeTime > from
        ? [missing(instrument, 'trade', from, first.exchangeTime, 'joined within this minute')]
        : []
    }
  }

  private async foldHistory(
    feed: VenueFeed,
    instrument: Instrument,
    to: number,
    memory: ForcedMemory | undefined,
  ): Promise<void> {
    const { signal } = this.closing
    let folded = 0
    let from = Math.min(
      to - this.options.backfillHours * HOUR_MS,
      Math.max(memory?.from ?? to, to - LONGEST_HISTORY_MS),
    )
    for (let attempt = 1; from < to && !signal.aborted; attempt++) {
      try {
        for await (const event of feed.backfill(instrument, from, to, signal)) {
          if (signal.aborted) return
          this.pipeline.apply(event.kind === 'bar' && memory ? memory.fill(event) : event)
          from = Math.max(from, endOf(event))
          if (++folded % FOLDED_A_TURN === 0) await this.sleep(0)
        }
        return
      } catch (error) {
        if (signal.aborted) return
        this.log.warn({ err: error, market: instrument.id, attempt }, 'history was refused')
        if (attempt === BACKFILL_TRIES)
          return this.pipeline.apply(missing(instrument, 'bar', from, to, 'the venue refused its history'))
        await this.sleep(BACKFILL_RETRY_MS * attempt)
      }
    }
  }

  private noteStatus({ venue, channel, symbol, state }: ChannelStatus): void {
    this.log.debug({ venue, channel, symbol, state }, 'channel')
    if (channel !== 'liquidationOrder' || state === 'live' || state === 'stale') return
    for (const instrument of this.instruments.values())
      if (instrument.symbol === symbol) this.options.peers?.interrupted(instrument.base, instrument.venue)
  }

  private receive(event: MarketEvent): void {
    if (event.kind === 'liquidationOrder') {
      const instrument = this.instruments.get(event.instrument)
      if (instrument) this.options.peers?.note(instrument.base, instrument.venue, event.exchangeTime)
    }
    if (event.kind === 'marginTable') this.tables.set(event.instrument, event)
    const held = event.kind === 'marginTable' ? undefined : this.held.get(event.instrument)
    if (!held) this.applyLive(event)
    else if (held.length < MAX_HELD) held.push(event)
  }

  /** A feed's listener must not throw: an event our own code fails on must not end the connection it came by. */
  private applyLive(event: MarketEvent): void {
    try {
      this.pipeline.apply(event)
    } catch (error) {
      this.log.error({ err: error, event }, 'an event was not folded')
    }
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.closing
      if (signal.aborted) return resolve()
      const done = () => {
        this.clock.clearTimeout(handle)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const handle = this.clock.setTimeout(done, ms)
      signal.addEventListener('abort', done, { once: true })
    })
  }
}

function channelHealth(status: ChannelStatus): ChannelHealthJson {
  return {
    venue: status.venue,
    channel: status.channel,
    symbol: status.symbol,
    state: status.state,
    lastTime: status.lastExchangeTime ?? null,
    messages: status.messages,
    errors: status.errors,
    skewMs: status.skewMs ?? null,
    sampled: status.sampled,
  }
}

function endOf(event: MarketEvent): number {
  if (event.kind === 'bar') return event.exchangeTime + event.intervalMs
  return event.kind === 'gap' ? event.to : event.exchangeTime
}

function missing(instrument: Instrument, channel: Channel, from: number, to: number, reason: string): Gap {
  return { kind: 'gap', instrument: instrument.id, exchangeTime: to, receivedTime: to, channel, from, to, reason }
}
