import type { Bar, Funding, Instrument, MarkPrice, OpenInterest, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { DepthSnapshot, RestContext, VenueRest } from '../venue/adapter.ts'
import { countedRows, type Reading } from '../venue/reading.ts'
import {
  readAggTrades,
  readDepthSnapshot,
  readFundingHistory,
  readInstruments,
  readKlines,
  readOpenInterest,
  readOpenInterestHistory,
  readPremiumIndex,
} from './rest-parse.ts'
import { tradeHistory } from './trade-history.ts'

/** Half of Binance's 2,400 weight a minute (checked 2026-11). */
const WEIGHT_PER_MINUTE = 1_200
/** `/futures/data` counts requests, 1,000 in five minutes, apart from the weight: 12 each keeps us at half of that. */
const DATA_WEIGHT = 12

/** Binance USD-M's public REST routes. */
export class BinanceRest implements VenueRest {
  readonly #client: RestClient
  readonly #context: RestContext

  constructor(context: RestContext) {
    this.#context = context
    this.#client = context.client(context.addresses.restUrl, { limit: WEIGHT_PER_MINUTE, windowMs: 60_000 })
  }

  /** The perpetuals trading now. What else is listed is left out without a count. */
  async instruments(signal?: AbortSignal): Promise<readonly Instrument[]> {
    const path = '/fapi/v1/exchangeInfo'
    const reading = readInstruments(await this.#client.get(path, {}, 1, signal), this.#context.venue)
    if (reading.rows.length === 0)
      throw new FeedError(this.#context.venue, path, `no tradable perpetual: ${reading.refused[0]?.reason ?? 'none'}`)
    return reading.rows
  }

  /** One-minute bars that OPEN in [from, to), at most 1,500. */
  async bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]> {
    const path = '/fapi/v1/klines'
    const limit = Math.min(1_500, Math.max(1, Math.ceil((to - from) / 60_000)))
    const query = { symbol: instrument.symbol, interval: '1m', startTime: from, endTime: to - 1, limit }
    const weight = limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10
    return this.#rows(path, readKlines(await this.#client.get(path, query, weight, signal), instrument))
  }

  /** Open interest at the END of each five minutes, stamps in [from, to], at most 500. Binance keeps 30 days. */
  async openInterestHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly OpenInterest[]> {
    const path = '/futures/data/openInterestHist'
    const query = { symbol: instrument.symbol, period: '5m', startTime: from, endTime: to, limit: 500 }
    return this.#rows(
      path,
      readOpenInterestHistory(await this.#client.get(path, query, DATA_WEIGHT, signal), instrument),
    )
  }

  /** Funding paid in [from, to), at most 1,000. */
  async fundingHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Funding[]> {
    const path = '/fapi/v1/fundingRate'
    const query = { symbol: instrument.symbol, startTime: from, endTime: to - 1, limit: 1_000 }
    return this.#rows(path, readFundingHistory(await this.#client.get(path, query, 5, signal), instrument))
  }

  async openInterest(
    instrument: Instrument,
    _markPrice: number | undefined,
    signal?: AbortSignal,
  ): Promise<OpenInterest | undefined> {
    const path = '/fapi/v1/openInterest'
    const body = await this.#client.get(path, { symbol: instrument.symbol }, 1, signal)
    return this.#rows(path, readOpenInterest(body, instrument, this.#context.clock.now()))[0]
  }

  /** The mark price now: known before the stream's first message. */
  async markPrice(instrument: Instrument, signal?: AbortSignal): Promise<MarkPrice | undefined> {
    const path = '/fapi/v1/premiumIndex'
    const listing = new Map([[instrument.symbol, instrument]])
    const body = await this.#client.get(path, { symbol: instrument.symbol }, 1, signal)
    return this.#rows(path, readPremiumIndex(body, listing, this.#context.clock.now()))[0]
  }

  async depth(instrument: Instrument, signal?: AbortSignal): Promise<DepthSnapshot | undefined> {
    const path = '/fapi/v1/depth'
    const body = await this.#client.get(path, { symbol: instrument.symbol, limit: 1_000 }, 20, signal)
    return this.#rows(path, readDepthSnapshot(body))[0]
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
    const path = '/fapi/v1/aggTrades'
    const query = { symbol: instrument.symbol, limit: 1_000, ...start }
    return this.#rows(path, readAggTrades(await this.#client.get(path, query, 20, signal), instrument))
  }

  #rows<T>(path: string, reading: Reading<T>): readonly T[] {
    return countedRows(path, reading, this.#context.refusals)
  }
}
