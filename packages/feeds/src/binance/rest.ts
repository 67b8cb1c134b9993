import type { Bar, Funding, Instrument, MarginSchedule, MarkPrice, OpenInterest, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { DepthSnapshot, OpenInterestNotional, RestContext, VenueRest } from '../venue/adapter.ts'
import { countedRows, type Reading } from '../venue/reading.ts'
import { shippedSchedule } from './margin-table.ts'
import {
  pairOf,
  readAggTrades,
  readDepthSnapshot,
  readFundingHistory,
  readInstruments,
  readKlines,
  readOpenInterest,
  readOpenInterestHistory,
  readOpenInterestNotional,
  readPremiumIndex,
} from './rest-parse.ts'
import { tradeHistory } from './trade-history.ts'

/** Half of Binance's 2,400 weight a minute (checked 2026-11). */
const WEIGHT_PER_MINUTE = 1_200
/** `/futures/data` counts requests, 1,000 in five minutes, apart from the weight: 12 each keeps us at half of that. */
const DATA_WEIGHT = 12

/** The public REST routes of Binance USD-M (`/fapi`) and COIN-M (`/dapi`), which have their own hosts and budgets. */
export class BinanceRest implements VenueRest {
  readonly #linear: RestClient
  /** Absent where only linear contracts are served. */
  readonly #inverse: RestClient | undefined
  readonly #context: RestContext

  constructor(context: RestContext) {
    const budget = { limit: WEIGHT_PER_MINUTE, windowMs: 60_000 }
    const { restUrl, inverseRestUrl } = context.addresses
    this.#context = context
    this.#linear = context.client(restUrl, budget)
    this.#inverse = inverseRestUrl === undefined ? undefined : context.client(inverseRestUrl, budget)
  }

  /** The perpetuals trading now; inverse ones too, unless they alone cannot be listed. What else is listed is left out. */
  async instruments(signal?: AbortSignal): Promise<readonly Instrument[]> {
    const linear = await this.#listed(this.#linear, '/fapi/v1/exchangeInfo', signal)
    if (this.#inverse === undefined) return linear
    try {
      return [...linear, ...(await this.#listed(this.#inverse, '/dapi/v1/exchangeInfo', signal))]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      this.#context.refusals.add(error.channel, `coin-margined contracts are left out: ${error.message}`, error.text)
      return linear
    }
  }

  async #listed(client: RestClient, path: string, signal: AbortSignal | undefined): Promise<readonly Instrument[]> {
    const reading = readInstruments(await client.get(path, {}, 1, signal), this.#context.venue)
    if (reading.rows.length === 0)
      throw new FeedError(this.#context.venue, path, `no tradable perpetual: ${reading.refused[0]?.reason ?? 'none'}`)
    return reading.rows
  }

  /** One-minute bars that OPEN in [from, to), at most 1,500. */
  async bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]> {
    const limit = Math.min(1_500, Math.max(1, Math.ceil((to - from) / 60_000)))
    const query = { symbol: instrument.symbol, interval: '1m', startTime: from, endTime: to - 1, limit }
    const weight = limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10
    const [path, body] = await this.#get(instrument, 'klines', query, weight, signal)
    return this.#rows(path, readKlines(body, instrument))
  }

  /** Open interest at the END of each five minutes, stamps in [from, to], at most 500. Binance keeps 30 days. */
  async openInterestHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly OpenInterest[]> {
    const path = '/futures/data/openInterestHist'
    const about =
      instrument.kind === 'linear'
        ? { symbol: instrument.symbol }
        : { pair: pairOf(instrument), contractType: 'PERPETUAL' }
    const query = { ...about, period: '5m', startTime: from, endTime: to, limit: 500 }
    const body = await this.#clientOf(instrument).get(path, query, DATA_WEIGHT, signal)
    return this.#rows(path, readOpenInterestHistory(body, instrument))
  }

  /** Funding paid in [from, to), at most 1,000. */
  async fundingHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Funding[]> {
    const query = { symbol: instrument.symbol, startTime: from, endTime: to - 1, limit: 1_000 }
    const [path, body] = await this.#get(instrument, 'fundingRate', query, 5, signal)
    return this.#rows(path, readFundingHistory(body, instrument))
  }

  async openInterest(
    instrument: Instrument,
    markPrice: number | undefined,
    signal?: AbortSignal,
  ): Promise<OpenInterest | undefined> {
    const [path, body] = await this.#get(instrument, 'openInterest', { symbol: instrument.symbol }, 1, signal)
    return this.#rows(path, readOpenInterest(body, instrument, this.#context.clock.now(), markPrice))[0]
  }

  /** Of the last whole five minutes; linear ones: COIN-M counts coins there. */
  async openInterestNotional(instrument: Instrument, signal?: AbortSignal): Promise<OpenInterestNotional | undefined> {
    if (instrument.kind === 'inverse') return undefined
    const path = '/futures/data/openInterestHist'
    const query = { symbol: instrument.symbol, period: '5m', limit: 1 }
    const body = await this.#clientOf(instrument).get(path, query, DATA_WEIGHT, signal)
    return this.#rows(path, readOpenInterestNotional(body))[0]
  }

  /** The mark price now: known before the stream's first message. */
  async markPrice(instrument: Instrument, signal?: AbortSignal): Promise<MarkPrice | undefined> {
    const listing = new Map([[instrument.symbol, instrument]])
    const [path, body] = await this.#get(instrument, 'premiumIndex', { symbol: instrument.symbol }, 1, signal)
    return this.#rows(path, readPremiumIndex(body, listing, this.#context.clock.now()))[0]
  }

  async depth(instrument: Instrument, signal?: AbortSignal): Promise<DepthSnapshot | undefined> {
    const [path, body] = await this.#get(instrument, 'depth', { symbol: instrument.symbol, limit: 1_000 }, 20, signal)
    return this.#rows(path, readDepthSnapshot(body))[0]
  }

  /** The dated table that ships with us. A simulated contract of the same name has none: it is not Binance's. */
  async marginTiers(instrument: Instrument): Promise<MarginSchedule | undefined> {
    return instrument.simulated ? undefined : shippedSchedule(instrument)
  }

  trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncIterable<Trade> {
    return tradeHistory(this, instrument, from, to, signal)
  }

  /** Up to 1,000 trades from an id on. */
  async aggTradesFrom(instrument: Instrument, fromId: number, signal?: AbortSignal): Promise<readonly Trade[]> {
    return this.#aggTrades(instrument, { fromId }, signal)
  }

  /** Up to 1,000 trades from a time on, epoch ms. */
  async aggTradesSince(instrument: Instrument, startTime: number, signal?: AbortSignal): Promise<readonly Trade[]> {
    return this.#aggTrades(instrument, { startTime }, signal)
  }

  async #aggTrades(
    instrument: Instrument,
    start: { fromId: number } | { startTime: number },
    signal: AbortSignal | undefined,
  ): Promise<readonly Trade[]> {
    const query = { symbol: instrument.symbol, limit: 1_000, ...start }
    const [path, body] = await this.#get(instrument, 'aggTrades', query, 20, signal)
    return this.#rows(path, readAggTrades(body, instrument))
  }

  /** The answer of a route that both markets have, and its path. */
  async #get(
    instrument: Instrument,
    route: string,
    query: Readonly<Record<string, string | number>>,
    weight: number,
    signal: AbortSignal | undefined,
  ): Promise<[path: string, body: unknown]> {
    const path = `/${instrument.kind === 'linear' ? 'fapi' : 'dapi'}/v1/${route}`
    return [path, await this.#clientOf(instrument).get(path, query, weight, signal)]
  }

  #clientOf({ kind }: Instrument): RestClient {
    return kind === 'linear' ? this.#linear : (this.#inverse ?? this.#linear)
  }

  #rows<T>(path: string, reading: Reading<T>): readonly T[] {
    return countedRows(path, reading, this.#context.refusals)
  }
}
