import { type Venue, venueName } from './venue.ts'

/** `venue:native symbol`, for example `binance:BTCUSDT`. Unique, and stable over a listing's life. */
export type InstrumentId = `${Venue}:${string}`

/**
 * A perpetual future of one venue.
 *
 * Sizes in every MarketEvent are base units of `base`: a venue's parser has already applied
 * `contractSize` and `unitFactor`, and prices are quote per ONE base unit
 * (1000PEPEUSDT at 0.0102 becomes PEPE at 0.0000102).
 */
export interface Instrument {
  readonly id: InstrumentId
  readonly venue: Venue
  /** The venue's own symbol, `BTCUSDT`. */
  readonly symbol: string
  /** The canonical base, `PEPE` for 1000PEPE. */
  readonly base: string
  readonly quote: string
  /** What margin and profit are paid in: the quote if linear, the base if inverse. */
  readonly settle: string
  readonly kind: 'linear' | 'inverse'
  /** Linear: the venue's base units per contract (1 where the venue counts base units). Inverse: USD per contract. */
  readonly contractSize: number
  /** Canonical base units per venue base unit: 1000 for 1000PEPE, else 1. */
  readonly unitFactor: number
  /** Smallest price step in canonical quote per base. */
  readonly tickSize: number
  /** True for markets of venue `sim` alone. */
  readonly simulated: boolean
  /** Of one of several simulated markets: the exchange whose protocol it speaks. It is no market of that exchange. */
  readonly protocol?: Venue
}

/** Where an instrument is traded, as people read it: `OKX`, and `sim OKX` for a simulated market of OKX's protocol. */
export function tradedOn({ venue, protocol }: Pick<Instrument, 'venue' | 'protocol'>): string {
  return protocol === undefined ? venueName(venue) : `${venueName(venue)} ${venueName(protocol)}`
}

/** The symbol as ccxt writes it: `BTC/USDT:USDT`. */
export function unifiedSymbol(instrument: Pick<Instrument, 'base' | 'quote' | 'settle'>): string {
  return `${instrument.base}/${instrument.quote}:${instrument.settle}`
}

export function instrumentId(venue: Venue, symbol: string): InstrumentId {
  return `${venue}:${symbol}`
}

/** Size in base units of `contracts` contracts at `price` (quote per base, needed by inverse contracts only). */
export function baseSize(
  instrument: Pick<Instrument, 'kind' | 'contractSize' | 'unitFactor'>,
  contracts: number,
  price: number,
): number {
  return instrument.kind === 'linear'
    ? contracts * instrument.contractSize * instrument.unitFactor
    : (contracts * instrument.contractSize) / price
}
