import {
  type Bar,
  type Funding,
  hyperliquidMaintenanceRate,
  type Instrument,
  instrumentId,
  type MarginSchedule,
  type Venue,
} from '@liqscope/market'
import { tiersOfBands } from '../venue/margin-bands.ts'
import { minuteBar } from '../venue/minute-bar.ts'
import { canonicalAsset, type Reading, readRows } from '../venue/reading.ts'
import { isRecord, readDecimal, readTime, shown } from '../wire-values.ts'
import type { CandleRow, UniverseRow } from './messages.ts'

/** Perpetuals are quoted in dollars and margined in USDC. */
const QUOTE = 'USDC'
/** A price has at most this many decimals less those of the size... */
const PRICE_DECIMALS = 6
/** ... and at most this many digits that count, unless it is an integer. */
const PRICE_DIGITS = 5

/**
 * The perpetuals trading now, of `metaAndAssetCtxs`: `[{universe, marginTables}, [ctx, ...]]`, a context per asset in
 * the universe's order. Sizes are base units, so contractSize is 1.
 */
export function readInstruments(body: unknown, venue: Venue): Reading<Instrument> {
  const contexts = Array.isArray(body) && Array.isArray(body[1]) ? body[1] : []
  const universe = universeOf(body)
  return readRows(universe, (asset: UniverseRow) => {
    const { name, szDecimals } = asset
    if (typeof name !== 'string' || name === '') return 'field name is missing or wrong'
    if (asset.isDelisted === true) return `delisted: ${shown(name)}`
    if (typeof szDecimals !== 'number' || !(szDecimals >= 0 && szDecimals <= PRICE_DECIMALS))
      return 'field szDecimals is missing or wrong'
    const canonical = canonicalAsset(name, QUOTE)
    if (canonical === undefined) return 'a name outside A-Z and 0-9'
    const context: unknown = contexts[Array.isArray(universe) ? universe.indexOf(asset) : -1]
    const mark = isRecord(context) ? readDecimal(context.markPx) : Number.NaN
    return {
      id: instrumentId(venue, name),
      venue,
      symbol: name,
      base: canonical.base,
      quote: QUOTE,
      settle: QUOTE,
      kind: 'linear',
      contractSize: 1,
      unitFactor: canonical.unitFactor,
      tickSize: priceStep(szDecimals, mark) / canonical.unitFactor,
      simulated: venue === 'sim',
    }
  })
}

/** At 70,000 with five decimals of size: five digits allow 1, decimals 0.1; the coarser holds, integers always do. */
function priceStep(szDecimals: number, mark: number): number {
  const byDecimals = 10 ** (szDecimals - PRICE_DECIMALS)
  if (!(mark > 0)) return byDecimals
  return Math.max(byDecimals, Math.min(1, 10 ** (Math.floor(Math.log10(mark)) + 1 - PRICE_DIGITS)))
}

/** The tiers of one coin, of `metaAndAssetCtxs` or `meta`. A table number below 50 is itself the one tier's leverage. */
export function readMarginSchedule(body: unknown, instrument: Instrument, validFrom: number): Reading<MarginSchedule> {
  const universe = universeOf(body)
  const assets = Array.isArray(universe) ? universe : []
  return readRows(
    assets.filter((asset: unknown) => isRecord(asset) && asset.name === instrument.symbol),
    (asset: UniverseRow) => {
      const bands = marginBands(asset, marginTablesOf(body))
      if (typeof bands === 'string') return bands
      const tiers = tiersOfBands(bands, Number.POSITIVE_INFINITY)
      return typeof tiers === 'string' ? tiers : { tiers, validFrom, source: 'Hyperliquid meta.marginTables' }
    },
  )
}

function marginBands(asset: UniverseRow, tables: ReadonlyMap<unknown, readonly unknown[]>) {
  const { marginTableId, maxLeverage } = asset
  const rows = tables.get(marginTableId)
  if (rows === undefined) {
    const whole = typeof marginTableId === 'number' && marginTableId < 50 ? marginTableId : maxLeverage
    if (typeof whole !== 'number' || !(whole >= 1)) return 'field maxLeverage is missing or wrong'
    return [band(0, whole)]
  }
  return rows.map((row) => {
    const tier = isRecord(row) ? row : {}
    return band(readDecimal(tier.lowerBound), typeof tier.maxLeverage === 'number' ? tier.maxLeverage : Number.NaN)
  })
}

function band(notionalFloor: number, maxLeverage: number) {
  return { notionalFloor, maxLeverage, maintenanceRate: hyperliquidMaintenanceRate(maxLeverage) }
}

/** `candleSnapshot`: minutes, oldest first; the newest may still be running. */
export function readCandles(body: unknown, instrument: Instrument): Reading<Bar> {
  return readRows(body, (candle: CandleRow) => {
    const time = readTime(candle.t)
    if (readTime(candle.T) !== time + 59_999) return 'not a minute'
    const bar = minuteBar(
      { time, open: candle.o, high: candle.h, low: candle.l, close: candle.c, volume: readDecimal(candle.v) },
      instrument,
    )
    return typeof bar === 'string' ? `candle: ${bar} is missing or wrong` : bar
  })
}

/** `fundingHistory`: what was paid at each full hour. */
export function readFundingHistory(body: unknown, instrument: Instrument): Reading<Funding> {
  return readRows(body, (row) => {
    const exchangeTime = readTime(row.time)
    const rate = readDecimal(row.fundingRate)
    if (row.coin !== instrument.symbol) return `not what was asked: ${shown(row.coin)}`
    if (!(exchangeTime > 0)) return 'field time is missing or wrong'
    if (!(rate > -1 && rate < 1)) return 'field fundingRate is missing or wrong'
    return { kind: 'funding', instrument: instrument.id, exchangeTime, receivedTime: exchangeTime, rate }
  })
}

function universeOf(body: unknown): unknown {
  const meta: unknown = Array.isArray(body) ? body[0] : body
  return isRecord(meta) ? meta.universe : undefined
}

/** `[[56, {description, marginTiers}], ...]` by their number. */
function marginTablesOf(body: unknown): ReadonlyMap<unknown, readonly unknown[]> {
  const meta: unknown = Array.isArray(body) ? body[0] : body
  const tables = isRecord(meta) && Array.isArray(meta.marginTables) ? meta.marginTables : []
  const found = new Map<unknown, readonly unknown[]>()
  for (const entry of tables) {
    const [id, table]: readonly unknown[] = Array.isArray(entry) ? entry : []
    if (isRecord(table) && Array.isArray(table.marginTiers)) found.set(id, table.marginTiers)
  }
  return found
}
