import {
  type Instrument,
  isVenue,
  nearestNames,
  parseSymbol,
  SymbolError,
  type Venue,
  venueName,
} from '@liqscope/market'

/** What of the symbols asked for a venue has. */
export interface Choice {
  readonly wanted: readonly Instrument[]
  /** Symbols that mean one of them. */
  readonly found: ReadonlySet<string>
  /** A sentence for each symbol that it could have and has not. */
  readonly missing: ReadonlyMap<string, string>
}

/**
 * The instruments of one venue meant by symbols as people write them; linear ones first, and of quotes the order USDT,
 * USDC, others. A symbol that was asked of another exchange is neither found nor missing.
 */
export function chooseInstruments(
  venue: Venue,
  listed: readonly Instrument[],
  symbols: readonly string[] | 'all',
): Choice {
  if (symbols === 'all') return { wanted: [...listed], found: new Set(), missing: new Map() }
  const wanted = new Set<Instrument>()
  const texts = new Set<string>()
  const missing = new Map<string, string>()
  for (const text of symbols) {
    const found = listed.filter((instrument) => isMeant(text, instrument)).toSorted(byUsefulness)[0]
    if (found) {
      wanted.add(found)
      texts.add(text)
    } else if ((namedVenue(text) ?? venue) === venue) {
      const names = listed.map(({ symbol }) => symbol)
      missing.set(
        text,
        `${venueName(venue)} lists no "${text}". The nearest names: ${nearestNames(text, names).join(', ')}.`,
      )
    }
  }
  return { wanted: [...wanted], found: texts, missing }
}

/** True when `text` (`BTC`, `BTC/USDT:USDT`, `binance:BTCUSDT`) can mean the instrument. */
export function isMeant(text: string, instrument: Instrument): boolean {
  if (text === instrument.id || text === instrument.symbol) return true
  try {
    const { venue, base, quote, settle } = parseSymbol(text)
    return (
      instrument.base === base &&
      (venue === undefined || instrument.venue === venue) &&
      (quote === undefined || instrument.quote === quote) &&
      (settle === undefined || instrument.settle === settle)
    )
  } catch (error) {
    if (error instanceof SymbolError) return false
    throw error
  }
}

/** `okx` of `okx:BTC`: the exchange it was asked of; undefined when none was named. */
export function namedVenue(text: string): Venue | undefined {
  const [before = '', after] = text.split(':')
  const name = before.toLowerCase()
  return after !== undefined && isVenue(name) ? name : undefined
}

const QUOTES = ['USDT', 'USDC']

function byUsefulness(a: Instrument, b: Instrument): number {
  const rank = ({ quote }: Instrument) => (QUOTES.includes(quote) ? QUOTES.indexOf(quote) : QUOTES.length)
  return Number(a.kind === 'inverse') - Number(b.kind === 'inverse') || rank(a) - rank(b)
}
