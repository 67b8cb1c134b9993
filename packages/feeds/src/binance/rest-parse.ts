import {
  type Bar,
  baseSize,
  type Funding,
  type Instrument,
  instrumentId,
  type MarkPrice,
  type OpenInterest,
  type Trade,
  type Venue,
} from '@liqscope/market'
import type { DepthSnapshot, OpenInterestNotional } from '../venue/adapter.ts'
import { readLevels } from '../venue/levels.ts'
import { canonicalAsset, notionalOf, type Reading, readRows } from '../venue/reading.ts'
import { isRecord, readDecimal, readSequence, readTime, shown } from '../wire-values.ts'
import { readBar } from './parse.ts'

/**
 * The perpetuals trading now, of `/fapi/v1/exchangeInfo` or `/dapi/v1/exchangeInfo`. Sizes of USD-M are base units, so
 * contractSize is 1; COIN-M counts contracts of 100 or 10 USD.
 */
export function readInstruments(body: unknown, venue: Venue): Reading<Instrument> {
  return readRows(isRecord(body) ? (body.symbols ?? body) : body, (row) => {
    if (typeof row.symbol !== 'string' || row.symbol === '') return 'field symbol is missing or wrong'
    if (row.contractType !== 'PERPETUAL') return `not a perpetual: ${shown(row.contractType) || 'no contract type'}`
    const status = row.status ?? row.contractStatus
    if (status !== 'TRADING') return `not trading: ${shown(status)}`
    const { baseAsset, quoteAsset, marginAsset } = row
    if (typeof baseAsset !== 'string' || typeof quoteAsset !== 'string') return 'field baseAsset is missing or wrong'
    const kind = marginAsset === quoteAsset ? 'linear' : marginAsset === baseAsset ? 'inverse' : undefined
    if (kind === undefined) return `margin in ${shown(marginAsset)}, neither the quote nor the base currency`
    const contractSize = kind === 'linear' ? 1 : row.contractSize
    if (typeof contractSize !== 'number' || !(contractSize > 0 && contractSize < 1e9))
      return 'field contractSize is missing or wrong'
    const step = tickSize(row.filters)
    if (!(step > 0)) return 'field tickSize is missing or wrong'
    const asset = canonicalAsset(baseAsset, quoteAsset)
    if (asset === undefined) return 'a name outside A-Z and 0-9'
    return {
      id: instrumentId(venue, row.symbol),
      venue,
      symbol: row.symbol,
      base: asset.base,
      quote: quoteAsset,
      settle: kind === 'linear' ? quoteAsset : baseAsset,
      kind,
      contractSize,
      unitFactor: asset.unitFactor,
      tickSize: step / asset.unitFactor,
      simulated: venue === 'sim',
    }
  })
}

/**
 * `/klines`: `[open time, o, h, l, c, volume, close time, quote volume, trades, taker buy volume, ...]`. COIN-M counts
 * contracts there, and the coins that they were at each match where USD-M has the quote volume.
 */
export function readKlines(body: unknown, instrument: Instrument): Reading<Bar> {
  return readRows(body, (row) => {
    const kline = { t: row[0], T: row[6], o: row[1], h: row[2], l: row[3], c: row[4], v: row[5], V: row[9] }
    const time = readTime(row[0])
    const bar = readBar(kline, time, instrument)
    if (typeof bar === 'string') return `kline field ${bar} is missing or wrong`
    if (instrument.kind === 'linear') return bar
    const volume = readDecimal(row[7])
    const takerBuyVolume = readDecimal(row[10])
    if (!(volume >= 0)) return 'kline field base volume is missing or wrong'
    if (!(takerBuyVolume >= 0 && takerBuyVolume <= volume))
      return 'kline field taker buy base volume is missing or wrong'
    return { ...bar, volume, takerBuyVolume }
  })
}

/** `/fapi/v1/aggTrades`, the same trades as the stream. */
export function readAggTrades(body: unknown, instrument: Instrument): Reading<Trade> {
  return readRows(body, (row) => {
    const exchangeTime = readTime(row.T)
    const tradeId = readSequence(row.a)
    const price = readDecimal(row.p) / instrument.unitFactor
    const contracts = readDecimal(row.q)
    if (!(exchangeTime > 0)) return 'field T is missing or wrong'
    if (!(tradeId >= 0)) return 'field a is missing or wrong'
    if (!(price > 0)) return 'field p is missing or wrong'
    if (!(contracts > 0)) return 'field q is missing or wrong'
    if (typeof row.m !== 'boolean') return 'field m is missing or wrong'
    return {
      kind: 'trade',
      instrument: instrument.id,
      exchangeTime,
      receivedTime: exchangeTime,
      tradeId: String(tradeId),
      price,
      size: baseSize(instrument, contracts, price),
      side: row.m ? 'sell' : 'buy',
    }
  })
}

/**
 * `/openInterest`, now; one-sided: base units of USD-M, contracts of COIN-M.
 *
 * @param markPrice of an inverse instrument, whose contracts are USD
 */
