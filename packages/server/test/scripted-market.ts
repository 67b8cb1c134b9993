import type { ChannelStatus, FeedListener, VenueFeed } from '@liqscope/feeds'
import type { Bar, Gap, Instrument, InstrumentId, MarketEvent, Trade } from '@liqscope/market'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 2, 15)

export const BTC: Instrument = {
  id: 'binance:BTCUSDT',
  venue: 'binance',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  kind: 'linear',
  contractSize: 1,
  unitFactor: 1,
  tickSize: 0.1,
  simulated: false,
}
export const ETH: Instrument = { ...BTC, id: 'binance:ETHUSDT', symbol: 'ETHUSDT', base: 'ETH', tickSize: 0.01 }
export const SIM: Instrument = { ...BTC, id: 'sim:BTCUSDT', venue: 'sim', simulated: true }
export const FILE: Instrument = { ...BTC, id: 'file:BTCUSDT', venue: 'file' }

/** Bar `i` of a market that swings around 70,000 with open interest that rises and falls: the same each time. */
export function barAt(instrument: Instrument, i: number, intervalMs = MINUTE): Bar {
  const price = (at: number) => 70_000 * (1 + 0.02 * Math.sin(at / 60) + 0.004 * Math.sin(at / 7))
  const open = price(i)
  const close = price(i + 1)
  const exchangeTime = START + i * intervalMs
  return {
    kind: 'bar',
    instrument: instrument.id,
    exchangeTime,
    receivedTime: exchangeTime + intervalMs,
    intervalMs,
    open,
    high: Math.max(open, close) * 1.0006,
    low: Math.min(open, close) * 0.9994,
    close,
    volume: 120 + 40 * Math.sin(i / 11),
    takerBuyVolume: 60 + 20 * Math.sin(i / 5),
    openInterest: 80_000 + 30 * Math.sin(i / 30),
  }
}

export function bars(instrument: Instrument, count: number): Bar[] {
  return Array.from({ length: count }, (_, i) => barAt(instrument, i))
}

export function gapAt(instrument: Instrument, from: number, to: number): Gap {
  return {
    kind: 'gap',
    instrument: instrument.id,
    exchangeTime: to,
    receivedTime: to,
    channel: 'bar',
    from,
    to,
    reason: 'missing in the file',
  }
}

export async function* stream<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items
}

/** A venue whose every word the test writes. */
export class ScriptedFeed implements VenueFeed {
  readonly venue
  readonly subscribed: InstrumentId[] = []
  isClosed = false
  /** While true the venue does not answer. */
  isDown = false
  statusList: ChannelStatus[] = []
  /** Trades the venue would give for the past; `undefined`: it refuses. */
  pastTrades: readonly Trade[] | undefined
  knownPositions?: NonNullable<VenueFeed['knownPositions']>

  constructor(
    private readonly listener: FeedListener,
    private readonly listed: readonly Instrument[],
    private readonly history: (instrument: Instrument) => Iterable<Bar | Gap> = () => [],
  ) {
    this.venue = listed[0]?.venue ?? 'binance'
  }

  async instruments() {
    if (this.isDown) throw new Error('connect ECONNREFUSED')
    return this.listed
  }

  subscribe(instrument: Instrument) {
    this.subscribed.push(instrument.id)
  }

  unsubscribe() {}

  async *backfill(instrument: Instrument, from: number, to: number) {
    for (const event of this.history(instrument)) if (event.exchangeTime >= from && event.exchangeTime < to) yield event
  }

  async *trades(_: Instrument, from: number, to: number) {
    if (this.pastTrades === undefined) throw new Error('the venue refused its trades')
    for (const trade of this.pastTrades) if (trade.exchangeTime >= from && trade.exchangeTime < to) yield trade
  }

  statuses() {
    return this.statusList
  }

  refused() {
    return [{ venue: this.venue, channel: 'aggTrade', reason: 'price is not a number', count: 3, lastText: '{}' }]
  }

  async close() {
    this.isClosed = true
  }

  emit(...events: MarketEvent[]) {
    for (const event of events) this.listener.onEvent(event)
  }
}

/** A live status of every channel of an instrument. */
export function liveStatus(instrument: Instrument, state: ChannelStatus['state'] = 'live'): ChannelStatus {
  return {
    venue: instrument.venue,
    channel: 'trade',
    symbol: instrument.symbol,
    state,
    messages: 10,
    errors: 0,
    skewMs: 12,
    sampled: false,
  }
}
