import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Instrument, instrumentId, isVenue, parseSymbol, SymbolError } from '@liqscope/market'
import { readBars } from './bars-file.ts'

/** Bars whose prices are looked at for the tick. */
const BARS_TO_INFER_FROM = 500
/** Of a pipe, which cannot be read twice. */
const FINEST_TICK = 1e-8

/** Letters after a name's symbol that say nothing about it. */
const EXTENSIONS = /(?:\.(?:csv|txt|gz))+$/i
const PAIR = /^[a-z0-9]{2,16}(?:usdt|usdc|fdusd|busd|usd)$/i

/**
 * The market whose bars a file holds: what the person said, else what the file's name says
 * (`binance-btcusdt-1m-2026.csv` is binance:BTCUSDT), else `file:NAME`.
 *
 * Sizes and prices are taken as the file has them, so `contractSize` and `unitFactor` are 1. The tick is the finest
 * step in the first prices, read for it.
 *
 * @param market as `--market` takes it: venue:symbol, or a symbol alone.
 * @param intervalMs as in ReadBarsOptions.
 * @throws {SymbolError} when `market` cannot be read, {BarsFileError} when the first bars cannot.
 */
export async function instrumentOfFile(path: string, market?: string, intervalMs?: number): Promise<Instrument> {
  const named = instrumentNamed(path, market)
  return { ...named, tickSize: await finestTick(path, named, intervalMs) }
}

function instrumentNamed(path: string, market?: string): Instrument {
  const guess = market === undefined ? guessMarket(path) : readMarket(market)
  const venue = guess.venue
  const { base, quote } = pairOf(guess.symbol)
  return {
    id: instrumentId(venue, guess.symbol),
    venue,
    symbol: guess.symbol,
    base,
    quote,
    settle: quote,
    kind: 'linear',
    contractSize: 1,
    unitFactor: 1,
    tickSize: FINEST_TICK,
    simulated: venue === 'sim',
  }
}

async function finestTick(path: string, instrument: Instrument, intervalMs?: number): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && !found.isFile() && !found.isDirectory()) return FINEST_TICK
  let decimals = 0
  let bars = 0
  // Whoever reads the file for its bars decides about wrong rows.
  const options = {
    instrument: instrument.id,
    leaveOutWrongRows: true,
    ...(intervalMs === undefined ? {} : { intervalMs }),
  }
  for await (const event of readBars(path, options)) {
    if (event.kind === 'gap') continue
    for (const price of [event.open, event.high, event.low, event.close])
      decimals = Math.max(decimals, decimalsOf(price))
    if (++bars === BARS_TO_INFER_FROM) break
  }
  return Math.max(FINEST_TICK, Number(`1e-${decimals}`))
}

/** Digits after the point in the shortest decimal that is this number: 71157.6 has 1, 1e-7 has 7. */
function decimalsOf(price: number): number {
  const [mantissa = '', exponent = '0'] = String(price).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

interface MarketName {
  readonly venue: Instrument['venue']
  readonly symbol: string
}

function readMarket(text: string): MarketName {
  const query = parseSymbol(text)
  const colon = text.indexOf(':')
  const native = query.venue === undefined ? text : text.slice(colon + 1)
  const plain = native.includes('/') ? `${query.base}${query.quote ?? 'USDT'}` : native
  if (plain.trim() === '') throw new SymbolError(text, 'write it like binance:BTCUSDT')
  return { venue: query.venue ?? 'file', symbol: plain.trim().toUpperCase() }
}

function guessMarket(path: string): MarketName {
  const stem = basename(path).replace(EXTENSIONS, '')
  const words = stem.split(/[-_. ]+/)
  const pair = words.find((word) => PAIR.test(word))?.toUpperCase()
  const venue = words.map((word) => word.toLowerCase()).find(isVenue)
  if (pair !== undefined && venue !== undefined) return { venue, symbol: pair }
  return { venue: 'file', symbol: pair ?? (stem.replace(/[^A-Za-z0-9._-]/g, '').toUpperCase() || 'BARS') }
}

function pairOf(symbol: string): { base: string; quote: string } {
  try {
    const { base, quote } = parseSymbol(symbol)
    return { base, quote: quote ?? 'USD' }
  } catch {
    return { base: symbol, quote: 'USD' }
  }
}