export function readOpenInterest(
  body: unknown,
  instrument: Instrument,
  receivedTime: number,
  markPrice?: number,
): Reading<OpenInterest> {
  return readRows([body], (row) => {
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol)}`
    if (instrument.kind === 'inverse' && markPrice === undefined) return 'contracts in USD before the first mark price'
    const size = baseSize(instrument, readDecimal(row.openInterest), markPrice ?? Number.NaN)
    return openInterest(size, row.time, instrument, receivedTime)
  })
}

/** `/futures/data/openInterestHist`, one-sided, stamped at the END of each period; COIN-M says the coins beside. */
export function readOpenInterestHistory(body: unknown, instrument: Instrument): Reading<OpenInterest> {
  return readRows(body, (row) => {
    if (instrument.kind === 'inverse') {
      if (row.pair !== pairOf(instrument)) return `not what was asked: ${shown(row.pair)}`
      return openInterest(readDecimal(row.sumOpenInterestValue), row.timestamp, instrument, readTime(row.timestamp))
    }
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol ?? row.pair)}`
    const size = baseSize(instrument, readDecimal(row.sumOpenInterest), Number.NaN)
    return openInterest(size, row.timestamp, instrument, readTime(row.timestamp))
  })
}

/** The same rows in Binance's own valuation, USD-M. */
export function readOpenInterestNotional(body: unknown): Reading<OpenInterestNotional> {
  return readRows(body, (row) => notionalOf(readTime(row.timestamp), readDecimal(row.sumOpenInterestValue)))
}

/** `BTCUSD` of `BTCUSD_PERP`: what COIN-M's open interest is asked by. */
export function pairOf({ symbol }: Pick<Instrument, 'symbol'>): string {
  return symbol.replace(/_PERP$/, '')
}

/** `/fapi/v1/fundingRate`: what was paid at `fundingTime`. */
export function readFundingHistory(body: unknown, instrument: Instrument): Reading<Funding> {
  return readRows(body, (row) => {
    const exchangeTime = readTime(row.fundingTime)
    const rate = readDecimal(row.fundingRate)
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol)}`
    if (!(exchangeTime > 0)) return 'field fundingTime is missing or wrong'
    if (!(rate > -1 && rate < 1)) return 'field fundingRate is missing or wrong'
    return { kind: 'funding', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, rate }
  })
}

/** `/fapi/v1/premiumIndex`, of one symbol or of all; symbols that are not listed are refused one by one. */
export function readPremiumIndex(
  body: unknown,
  listing: ReadonlyMap<string, Instrument>,
  receivedTime: number,
): Reading<MarkPrice> {
  return readRows(Array.isArray(body) ? body : [body], (row) => {
    const instrument = typeof row.symbol === 'string' ? listing.get(row.symbol) : undefined
    if (instrument === undefined) return `not a listed perpetual: ${shown(row.symbol)}`
    const exchangeTime = readTime(row.time)
    const price = readDecimal(row.markPrice)
    const indexPrice = readDecimal(row.indexPrice)
    if (!(exchangeTime > 0)) return 'field time is missing or wrong'
    if (!(price > 0)) return 'field markPrice is missing or wrong'
    if (!(indexPrice > 0)) return 'field indexPrice is missing or wrong'
    const factor = instrument.unitFactor
    return {
      kind: 'markPrice',
      instrument: instrument.id,
      exchangeTime,
      receivedTime,
      price: price / factor,
      indexPrice: indexPrice / factor,
    }
  })
}

/** `/fapi/v1/depth`, in the venue's units. */
export function readDepthSnapshot(body: unknown): Reading<DepthSnapshot> {
  return readRows([body], (row) => {
    const lastId = readSequence(row.lastUpdateId)
    const exchangeTime = readTime(row.T)
    const bids = readLevels(row.bids)
    const asks = readLevels(row.asks)
    if (!(lastId >= 0)) return 'field lastUpdateId is missing or wrong'
    if (!(exchangeTime > 0)) return 'field T is missing or wrong'
    if (bids === undefined) return 'field bids is missing or wrong'
    if (asks === undefined) return 'field asks is missing or wrong'
    return { lastId, exchangeTime, bids, asks }
  })
}

function openInterest(
  size: number,
  time: unknown,
  instrument: Instrument,
  receivedTime: number,
): OpenInterest | string {
  const exchangeTime = readTime(time)
  if (!(size >= 0)) return 'the open interest is missing or wrong'
  if (!(exchangeTime > 0)) return 'the time is missing or wrong'
  return { kind: 'openInterest', instrument: instrument.id, exchangeTime, receivedTime, size }
}

function tickSize(filters: unknown): number {
  if (!Array.isArray(filters)) return Number.NaN
  const filter: unknown = filters.find((entry) => isRecord(entry) && entry.filterType === 'PRICE_FILTER')
  return isRecord(filter) ? readDecimal(filter.tickSize) : Number.NaN
}
