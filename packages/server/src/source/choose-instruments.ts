import { type Instrument, nearestNames, parseSymbol, SymbolError, type Venue, venueName } from '@liqscope/market'

/**
 * The instruments of one venue meant by symbols as people write them; linear ones first, and of quotes the order USDT,
 * USDC, others. `missing`: a sentence for each symbol the venue does not list.
 */
export function chooseInstruments(
  venue: Venue,
  listed: readonly Instrument[],
  symbols: readonly string[] | 'all',
): { wanted: Instrument[]; missing: string[] } {
  if (symbols === 'all') return { wanted: [...listed], missing: [] }
  const wanted = new Set<Instrument>()
  const missing: string[] = []
  for (const text of symbols) {
    const found = listed.filter((instrument) => isMeant(text, instrument)).toSorted(byUsefulness)[0]
    if (found) wanted.add(found)
    else if (isOfAnotherVenue(text, venue))
      missing.push(`"${text}" is not on ${venueName(venue)}, the only exchange this version connects to.`)
    else {
      const names = listed.map(({ symbol }) => symbol)
      missing.push(
        `${venueName(venue)} lists no "${text}". The nearest names: ${nearestNames(text, names).join(', ')}.`,
      )
    }
  }
  return { wanted: [...wanted], missing }
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

/** `okx:BTC` is not missing on Binance: it was asked of another exchange. */
function isOfAnotherVenue(text: string, venue: Venue): boolean {
  const [before = '', after] = text.split(':')
  return after !== undefined && !before.includes('/') && before.toLowerCase() !== venue
}

const QUOTES = ['USDT', 'USDC']

function byUsefulness(a: Instrument, b: Instrument): number {
  const rank = ({ quote }: Instrument) => (QUOTES.includes(quote) ? QUOTES.indexOf(quote) : QUOTES.length)
  return Number(a.kind === 'inverse') - Number(b.kind === 'inverse') || rank(a) - rank(b)
}
