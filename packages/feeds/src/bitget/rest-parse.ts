import {
  type Bar,
  baseSize,
  type Funding,
  type Instrument,
  instrumentId,
  type MarginSchedule,
  type Trade,
  type Venue,
} from '@liqscope/market'
import { tiersOfBands } from '../venue/margin-bands.ts'
import { minuteBar } from '../venue/minute-bar.ts'
import { canonicalAsset, type Reading, readRows } from '../venue/reading.ts'
import { isRecord, readDecimal, readTextTime, shown } from '../wire-values.ts'
import type { ContractRow } from './messages.ts'
import { contractsOf, type Product } from './product.ts'

/** The rows of `{code: "00000", data}`; another code leaves the body, whose `msg` says why there are none. */
function dataOf(body: unknown): unknown {
  return isRecord(body) && body.code === '00000' ? body.data : body
}

/** The perpetuals trading now, of `/contracts?productType=`. Sizes are base units, so contractSize is 1. */
export function readInstruments(body: unknown, venue: Venue, product: Product): Reading<Instrument> {
  return readRows(dataOf(body), (contract: ContractRow) => {
    const { symbol, baseCoin, quoteCoin } = contract
    if (typeof symbol !== 'string' || symbol === '') return 'field symbol is missing or wrong'
    if (contract.symbolType !== 'perpetual') return `not a perpetual: ${shown(contract.symbolType)}`
    if (contract.symbolStatus !== 'normal') return `not trading: ${shown(contract.symbolStatus)}`
    if (typeof baseCoin !== 'string' || typeof quoteCoin !== 'string') return 'field baseCoin is missing or wrong'
    const decimals = readDecimal(contract.pricePlace)
    const step = readDecimal(contract.priceEndStep) / 10 ** decimals
    if (!(decimals >= 0 && decimals <= 20 && step > 0)) return 'field pricePlace or priceEndStep is missing or wrong'
    const asset = canonicalAsset(baseCoin, quoteCoin)
    if (asset === undefined) return 'a name outside A-Z and 0-9'
    const inverse = product === 'coin-futures'
    return {
      id: instrumentId(venue, symbol),
      venue,
      symbol,
      base: asset.base,
      quote: quoteCoin,
      settle: inverse ? asset.base : quoteCoin,
      kind: inverse ? 'inverse' : 'linear',
      contractSize: 1,
      unitFactor: asset.unitFactor,
      tickSize: step / asset.unitFactor,
      simulated: venue === 'sim',
    }
  })
}

/** `/candles` and `/history-candles`: `[open time, o, h, l, c, volume in base, volume in quote]`. */
export function readCandles(body: unknown, instrument: Instrument): Reading<Bar> {
  return readRows(dataOf(body), (row) => {
    const close = readDecimal(row[4]) / instrument.unitFactor
    const bar = minuteBar(
      {
        time: readTextTime(row[0]),
        open: row[1],
        high: row[2],
        low: row[3],
        close: row[4],
        volume: contractsOf(instrument, readDecimal(row[5]), close),
      },
      instrument,
    )
    return typeof bar === 'string' ? `candle: ${bar} is missing or wrong` : bar
  })
}

/** `/history-fund-rate`: what was paid. */
export function readFundingHistory(body: unknown, instrument: Instrument): Reading<Funding> {
  return readRows(dataOf(body), (row) => {
    const exchangeTime = readTextTime(row.fundingTime)
    const rate = readDecimal(row.fundingRate)
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol)}`
    if (!(exchangeTime > 0)) return 'field fundingTime is missing or wrong'
    if (!(rate > -1 && rate < 1)) return 'field fundingRate is missing or wrong'
    return { kind: 'funding', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, rate }
  })
}

const ID = /^\d{1,32}$/

/** `/fills-history`: public trades, newest first. */
export function readTrades(body: unknown, instrument: Instrument): Reading<Trade> {
  return readRows(dataOf(body), (row) => {
    const exchangeTime = readTextTime(row.ts)
    const price = readDecimal(row.price) / instrument.unitFactor
    const size = readDecimal(row.size)
    const side = typeof row.side === 'string' ? row.side.toLowerCase() : ''
    if (row.symbol !== instrument.symbol) return `not what was asked: ${shown(row.symbol)}`
    if (typeof row.tradeId !== 'string' || !ID.test(row.tradeId)) return 'field tradeId is missing or wrong'
    if (!(exchangeTime > 0)) return 'field ts is missing or wrong'
    if (!(price > 0)) return 'field price is missing or wrong'
    if (!(size > 0)) return 'field size is missing or wrong'
    if (side !== 'buy' && side !== 'sell') return 'field side is missing or wrong'
    return {
      kind: 'trade',
      instrument: instrument.id,
      exchangeTime,
      receivedTime: exchangeTime,
      tradeId: row.tradeId,
      price,
      size: baseSize(instrument, contractsOf(instrument, size, price), price),
      side,
    }
  })
}

/** `/query-position-lever`: bands of notional from `startUnit` to `endUnit`. */
export function readMarginSchedule(body: unknown, instrument: Instrument, validFrom: number): Reading<MarginSchedule> {
  const data = dataOf(body)
  if (!Array.isArray(data)) return readRows<MarginSchedule>(data, () => 'not a tier')
  const rows = data
    .filter(isRecord)
    .filter((row) => row.symbol === instrument.symbol)
    .sort((a, b) => readDecimal(a.level) - readDecimal(b.level))
  return readRows([rows], () => {
    const hole = rows.findIndex((row, i) => i > 0 && readDecimal(rows[i - 1]!.endUnit) !== readDecimal(row.startUnit))
    if (hole > 0) return `tier ${hole + 1}: does not begin where the one before ends`
    const bands = rows.map((row) => ({
      notionalFloor: readDecimal(row.startUnit),
      maxLeverage: readDecimal(row.leverage),
      maintenanceRate: readDecimal(row.keepMarginRate),
    }))
    const tiers = tiersOfBands(bands, readDecimal(rows.at(-1)?.endUnit))
    return typeof tiers === 'string' ? tiers : { tiers, validFrom, source: 'Bitget query-position-lever' }
  })
}
