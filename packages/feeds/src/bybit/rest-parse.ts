import {
  type Bar,
  baseSize,
  type Funding,
  type Instrument,
  instrumentId,
  type MarginTier,
  type OpenInterest,
  type Trade,
  type Venue,
} from '@liqscope/market'
import type { OpenInterestNotional } from '../venue/adapter.ts'
import { tiersOfBands } from '../venue/margin-bands.ts'
import { minuteBar } from '../venue/minute-bar.ts'
import { canonicalAsset, notionalOf, type Reading, readRows } from '../venue/reading.ts'
import { isRecord, readDecimal, readIdText, readTextTime, shown } from '../wire-values.ts'
import { oneSided } from './ticker.ts'

/** The list of `{retCode, retMsg, result: {list, nextPageCursor}}`, or why there is none. */
export function listOf(
  body: unknown,
): { readonly list: unknown; readonly cursor: string } | { readonly problem: string } {
  if (!isRecord(body)) return { problem: 'the answer is not an object' }
  const { retCode, retMsg, result } = body
  if (retCode !== 0)
    return { problem: `the venue says ${shown(retCode)}: ${typeof retMsg === 'string' ? retMsg.slice(0, 200) : ''}` }
  if (!isRecord(result)) return { problem: 'the answer has no result' }
  return { list: result.list, cursor: typeof result.nextPageCursor === 'string' ? result.nextPageCursor : '' }
}

/** `/v5/market/instruments-info`. Sizes are base coin when linear and USD when inverse, so contractSize is 1. */
export function readInstruments(list: unknown, venue: Venue): Reading<Instrument> {
  return readRows(list, (row) => {
    const { symbol, baseCoin, quoteCoin, settleCoin } = row
    if (typeof symbol !== 'string' || symbol === '') return 'field symbol is missing or wrong'
    const kind =
      row.contractType === 'LinearPerpetual'
        ? 'linear'
        : row.contractType === 'InversePerpetual'
          ? 'inverse'
          : undefined
    if (kind === undefined) return `not a perpetual: ${shown(row.contractType)}`
    if (row.status !== 'Trading') return `not trading: ${shown(row.status)}`
    if (typeof baseCoin !== 'string' || typeof quoteCoin !== 'string') return 'field baseCoin is missing or wrong'
    if (settleCoin !== (kind === 'linear' ? quoteCoin : baseCoin)) return `margin in ${shown(settleCoin)}`
    const step = isRecord(row.priceFilter) ? readDecimal(row.priceFilter.tickSize) : Number.NaN
    if (!(step > 0)) return 'field tickSize is missing or wrong'
    const asset = canonicalAsset(baseCoin, quoteCoin)
    if (asset === undefined) return 'a name outside A-Z and 0-9'
    return {
      id: instrumentId(venue, symbol),
      venue,
      symbol,
      base: asset.base,
      quote: quoteCoin,
      settle: settleCoin,
      kind,
      contractSize: 1,
      unitFactor: asset.unitFactor,
      tickSize: step / asset.unitFactor,
      simulated: venue === 'sim',
    }
  })
}

/** `[start, o, h, l, c, volume, turnover]`, newest first; the running minute is in it. Nothing says who took. */
export function readKlines(list: unknown, instrument: Instrument): Reading<Bar> {
  return readRows(list, (row) => {
    const [open, high, low, close] = [row[1], row[2], row[3], row[4]]
    const volume = readDecimal(row[5])
    const bar = minuteBar({ time: readTextTime(row[0]), open, high, low, close, volume }, instrument)
    if (typeof bar === 'string') return `kline field ${bar} is missing or wrong`
    // Inverse: the volume is USD, and the turnover the coins that they were at each match.
    const coins = instrument.kind === 'inverse' ? readDecimal(row[6]) : Number.NaN
    return coins >= 0 ? { ...bar, volume: coins } : bar
  })
}

/**
 * `/v5/market/open-interest`: both sides, unless the venue says one.
 *
 * @param markPriceAt of an inverse instrument, whose open interest is in USD
 */
export function readOpenInterestHistory(
  list: unknown,
  instrument: Instrument,
  markPriceAt: ReadonlyMap<number, number>,
): Reading<OpenInterest> {
  return readRows(list, (row) => {
    const exchangeTime = readTextTime(row.timestamp)
    const contracts = oneSided(row.openInterest, row.singleOpenInterest)
    if (!(exchangeTime > 0)) return 'field timestamp is missing or wrong'
    if (!(contracts >= 0)) return 'field openInterest is missing or wrong'
    const price = markPriceAt.get(exchangeTime)
    if (instrument.kind === 'inverse' && price === undefined) return 'open interest in USD without a mark price'
    const size = baseSize(instrument, contracts, price ?? Number.NaN)
    return { kind: 'openInterest', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, size }
  })
}

