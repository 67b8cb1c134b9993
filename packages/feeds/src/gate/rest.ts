import type { Bar, Funding, Instrument, MarginSchedule, OpenInterest, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { DepthSnapshot, OpenInterestNotional, RestContext, VenueRest } from '../venue/adapter.ts'
import { countedRows, type Reading } from '../venue/reading.ts'
import { tradesBack } from '../venue/trades-back.ts'
import {
  readCandles,
  readDepthSnapshot,
  readFundingHistory,
  readInstruments,
  readMarginSchedule,
  readOpenInterestHistory,
  readOpenInterestNotional,
  readTrades,
} from './rest-parse.ts'
import { type Settle, settleOf } from './subscribe.ts'

/** Half of 200 in 10 s of one route and address (checked 2026-11), for all routes together. */
const REQUESTS = { limit: 100, windowMs: 10_000 }
const MINUTE_S = 60
const OPEN_INTEREST_S = 300
const TRADES_PER_PAGE = 1_000

/** Gate's public futures routes, `/api/v4/futures/{usdt|btc}`. Times go out in seconds. */
export class GateRest implements VenueRest {
  readonly #client: RestClient
  readonly #context: RestContext

  constructor(context: RestContext) {
    this.#context = context
    this.#client = context.client(context.addresses.restUrl, REQUESTS)
  }

  async instruments(signal?: AbortSignal): Promise<readonly Instrument[]> {
    const settles: readonly Settle[] = ['usdt', 'btc']
    const readings = await Promise.all(
      settles.map(async (settle) =>
        readInstruments(
          await this.#client.get(routeOf(settle, 'contracts'), {}, 1, signal),
          this.#context.venue,
          settle,
        ),
      ),
    )
    const rows = readings.flatMap((reading) => reading.rows)
    const problem = readings.find(({ refused }) => refused.length > 0)?.refused[0]?.reason ?? 'none'
    if (rows.length === 0) throw new FeedError(this.#context.venue, 'contracts', `no tradable perpetual: ${problem}`)
    return rows
  }

  async bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]> {
    const query = { interval: '1m', from: from / 1_000, to: to / 1_000 - MINUTE_S }
    return this.#rows(
      'candlesticks',
      readCandles(await this.#ask('candlesticks', instrument, query, signal), instrument),
    )
  }

  async openInterestHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly OpenInterest[]> {
    const start = Math.floor(from / 1_000)
    const limit = Math.ceil((to / 1_000 - start) / OPEN_INTEREST_S) + 1
    const body = await this.#ask('contract_stats', instrument, { interval: '5m', from: start, limit }, signal)
    return this.#rows('contract_stats', readOpenInterestHistory(body, instrument))
  }

  /** Of the last whole five minutes. */
  async openInterestNotional(instrument: Instrument, signal?: AbortSignal): Promise<OpenInterestNotional | undefined> {
    const body = await this.#ask('contract_stats', instrument, { interval: '5m', limit: 1 }, signal)
    return this.#rows('contract_stats', readOpenInterestNotional(body)).at(-1)
  }

  async fundingHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Funding[]> {
    const query = { from: Math.floor(from / 1_000), to: Math.floor((to - 1) / 1_000), limit: 1_000 }
    const body = await this.#ask('funding_rate', instrument, query, signal)
    return this.#rows('funding_rate', readFundingHistory(body, instrument))
  }

  trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncIterable<Trade> {
    const span = { from: Math.floor(from / 1_000), to: Math.ceil(to / 1_000), limit: TRADES_PER_PAGE }
    return tradesBack(instrument, from, to, TRADES_PER_PAGE, async (index) => {
      const query = { ...span, offset: index * TRADES_PER_PAGE }
      const reading = readTrades(await this.#ask('trades', instrument, query, signal), instrument)
      this.#rows('trades', reading)
      return reading
    })
  }

  async depth(instrument: Instrument, signal?: AbortSignal): Promise<DepthSnapshot | undefined> {
    const body = await this.#ask('order_book', instrument, { limit: 100, with_id: 'true' }, signal)
    return this.#rows('order_book', readDepthSnapshot(body))[0]
  }

  async marginTiers(instrument: Instrument, signal?: AbortSignal): Promise<MarginSchedule | undefined> {
    const body = await this.#ask('risk_limit_tiers', instrument, {}, signal)
    return this.#rows('risk_limit_tiers', readMarginSchedule(body, instrument, this.#context.clock.now()))[0]
  }

  #ask(
    name: string,
    instrument: Instrument,
    query: Readonly<Record<string, string | number>>,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    return this.#client.get(routeOf(settleOf(instrument), name), { contract: instrument.symbol, ...query }, 1, signal)
  }

  #rows<T>(path: string, reading: Reading<T>): readonly T[] {
    return countedRows(path, reading, this.#context.refusals)
  }
}

function routeOf(settle: Settle, name: string): string {
  return `/api/v4/futures/${settle}/${name}`
}
