import type { Bar, Funding, Instrument, MarginSchedule } from '@liqscope/market'
import { FeedError } from '../feed.ts'
import type { RestClient } from '../rest/rest-client.ts'
import type { RestContext, VenueRest } from '../venue/adapter.ts'
import { countedRows } from '../venue/reading.ts'
import { readCandles, readFundingHistory, readInstruments, readMarginSchedule } from './rest-parse.ts'

/** A quarter of 1,200 a minute and address (checked 2026-11); another quarter is for tracked accounts (`truth/`). */
const WEIGHT = { limit: 300, windowMs: 60_000 }
const INFO = '/info'
/** Of most questions; rows of history cost more. */
const BASE_WEIGHT = 20
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/**
 * Hyperliquid's `/info`. It keeps the last 5,000 minutes as bars, and neither a history of open interest nor one of
 * public trades.
 */
export class HyperliquidRest implements VenueRest {
  readonly #client: RestClient
  readonly #context: RestContext
  /** The newest answer of `metaAndAssetCtxs` and when it came: its tables of tiers are asked for coin by coin. */
  #meta: { readonly body: unknown; readonly at: number } | undefined

  constructor(context: RestContext) {
    this.#context = context
    this.#client = context.client(context.addresses.restUrl, WEIGHT)
  }

  async instruments(signal?: AbortSignal): Promise<readonly Instrument[]> {
    const { rows, refused } = readInstruments(await this.#askMeta(signal), this.#context.venue)
    if (rows.length === 0)
      throw new FeedError(this.#context.venue, INFO, `no tradable perpetual: ${refused[0]?.reason ?? 'none'}`)
    return rows
  }

  async bars(instrument: Instrument, from: number, to: number, signal?: AbortSignal): Promise<readonly Bar[]> {
    const req = { coin: instrument.symbol, interval: '1m', startTime: from, endTime: to - 1 }
    const weight = BASE_WEIGHT + Math.ceil((to - from) / MINUTE_MS / 60)
    const body = await this.#client.post(INFO, { type: 'candleSnapshot', req }, weight, signal)
    return countedRows('candleSnapshot', readCandles(body, instrument), this.#context.refusals)
  }

  async fundingHistory(
    instrument: Instrument,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<readonly Funding[]> {
    const question = { type: 'fundingHistory', coin: instrument.symbol, startTime: from, endTime: to - 1 }
    const weight = BASE_WEIGHT + Math.ceil((to - from) / HOUR_MS / 20)
    const body = await this.#client.post(INFO, question, weight, signal)
    return countedRows('fundingHistory', readFundingHistory(body, instrument), this.#context.refusals)
  }

  async marginTiers(instrument: Instrument, signal?: AbortSignal): Promise<MarginSchedule | undefined> {
    const now = this.#context.clock.now()
    const held = this.#meta
    const body = held !== undefined && now - held.at < HOUR_MS ? held.body : await this.#askMeta(signal)
    return countedRows('marginTables', readMarginSchedule(body, instrument, now), this.#context.refusals)[0]
  }

  async #askMeta(signal: AbortSignal | undefined): Promise<unknown> {
    const body = await this.#client.post(INFO, { type: 'metaAndAssetCtxs' }, BASE_WEIGHT, signal)
    this.#meta = { body, at: this.#context.clock.now() }
    return body
  }
}
