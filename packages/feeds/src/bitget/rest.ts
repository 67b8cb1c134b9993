import type { Bar, Funding, Instrument, MarginSchedule, Trade } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { RestContext, VenueRest } from '../venue/adapter.ts'
import { countedRows, type Reading } from '../venue/reading.ts'
import { tradesBack } from '../venue/trades-back.ts'
import { PRODUCTS, productOf } from './product.ts'
import { readCandles, readFundingHistory, readInstruments, readMarginSchedule, readTrades } from './rest-parse.ts'

/** Half of 20 a second of one route and address (checked 2026-11), for all routes together. */
const REQUESTS = { limit: 10, windowMs: 1_000 }
const MARKET = '/api/v2/mix/market'
const MINUTE_MS = 60_000
/** `/candles` has the last month of minutes, 1,000 a request; `/history-candles` all, 200 a request. */
const RECENT_MS = 28 * 86_400_000
const RECENT_PER_PAGE = 1_000
const OLD_PER_PAGE = 200
const TRADES_PER_PAGE = 1_000
const FUNDINGS_PER_PAGE = 100
/** Pages of funding asked for at most: 100 at 8 h each are a month. */
const FUNDING_PAGES = 24

/** Bitget's public futures routes. There is no history of open interest. */
export class BitgetRest implements VenueRest {
  readonly #client: RestClient
  readonly #context: RestContext

  constructor(context: RestContext) {
    this.#context = context
    this.#client = context.client(context.addresses.restUrl, REQUESTS)
  }

  async instruments(signal?: AbortSignal): Promise<readonly Instrument[]> {
    const path = `${MARKET}/contracts`
    const readings = await Promise.all(
      PRODUCTS.map(async (productType) =>
        readInstruments(await this.#client.get(path, { productType }, 1, signal), this.#context.venue, productType),
      ),
    )
    const rows = readings.flatMap((reading) => reading.rows)
    const problem = readings.find(({ refused }) => refused.length > 0)?.refused[0]?.reason ?? 'none'
    if (rows.length === 0) throw new FeedError(this.#context.venue, path, `no tradable perpetual: ${problem}`)
    return rows
  }

  async bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]> {
    const isOld = from < this.#context.clock.now() - RECENT_MS
    const path = `${MARKET}/${isOld ? 'history-candles' : 'candles'}`
    const limit = isOld ? OLD_PER_PAGE : RECENT_PER_PAGE
    const bars: Bar[] = []
    for (let start = from; start < to; start += limit * MINUTE_MS) {
      const end = Math.min(to, start + limit * MINUTE_MS)
      const query = { granularity: '1m', startTime: start, endTime: end, limit }
      bars.push(...this.#rows(path, readCandles(await this.#ask(path, instrument, query, signal), instrument)))
    }
    return bars
  }

  async fundingHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Funding[]> {
    const path = `${MARKET}/history-fund-rate`
    const found: Funding[] = []
    for (let pageNo = 1; pageNo <= FUNDING_PAGES; pageNo++) {
      const body = await this.#ask(path, instrument, { pageSize: FUNDINGS_PER_PAGE, pageNo }, signal)
      const reading = readFundingHistory(body, instrument)
      found.push(...this.#rows(path, reading))
      const oldest = reading.rows.at(-1)?.exchangeTime ?? 0
      if (reading.rows.length + reading.refused.length < FUNDINGS_PER_PAGE || oldest < from) break
    }
    return found.filter(({ exchangeTime }) => exchangeTime >= from && exchangeTime < to)
  }

  trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal): AsyncIterable<Trade> {
    const path = `${MARKET}/fills-history`
    const span = { startTime: from, endTime: to, limit: TRADES_PER_PAGE }
    return tradesBack(instrument, from, to, TRADES_PER_PAGE, async (_index, oldest) => {
      const query = oldest === undefined ? span : { ...span, idLessThan: oldest.tradeId }
      const reading = readTrades(await this.#ask(path, instrument, query, signal), instrument)
      this.#rows(path, reading)
      return reading
    })
  }

  async marginTiers(instrument: Instrument, signal?: AbortSignal): Promise<MarginSchedule | undefined> {
    const path = `${MARKET}/query-position-lever`
    const body = await this.#ask(path, instrument, {}, signal)
    return this.#rows(path, readMarginSchedule(body, instrument, this.#context.clock.now()))[0]
  }

  #ask(
    path: string,
    instrument: Instrument,
    query: Readonly<Record<string, string | number>>,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const about = { symbol: instrument.symbol, productType: productOf(instrument) }
    return this.#client.get(path, { ...about, ...query }, 1, signal)
  }

  #rows<T>(path: string, reading: Reading<T>): readonly T[] {
    return countedRows(path, reading, this.#context.refusals)
  }
}
