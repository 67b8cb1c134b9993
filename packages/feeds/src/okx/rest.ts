import type { Bar, Funding, Instrument, MarginSchedule, MarkPrice, OpenInterest, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { OpenInterestNotional, RestContext, VenueRest } from '../venue/adapter.ts'
import { countedRows, type Reading } from '../venue/reading.ts'
import { tradesBack } from '../venue/trades-back.ts'
import {
  dataOf,
  readCandles,
  readFundingHistory,
  readInstruments,
  readMarkPrice,
  readOpenInterestHistory,
  readOpenInterestNotional,
  readPositionTiers,
  readTrades,
} from './rest-parse.ts'

/**
 * OKX counts each route apart, most 20 requests in 2 s: half of that for all of them together, and routes with a
 * smaller allowance weigh more (checked 2026-11).
 */
const BUDGET = { limit: 10, windowMs: 2_000 }
const TEN_IN_2_S = 2
const FIVE_IN_2_S = 4
/** Candles per request of the history route, and of the recent one, which has a day. */
const CANDLES = 100
const RECENT_CANDLES = 300
const RECENT_MS = 23 * 3_600_000
const MINUTE_MS = 60_000
const TRADES = 100

/** OKX v5's public REST routes. */
export class OkxRest implements VenueRest {
  readonly #client: RestClient
  readonly #context: RestContext

  constructor(context: RestContext) {
    this.#context = context
    this.#client = context.client(context.addresses.restUrl, BUDGET)
  }

  async instruments(signal?: AbortSignal): Promise<readonly Instrument[]> {
    const path = '/api/v5/public/instruments'
    const data = await this.#get(path, { instType: 'SWAP' }, 1, signal)
    const reading = readInstruments(data, this.#context.venue)
    if (reading.rows.length === 0)
      throw new FeedError(this.#context.venue, path, `no tradable perpetual: ${reading.refused[0]?.reason ?? 'none'}`)
    return reading.rows
  }

  async bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]> {
    const isRecent = from > this.#context.clock.now() - RECENT_MS
    const path = isRecent ? '/api/v5/market/candles' : '/api/v5/market/history-candles'
    const limit = isRecent ? RECENT_CANDLES : CANDLES
    const bars: Bar[] = []
    for (let start = from; start < to; start += limit * MINUTE_MS) {
      const end = Math.min(to, start + limit * MINUTE_MS)
      // OKX's `after` means older than, `before` newer than; both ends are left out.
      const query = { instId: instrument.symbol, bar: '1m', after: end, before: start - 1, limit }
      bars.push(...this.#rows(path, readCandles(await this.#get(path, query, 1, signal), instrument)))
    }
    return bars.sort((a, b) => a.exchangeTime - b.exchangeTime)
  }

  async openInterestHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly OpenInterest[]> {
    const path = '/api/v5/rubik/stat/contracts/open-interest-history'
    const stamps: OpenInterest[] = []
    for (let end = to; end > from; ) {
      const query = { instId: instrument.symbol, period: '5m', begin: from - 300_000, end, limit: 100 }
      const page = this.#rows(
        path,
        readOpenInterestHistory(await this.#get(path, query, FIVE_IN_2_S, signal), instrument),
      )
      stamps.push(...page.filter(({ exchangeTime }) => exchangeTime >= from && exchangeTime <= to))
      // A stamp is moved by its period: the oldest row's own time is the next page's end.
      const oldest = page.reduce((time, stamp) => Math.min(time, stamp.exchangeTime - 300_000), end)
      if (page.length < 100 || oldest >= end) break
      end = oldest
    }
    return stamps.sort((a, b) => a.exchangeTime - b.exchangeTime)
  }

  async fundingHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Funding[]> {
    const path = '/api/v5/public/funding-rate-history'
    const query = { instId: instrument.symbol, after: to, before: from - 1, limit: 100 }
    return this.#rows(path, readFundingHistory(await this.#get(path, query, TEN_IN_2_S, signal), instrument))
  }

  async markPrice(instrument: Instrument, signal?: AbortSignal): Promise<MarkPrice | undefined> {
    const path = '/api/v5/public/mark-price'
    const data = await this.#get(path, { instType: 'SWAP', instId: instrument.symbol }, TEN_IN_2_S, signal)
    return this.#rows(path, readMarkPrice(data, instrument, this.#context.clock.now()))[0]
  }

  async openInterestNotional(instrument: Instrument, signal?: AbortSignal): Promise<OpenInterestNotional | undefined> {
    const path = '/api/v5/public/open-interest'
    const data = await this.#get(path, { instType: 'SWAP', instId: instrument.symbol }, 1, signal)
    return this.#rows(path, readOpenInterestNotional(data))[0]
  }

  trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncIterable<Trade> {
    const path = '/api/v5/market/history-trades'
    return tradesBack(instrument, from, to, TRADES, async (_index, oldest) => {
      // The first page by time, the others by id; `after` means older than.
      const cursor = oldest === undefined ? { type: 2, after: to } : { type: 1, after: oldest.tradeId }
      const query = { instId: instrument.symbol, limit: TRADES, ...cursor }
      const reading = readTrades(await this.#get(path, query, 1, signal), instrument)
      this.#rows(path, reading)
      return reading
    })
  }

  async marginTiers(instrument: Instrument, signal?: AbortSignal): Promise<MarginSchedule | undefined> {
    const mark = await this.markPrice(instrument, signal)
    if (mark === undefined) return undefined
    const path = '/api/v5/public/position-tiers'
    const instFamily = instrument.symbol.replace(/-SWAP$/, '')
    const data = await this.#get(path, { instType: 'SWAP', tdMode: 'cross', instFamily }, TEN_IN_2_S, signal)
    const tiers = this.#rows(path, readPositionTiers(data, instrument, mark.price))
    if (tiers.length === 0) return undefined
    return { tiers, validFrom: this.#context.clock.now(), source: 'OKX public/position-tiers, cross' }
  }

  async #get(
    path: string,
    query: Readonly<Record<string, string | number>>,
    weight: number,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const answer = dataOf(await this.#client.get(path, query, weight, signal))
    if ('problem' in answer) throw new FeedError(this.#context.venue, path, answer.problem)
    return answer.data
  }

  #rows<T>(path: string, reading: Reading<T>): readonly T[] {
    return countedRows(path, reading, this.#context.refusals)
  }
}