/** `/v5/market/mark-price-kline`: `[start, o, h, l, c]`, the mark price at each start. */
export function readMarkPrices(list: unknown, instrument: Instrument): Reading<readonly [number, number]> {
  return readRows(list, (row) => {
    const time = readTextTime(row[0])
    const price = readDecimal(row[1]) / instrument.unitFactor
    return time > 0 && price > 0 ? [time, price] : 'mark price is missing or wrong'
  })
}

/** `/v5/market/funding/history`: what was paid at the time. */
export function readFundingHistory(list: unknown, instrument: Instrument): Reading<Funding> {
  return readRows(list, (row) => {
    const exchangeTime = readTextTime(row.fundingRateTimestamp)
    const rate = readDecimal(row.fundingRate)
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol)}`
    if (!(exchangeTime > 0)) return 'field fundingRateTimestamp is missing or wrong'
    if (!(rate > -1 && rate < 1)) return 'field fundingRate is missing or wrong'
    return { kind: 'funding', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, rate }
  })
}

/** `/v5/market/recent-trade`, newest first, the same matches as the stream. */
export function readTrades(list: unknown, instrument: Instrument): Reading<Trade> {
  return readRows(list, (row) => {
    const exchangeTime = readTextTime(row.time)
    const price = readDecimal(row.price) / instrument.unitFactor
    const contracts = readDecimal(row.size)
    const tradeId = readIdText(row.execId)
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol)}`
    if (row.isBlockTrade === true) return 'not flow: block trade'
    if (!(exchangeTime > 0)) return 'field time is missing or wrong'
    if (tradeId === undefined) return 'field execId is missing or wrong'
    if (!(price > 0)) return 'field price is missing or wrong'
    if (!(contracts > 0)) return 'field size is missing or wrong'
    if (row.side !== 'Buy' && row.side !== 'Sell') return 'field side is missing or wrong'
    return {
      kind: 'trade',
      instrument: instrument.id,
      exchangeTime,
      receivedTime: exchangeTime,
      tradeId,
      price,
      size: baseSize(instrument, contracts, price),
      side: row.side === 'Buy' ? 'buy' : 'sell',
    }
  })
}

/**
 * `/v5/market/risk-limit`: bands end at `riskLimitValue`, in the quote when linear and in the coin when inverse. Bybit
 * writes a rate of 0.5 % as `0.5` or as `0.005`: which one it is follows from the initial margin, which is 1 / leverage,
 * and is confirmed by the deductions, which must make the maintenance margin continuous.
 */
export function readRiskLimits(list: unknown, instrument: Instrument): Reading<MarginTier> {
  const { rows, refused } = readRows(list, (row) => {
    const cap = readDecimal(row.riskLimitValue)
    const maintenance = readDecimal(row.maintenanceMargin)
    const initial = readDecimal(row.initialMargin)
    const maxLeverage = readDecimal(row.maxLeverage)
    const deduction = row.mmDeduction === '' ? 0 : readDecimal(row.mmDeduction)
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol)}`
    if (!(cap > 0)) return 'field riskLimitValue is missing or wrong'
    if (!(maintenance > 0)) return 'field maintenanceMargin is missing or wrong'
    if (!(initial > 0)) return 'field initialMargin is missing or wrong'
    if (!(maxLeverage >= 1)) return 'field maxLeverage is missing or wrong'
    if (!(deduction >= 0)) return 'field mmDeduction is missing or wrong'
    return { cap, maintenance, initial, maxLeverage, deduction }
  })
  const refusal = (reason: string) => ({ rows: [], refused: [{ reason, text: JSON.stringify(list).slice(0, 500) }] })
  if (refused.length > 0) return { rows: [], refused }
  const sorted = rows.toSorted((a, b) => a.cap - b.cap)
  const [first] = sorted
  if (first === undefined) return refusal('no tiers')
  const unit = [1, 0.01].find((scale) => Math.abs(first.initial * scale * first.maxLeverage - 1) < 0.1)
  if (unit === undefined) return refusal('initial margin and leverage do not fit together')
  const tiers = tiersOfBands(
    sorted.map(({ maintenance, maxLeverage }, i) => ({
      notionalFloor: sorted[i - 1]?.cap ?? 0,
      maxLeverage,
      maintenanceRate: maintenance * unit,
    })),
    sorted.at(-1)!.cap,
    sorted.map(({ deduction }) => deduction),
  )
  return typeof tiers === 'string' ? refusal(tiers) : { rows: tiers, refused: [] }
}

/** `/tickers`, which has no time of its own: Bybit's valuation of both sides, halved. */
export function readOpenInterestNotional(list: unknown, receivedTime: number): Reading<OpenInterestNotional> {
  return readRows(list, (row) => notionalOf(receivedTime, readDecimal(row.openInterestValue) / 2))
}
