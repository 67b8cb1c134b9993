import {
  type Bar,
  baseSize,
  type Funding,
  type Instrument,
  instrumentId,
  type MarginSchedule,
  type OpenInterest,
  type Trade,
  type Venue,
} from '@liqscope/market'
import type { DepthSnapshot, OpenInterestNotional } from '../venue/adapter.ts'
import { tiersOfBands } from '../venue/margin-bands.ts'
import { minuteBar } from '../venue/minute-bar.ts'
import { canonicalAsset, notionalOf, type Reading, readRows } from '../venue/reading.ts'
import { isRecord, readAmount, readDecimal, readSequence, shown } from '../wire-values.ts'
import type { ContractRow } from './messages.ts'
import { tradeOf } from './parse.ts'
import type { Settle } from './subscribe.ts'
import { readEpoch, readGateLevels } from './wire.ts'

/** The perpetuals trading now, of `/contracts`. USDT: `quanto_multiplier` base units a contract; BTC: one USD. */
export function readInstruments(body: unknown, venue: Venue, settle: Settle): Reading<Instrument> {
  return readRows(body, (contract: ContractRow) => {
    const { name } = contract
    if (typeof name !== 'string' || name === '') return 'field name is missing or wrong'
    const [base = '', quote = '', ...rest] = name.split('_')
    if (quote === '' || rest.length > 0) return `not a perpetual: ${shown(name)}`
    if (contract.status !== undefined && contract.status !== 'trading') return `not trading: ${shown(contract.status)}`
    if (contract.in_delisting === true) return `being delisted: ${shown(name)}`
    const multiplier = readAmount(contract.quanto_multiplier)
    if (!(multiplier >= 0)) return 'field quanto_multiplier is missing or wrong'
    const kind = kindOf(contract, multiplier, settle)
    if (kind !== 'linear' && kind !== 'inverse') return kind
    const step = readAmount(contract.order_price_round)
    if (!(step > 0)) return 'field order_price_round is missing or wrong'
    const asset = canonicalAsset(base, quote)
    if (asset === undefined) return 'a name outside A-Z and 0-9'
    return {
      id: instrumentId(venue, name),
      venue,
      symbol: name,
      base: asset.base,
      quote,
      settle: settle.toUpperCase(),
      kind,
      contractSize: kind === 'linear' ? multiplier : 1,
      unitFactor: asset.unitFactor,
      tickSize: step / asset.unitFactor,
      simulated: venue === 'sim',
    }
  })
}

/** A contract that is settled in BTC but worth something else is neither linear nor inverse. */
function kindOf({ type, name }: ContractRow, multiplier: number, settle: Settle): string {
  if (settle === 'usdt') return type === 'direct' && multiplier > 0 ? 'linear' : `not a linear contract: ${shown(name)}`
  return type === 'inverse' && multiplier === 0 ? 'inverse' : `a quanto contract: ${shown(name)}`
}

/** `/candlesticks?interval=1m`: times in seconds, volume in contracts. */
export function readCandles(body: unknown, instrument: Instrument): Reading<Bar> {
  return readRows(body, (candle) => {
    const bar = minuteBar(
      {
        time: readEpoch(candle.t),
        open: candle.o,
        high: candle.h,
        low: candle.l,
        close: candle.c,
        volume: readAmount(candle.v),
      },
      instrument,
    )
    return typeof bar === 'string' ? `candle: ${bar} is missing or wrong` : bar
  })
}

/** `/contract_stats`: open interest in contracts, with the mark price of the same moment. */
export function readOpenInterestHistory(body: unknown, instrument: Instrument): Reading<OpenInterest> {
  return readRows(body, (row) => {
    const exchangeTime = readEpoch(row.time)
    const contracts = readAmount(row.open_interest)
    const mark = readAmount(row.mark_price)
    if (!(exchangeTime > 0)) return 'field time is missing or wrong'
    if (!(contracts >= 0)) return 'field open_interest is missing or wrong'
    if (!(mark > 0)) return 'field mark_price is missing or wrong'
    const size = baseSize(instrument, contracts, mark / instrument.unitFactor)
    return { kind: 'openInterest', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, size }
  })
}

/** The same rows in Gate's own valuation. */
export function readOpenInterestNotional(body: unknown): Reading<OpenInterestNotional> {
  return readRows(body, (row) => notionalOf(readEpoch(row.time), readAmount(row.open_interest_usd)))
}

/** `/funding_rate`: what was paid, times in seconds. */
export function readFundingHistory(body: unknown, instrument: Instrument): Reading<Funding> {
  return readRows(body, (row) => {
    const exchangeTime = readEpoch(row.t)
    const rate = readDecimal(row.r)
    if (!(exchangeTime > 0)) return 'field t is missing or wrong'
    if (!(rate > -1 && rate < 1)) return 'field r is missing or wrong'
    return { kind: 'funding', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, rate }
  })
}

/** `/trades`, newest first. */
export function readTrades(body: unknown, instrument: Instrument): Reading<Trade> {
  return readRows(body, (row) => {
    if (row.contract !== instrument.symbol) return `not what was asked: ${shown(row.contract)}`
    const trade = tradeOf(row, instrument)
    return trade.kind === 'trade' ? trade : trade.reason
  })
}

/** `/order_book?with_id=true`, in contracts. */
export function readDepthSnapshot(body: unknown): Reading<DepthSnapshot> {
  return readRows([body], (row) => {
    const lastId = readSequence(row.id)
    const exchangeTime = readEpoch(row.update ?? row.current)
    const bids = readGateLevels(row.bids)
    const asks = readGateLevels(row.asks)
    if (!(lastId >= 0)) return 'field id is missing or wrong'
    if (!(exchangeTime > 0)) return 'field update is missing or wrong'
    if (bids === undefined) return 'field bids is missing or wrong'
    if (asks === undefined) return 'field asks is missing or wrong'
    return { lastId, exchangeTime, bids, asks }
  })
}

/**
 * `/risk_limit_tiers?contract=`: each tier's `risk_limit` is its upper end. Refused when the venue's own deductions say
 * that the margin jumps: then a limit is not in the unit we take it for.
 */
export function readMarginSchedule(body: unknown, instrument: Instrument, validFrom: number): Reading<MarginSchedule> {
  if (!Array.isArray(body)) return readRows<MarginSchedule>(body, () => 'not a tier')
  const rows = body
    .filter(isRecord)
    .filter((row) => row.contract === undefined || row.contract === instrument.symbol)
    .sort((a, b) => readAmount(a.tier) - readAmount(b.tier))
  return readRows([rows], () => {
    const caps = rows.map((row) => readAmount(row.risk_limit))
    const bands = rows.map((row, i) => ({
      notionalFloor: i === 0 ? 0 : caps[i - 1]!,
      maxLeverage: readAmount(row.leverage_max),
      maintenanceRate: readAmount(row.maintenance_rate),
    }))
    const stated = rows.map((row) => readAmount(row.deduction))
    const tiers = tiersOfBands(bands, caps.at(-1) ?? Number.NaN, stated.some(Number.isNaN) ? undefined : stated)
    return typeof tiers === 'string' ? tiers : { tiers, validFrom, source: 'Gate risk_limit_tiers' }
  })
}
