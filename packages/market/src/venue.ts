/**
 * Where a market lives. `sim` is the simulated market: it never mixes with the others in one number.
 * `file` is a market read from a file of bars whose exchange the file does not name. `all` is the sum of one coin's real
 * markets: nothing trades there, it is made of the others.
 */
export const VENUES = ['binance', 'okx', 'bybit', 'hyperliquid', 'gate', 'bitget', 'sim', 'file', 'all'] as const

export type Venue = (typeof VENUES)[number]

const NAMES: Record<Venue, string> = {
  binance: 'Binance',
  okx: 'OKX',
  bybit: 'Bybit',
  hyperliquid: 'Hyperliquid',
  gate: 'Gate',
  bitget: 'Bitget',
  sim: 'sim',
  file: 'file',
  all: 'All venues',
}

/** The venue's name as people write it. */
export function venueName(venue: Venue): string {
  return NAMES[venue]
}

export function isVenue(text: string): text is Venue {
  return (VENUES as readonly string[]).includes(text)
}
