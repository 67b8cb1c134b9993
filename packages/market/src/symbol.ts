import { isVenue, type Venue } from './venue.ts'

/** What a person asked for. Absent parts were not said: the caller picks them from the listed instruments. */
export interface SymbolQuery {
  readonly venue?: Venue
  readonly base: string
  readonly quote?: string
  readonly settle?: string
  /** Base units per unit the person wrote: 1000 for `1000PEPE`. */
  readonly unitFactor: number
}

/** Longest first, so that BTCUSDT is not read as BTCUS + DT, and FDUSD not as FD + USD. */
const QUOTES = ['FDUSD', 'USDT', 'USDC', 'BUSD', 'USD'] as const
const FACTOR = /^(1000000|1000|1M)(?=[A-Z])/
const KILO = /^k(?=[A-Z])/
const NAME = /^[A-Z0-9]{1,20}$/

/**
 * Reads `BTC`, `btc`, `BTCUSDT`, `BTC/USDT`, `BTC/USDT:USDT`, `BTC-USDT-SWAP`, `BTC_USDT`, `binance:BTCUSDT`,
 * `1000PEPEUSDT`, `kPEPE`, `BTCUSD_PERP`.
 *
 * @throws {SymbolError} when the text is none of these.
 */
export function parseSymbol(text: string): SymbolQuery {
  const trimmed = text.trim()
  const colon = trimmed.indexOf(':')
  const slash = trimmed.indexOf('/')
  if (colon > 0 && (slash < 0 || colon < slash)) {
    const venue = trimmed.slice(0, colon).toLowerCase()
    if (!isVenue(venue)) throw new SymbolError(text, `"${trimmed.slice(0, colon)}" is not a venue we know`)
    return { venue, ...parseSymbol(trimmed.slice(colon + 1)) }
  }
  const kilo = KILO.test(trimmed)
  const upper = (kilo ? trimmed.slice(1) : trimmed).toUpperCase()
  const [pair = '', settle] = upper.split(':')
  const parts = pair.split(/[/_-]/).filter((part) => part !== 'SWAP' && part !== 'PERP' && part !== 'PERPETUAL')
  const [first = '', second, ...rest] = parts
  if (rest.length > 0 || !NAME.test(first) || (second !== undefined && !NAME.test(second)))
    throw new SymbolError(text, 'write it like BTC, BTCUSDT, BTC/USDT:USDT or binance:BTCUSDT')
  const quote = second ?? QUOTES.find((name) => first.endsWith(name) && first.length > name.length)
  const written = second === undefined && quote !== undefined ? first.slice(0, -quote.length) : first
  const factor = FACTOR.exec(written)?.[0]
  return {
    base: factor === undefined ? written : written.slice(factor.length),
    unitFactor: kilo ? 1000 : factor === undefined ? 1 : factor === '1M' ? 1_000_000 : Number(factor),
    ...(quote === undefined ? {} : { quote }),
    ...(settle === undefined ? {} : { settle }),
  }
}

/** The listed names nearest to what was asked, best first: a prefix beats a typo, a typo beats nothing. */
export function nearestNames(asked: string, names: readonly string[], count = 3): string[] {
  const wanted = asked.toUpperCase()
  return [...new Set(names)]
    .map((name) => ({ name, distance: nameDistance(wanted, name.toUpperCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name)
}

function nameDistance(wanted: string, name: string): number {
  return name.startsWith(wanted) ? (name.length - wanted.length) / 100 : editDistance(wanted, name)
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++)
      current[column] = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1),
      )
    previous = current
  }
  return previous[b.length]!
}

export class SymbolError extends Error {
  override readonly name = 'SymbolError'
  constructor(
    readonly asked: string,
    hint: string,
  ) {
    super(`unknown symbol "${asked}": ${hint}`)
  }
}
