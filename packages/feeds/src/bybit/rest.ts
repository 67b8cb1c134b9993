import type { Bar, Funding, Instrument, MarginSchedule, OpenInterest, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { OpenInterestNotional, RestContext, VenueRest } from '../venue/adapter.ts'
import { countedRows, type Reading } from '../venue/reading.ts'
import {
  listOf,
  readFundingHistory,
  readInstruments,
  readKlines,
  readMarkPrices,
  readOpenInterestHistory,
  readOpenInterestNotional,
  readRiskLimits,
  readTrades,
} from './rest-parse.ts'

/** Half of 600 requests in 5 s and address (checked 2026-11); more is answered by 403 and ten minutes of silence. */
const BUDGET = { limit: 300, windowMs: 5_000 }
/** Rows of one page. */
const KLINES = 1_000
const STAMPS = 200
const TRADES = 1_000
const MINUTE_MS = 60_000
const OPEN_INTEREST_PERIOD_MS = 300_000
/** Pages of instruments at most: a cursor that never ends must not hold us. */
const MAX_PAGES = 20

/** Bybit v5's public REST routes. */
export class BybitRest implements VenueRest {
  readonly #client: RestClient
  readonly #context: RestContext

  constructor(context: RestContext) {
    this.#context = context
    this.#client = context.client(context.addresses.restUrl, BUDGET)
  }

  /** Linear ones; and inverse ones, unless they alone cannot be listed. */
  async instruments(signal?: AbortSignal): Promise<readonly Instrument[]> {
    const linear = await this.#instrumentsOf('linear', signal)
    if (linear.length === 0)
      throw new FeedError(this.#context.venue, '/v5/market/instruments-info', 'no tradable perpetual')
    try {
      return [...linear, ...(await this.#instrumentsOf('inverse', signal))]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      this.#context.refusals.add(error.channel, `inverse contracts are left out: ${error.message}`, error.text)
      return linear
    }
  }

  async bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]> {
    const path = '/v5/market/kline'
    const bars: Bar[] = []
    for (let start = from; start < to; start += KLINES * MINUTE_MS) {
      const end = Math.min(to, start + KLINES * MINUTE_MS) - 1
      const { list } = await this.#list(path, { ...about(instrument), interval: 1, start, end, limit: KLINES }, signal)
      bars.push(...this.#rows(path, readKlines(list, instrument)))
    }
    return bars.sort((a, b) => a.exchangeTime - b.exchangeTime)
  }

  async openInterestHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly OpenInterest[]> {
    const path = '/v5/market/open-interest'
    const stamps: OpenInterest[] = []
    const span = STAMPS * OPEN_INTEREST_PERIOD_MS
    for (let startTime = from; startTime <= to; startTime += span) {
      const endTime = Math.min(to, startTime + span - 1)
      const query = { ...about(instrument), intervalTime: '5min', startTime, endTime, limit: STAMPS }
      const { list } = await this.#list(path, query, signal)
      const prices = instrument.kind === 'linear' ? [] : await this.#markPrices(instrument, startTime, endTime, signal)
      stamps.push(...this.#rows(path, readOpenInterestHistory(list, instrument, new Map(prices))))
    }
    return stamps.sort((a, b) => a.exchangeTime - b.exchangeTime)
  }

  async fundingHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Funding[]> {
    const path = '/v5/market/funding/history'
    const { list } = await this.#list(
      path,
      { ...about(instrument), startTime: from, endTime: to - 1, limit: 200 },
      signal,
    )
    return this.#rows(path, readFundingHistory(list, instrument))
  }

  /** Bybit's history is the newest 1,000 matches: it rejects when `from` lies before them. */
  async *trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncGenerator<Trade> {
    const path = '/v5/market/recent-trade'
    const { list } = await this.#list(path, { ...about(instrument), limit: TRADES }, signal)
    const trades = [...this.#rows(path, readTrades(list, instrument))].reverse()
    const oldest = trades[0]?.exchangeTime ?? Number.POSITIVE_INFINITY
    if (oldest >= from)
      throw new FeedError(
        this.#context.venue,
        path,
        `${instrument.symbol}: the history does not reach back to ${new Date(from).toISOString()}`,
      )
    yield* trades.filter(({ exchangeTime }) => exchangeTime >= from && exchangeTime < to)
  }

  async openInterestNotional(instrument: Instrument, signal?: AbortSignal): Promise<OpenInterestNotional | undefined> {
    if (instrument.kind === 'inverse') return undefined
    const path = '/v5/market/tickers'
    const { list } = await this.#list(path, about(instrument), signal)
    return this.#rows(path, readOpenInterestNotional(list, this.#context.clock.now()))[0]
  }

  async marginTiers(instrument: Instrument, signal?: AbortSignal): Promise<MarginSchedule | undefined> {
    const path = '/v5/market/risk-limit'
    const { list } = await this.#list(path, about(instrument), signal)
    const tiers = this.#rows(path, readRiskLimits(list, instrument))
    if (tiers.length === 0) return undefined
    return { tiers, validFrom: this.#context.clock.now(), source: 'Bybit v5/market/risk-limit' }
  }

  async #instrumentsOf(category: Instrument['kind'], signal: AbortSignal | undefined): Promise<readonly Instrument[]> {
    const path = '/v5/market/instruments-info'
    const found: Instrument[] = []
    let cursor = ''
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = { category, limit: 1_000, ...(cursor === '' ? {} : { cursor }) }
      const answer = await this.#list(path, query, signal)
      found.push(...readInstruments(answer.list, this.#context.venue).rows)
      cursor = answer.cursor
      if (cursor === '') break
    }
    return found
  }

  async #markPrices(instrument: Instrument, start: number, end: number, signal: AbortSignal | undefined) {
    const path = '/v5/market/mark-price-kline'
    const { list } = await this.#list(path, { ...about(instrument), interval: 5, start, end, limit: STAMPS }, signal)
    return this.#rows(path, readMarkPrices(list, instrument))
  }

  async #list(
    path: string,
    query: Readonly<Record<string, string | number>>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly list: unknown; readonly cursor: string }> {
    const answer = listOf(await this.#client.get(path, query, 1, signal))
    if ('problem' in answer) throw new FeedError(this.#context.venue, path, answer.problem)
    return answer
  }

  #rows<T>(path: string, reading: Reading<T>): readonly T[] {
    return countedRows(path, reading, this.#context.refusals)
  }
}

function about({ kind, symbol }: Instrument): { readonly category: string; readonly symbol: string } {
  return { category: kind, symbol }
}
