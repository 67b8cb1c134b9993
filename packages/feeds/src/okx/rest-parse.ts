import {
  type Bar,
  baseSize,
  type Funding,
  type Instrument,
  instrumentId,
  type MarginTier,
  type MarkPrice,
  type OpenInterest,
  type Trade,
  type Venue,
} from '@liqscope/market'
import type { OpenInterestNotional } from '../venue/adapter.ts'
import { tiersOfBands } from '../venue/margin-bands.ts'
import { minuteBar } from '../venue/minute-bar.ts'
import { canonicalAsset, notionalOf, type Reading, readRows } from '../venue/reading.ts'
import { isRecord, readDecimal, readIdText, readTextTime, shown } from '../wire-values.ts'

const OPEN_INTEREST_PERIOD_MS = 300_000

/** The rows of `{code, msg, data}`, or why there are none. */
export function dataOf(body: unknown): { readonly data: unknown } | { readonly problem: string } {
  if (!isRecord(body)) return { problem: 'the answer is not an object' }
  if (body.code !== '0')
    return {
      problem: `the venue says ${shown(body.code)}: ${typeof body.msg === 'string' ? body.msg.slice(0, 200) : ''}`,
    }
  return { data: body.data }
}

/** The swaps trading now, of `/public/instruments?instType=SWAP`. `ctVal` is base coin when linear, USD when inverse. */
export function readInstruments(data: unknown, venue: Venue): Reading<Instrument> {
  return readRows(data, (row) => {
    const { instId, settleCcy } = row
    if (typeof instId !== 'string' || instId === '') return 'field instId is missing or wrong'
    if (row.instType !== 'SWAP') return `not a swap: ${shown(row.instType)}`
    if (row.state !== 'live') return `not trading: ${shown(row.state)}`
    if (row.ctType !== 'linear' && row.ctType !== 'inverse') return 'field ctType is missing or wrong'
    const [name, quote] = (typeof row.uly === 'string' && row.uly !== '' ? row.uly : instId).split('-')
    if (name === undefined || quote === undefined || typeof settleCcy !== 'string')
      return 'field uly is missing or wrong'
    const asset = canonicalAsset(name, quote)
    if (asset === undefined) return 'a name outside A-Z and 0-9'
    // The contract's unit: anything else than the base coin or the quote would make every size wrong.
    const unit = row.ctType === 'linear' ? name : quote
    if (row.ctValCcy !== unit) return `contract value in ${shown(row.ctValCcy)}, not in ${unit}`
    const contractSize = readDecimal(row.ctVal) * readDecimal(row.ctMult)
    if (!(contractSize > 0)) return 'field ctVal is missing or wrong'
    const step = readDecimal(row.tickSz)
    if (!(step > 0)) return 'field tickSz is missing or wrong'
    return {
      id: instrumentId(venue, instId),
      venue,
      symbol: instId,
      base: asset.base,
      quote,
      settle: settleCcy,
      kind: row.ctType,
      contractSize,
      unitFactor: asset.unitFactor,
      tickSize: step / asset.unitFactor,
      simulated: venue === 'sim',
    }
  })
}

/** `[ts, o, h, l, c, contracts, base coin, quote, confirmed]`, newest first. Nothing says who took. */
export function readCandles(data: unknown, instrument: Instrument): Reading<Bar> {
  return readRows(data, (row) => {
    if (row[8] !== '1') return 'candle still open'
    const [open, high, low, close] = [row[1], row[2], row[3], row[4]]
    const bar = minuteBar(
      { time: readTextTime(row[0]), open, high, low, close, volume: readDecimal(row[5]) },
      instrument,
    )
    if (typeof bar === 'string') return `candle field ${bar} is missing or wrong`
    // The venue's own sum of coins is exact for inverse contracts too, whose price moved within the minute.
    const coins = readDecimal(row[6])
    return coins >= 0 ? { ...bar, volume: coins * instrument.unitFactor } : bar
  })
}

/**
 * `[ts, contracts, base coin, USD]` of each 5 minutes. `ts` is the BEGINNING of the period, and the figure is known at
 * its end: stamped there, so that no bar knows the future.
 */
export function readOpenInterestHistory(data: unknown, instrument: Instrument): Reading<OpenInterest> {
  return readRows(data, (row) => {
    const exchangeTime = readTextTime(row[0]) + OPEN_INTEREST_PERIOD_MS
    const size = readDecimal(row[2]) * instrument.unitFactor
    if (!(exchangeTime > 0)) return 'field ts is missing or wrong'
    if (!(size >= 0)) return 'field oiCcy is missing or wrong'
    return { kind: 'openInterest', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, size }
  })
}

/** `/public/funding-rate-history`: what was paid at `fundingTime`. */
export function readFundingHistory(data: unknown, instrument: Instrument): Reading<Funding> {
  return readRows(data, (row) => {
    const exchangeTime = readTextTime(row.fundingTime)
    const rate = readDecimal(
      row.realizedRate === undefined || row.realizedRate === '' ? row.fundingRate : row.realizedRate,
    )
    if (row.instId !== instrument.symbol) return `not what was asked: ${shown(row.instId)}`
    if (!(exchangeTime > 0)) return 'field fundingTime is missing or wrong'
    if (!(rate > -1 && rate < 1)) return 'field realizedRate is missing or wrong'
    return { kind: 'funding', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, rate }
  })
}

/** `/public/mark-price`. */
export function readMarkPrice(data: unknown, instrument: Instrument, receivedTime: number): Reading<MarkPrice> {
  return readRows(data, (row) => {
    const exchangeTime = readTextTime(row.ts)
    const price = readDecimal(row.markPx) / instrument.unitFactor
    if (row.instId !== instrument.symbol) return `not what was asked: ${shown(row.instId)}`
    if (!(exchangeTime > 0)) return 'field ts is missing or wrong'
    if (!(price > 0)) return 'field markPx is missing or wrong'
    return { kind: 'markPrice', instrument: instrument.id, exchangeTime, receivedTime, price }
  })
}

/** `/market/history-trades`: single matches, newest first. */
export function readTrades(data: unknown, instrument: Instrument): Reading<Trade> {
  return readRows(data, (row) => {
    const exchangeTime = readTextTime(row.ts)
    const price = readDecimal(row.px) / instrument.unitFactor
    const contracts = readDecimal(row.sz)
    const tradeId = readIdText(row.tradeId)
    if (!(exchangeTime > 0)) return 'field ts is missing or wrong'
    if (tradeId === undefined) return 'field tradeId is missing or wrong'
    if (!(price > 0)) return 'field px is missing or wrong'
    if (!(contracts > 0)) return 'field sz is missing or wrong'
    if (row.side !== 'buy' && row.side !== 'sell') return 'field side is missing or wrong'
    return {
      kind: 'trade',
      instrument: instrument.id,
      exchangeTime,
      receivedTime: exchangeTime,
      tradeId,
      price,
      size: baseSize(instrument, contracts, price),
      side: row.side,
    }
  })
}

/**
 * `/public/position-tiers`: bands of contracts. OKX has no deduction: the maintenance margin jumps at an edge.
 *
 * @param price quote per base: bands become notional, in the quote when linear and in the coin when inverse
 */
export function readPositionTiers(data: unknown, instrument: Instrument, price: number): Reading<MarginTier> {
  const notional = (contracts: number) => {
    const size = baseSize(instrument, contracts, price)
    return instrument.kind === 'linear' ? size * price : size
  }
  const { rows, refused } = readRows(data, (row) => {
    const cap = readDecimal(row.maxSz)
    const maintenanceRate = readDecimal(row.mmr)
    const maxLeverage = readDecimal(row.maxLever)
    if (!(cap > 0)) return 'field maxSz is missing or wrong'
    if (!(maintenanceRate > 0 && maintenanceRate < 1)) return 'field mmr is missing or wrong'
    if (!(maxLeverage >= 1)) return 'field maxLever is missing or wrong'
    return { cap: notional(cap), maintenanceRate, maxLeverage }
  })
  if (refused.length > 0) return { rows: [], refused }
  const sorted = rows.toSorted((a, b) => a.cap - b.cap)
  // A band begins where the one before it ends: some are written from one contract more on.
  const bands = sorted.map((band, i) => ({ ...band, notionalFloor: sorted[i - 1]?.cap ?? 0 }))
  const tiers = tiersOfBands(bands, sorted.at(-1)?.cap ?? 0)
  if (typeof tiers === 'string')
    return { rows: [], refused: [{ reason: tiers, text: JSON.stringify(data).slice(0, 500) }] }
  return { rows: tiers.map((tier) => ({ ...tier, deduction: 0 })), refused: [] }
}

/** `/public/open-interest` in OKX's own valuation. */
export function readOpenInterestNotional(data: unknown): Reading<OpenInterestNotional> {
  return readRows(data, (row) => notionalOf(readTextTime(row.ts), readDecimal(row.oiUsd)))
}
