import type { Instrument, MarketEvent } from '@liqscope/market'
import type { FlatLevels } from './levels.ts'

/** Instruments by the venue's symbol. */
export type Listing = ReadonlyMap<string, Instrument>

/** What one frame said. */
export type VenueMessage =
  /** `refused`: parts of the same frame that were not good; the others are not lost for them. */
  | { readonly kind: 'events'; readonly events: readonly MarketEvent[]; readonly refused?: readonly RefusedPart[] }
  | { readonly kind: 'book'; readonly update: BookUpdate }
  | RefusedPart
  | VenueReply
  /** Alive and nothing more: a pong. */
  | { readonly kind: 'alive' }
  /** The venue announces something; `closing`: that it will end this connection soon. */
  | { readonly kind: 'notice'; readonly text: string; readonly closing: boolean }

/** `unused` is understood and left out on purpose; `bad` is not what the venue documents. */
export type RefusedPart = Refused<'unused'> | Refused<'bad'>

interface Refused<K> {
  readonly kind: K
  /** The venue's word for the kind of message, or `frame` when it could not be read. */
  readonly channel: string
  readonly symbol?: string
  /** For a person to read; a key that is counted, so it names at most one thing that varies. */
  readonly reason: string
}

/**
 * The answer to a request: about all its streams (`id`), about one (`stream`), or, for venues that say neither, about
 * the oldest request that is not answered. With `problem` it was refused.
 */
export interface VenueReply {
  readonly kind: 'reply'
  readonly id?: string
  readonly stream?: string
  readonly problem?: string
}

/** A change of a book, in the venue's units: `OrderBookSync` puts it in sequence and converts. */
export interface BookUpdate {
  readonly symbol: string
  readonly exchangeTime: number
  readonly receivedTime: number
  /** The whole book, replacing what was known, instead of a change. */
  readonly isSnapshot: boolean
  /** Where the book stands after it. */
  readonly lastId: number
  /** Where the book stood before it; a change that does not follow is a gap. Ignored in a snapshot. */
  readonly previousLastId: number
  /** Size 0 removes the level. */
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}

/** Longest venue name repeated in a reason, characters: a reason is a key that is counted, so it stays small. */
export const MAX_NAME = 40

export function unused(channel: string, reason: string, symbol?: string): RefusedPart {
  return symbol === undefined ? { kind: 'unused', channel, reason } : { kind: 'unused', channel, symbol, reason }
}

export function bad(channel: string, reason: string): RefusedPart {
  return { kind: 'bad', channel, reason }
}

export function badField(channel: string, field: string, { symbol }: Pick<Instrument, 'symbol'>): RefusedPart {
  return { kind: 'bad', channel, symbol, reason: `field ${field} is missing or wrong` }
}

/** Delistings, renames and dated contracts: counted apart from what is broken. `field` is where the symbol should be. */
export function unlisted(channel: string, symbol: unknown, field: string): RefusedPart {
  return typeof symbol === 'string' && symbol !== ''
    ? unused(channel, `not a followed perpetual: ${symbol.slice(0, MAX_NAME)}`)
    : bad(channel, `field ${field} is missing or wrong`)
}

/** What a frame says, gathered part by part. A list for each row cost Gate's tickers a quarter of their speed. */
export class Parts {
  readonly #events: MarketEvent[] = []
  #refused: RefusedPart[] | undefined

  add(part: MarketEvent | RefusedPart): void {
    if (part.kind === 'bad' || part.kind === 'unused') this.refuse(part)
    else this.#events.push(part)
  }

  event(event: MarketEvent): void {
    this.#events.push(event)
  }

  refuse(part: RefusedPart): void {
    if (this.#refused === undefined) this.#refused = [part]
    else this.#refused.push(part)
  }

  get message(): VenueMessage {
    const events = this.#events
    const refused = this.#refused
    if (refused === undefined) return { kind: 'events', events }
    const [first] = refused
    return events.length === 0 && refused.length === 1 && first !== undefined
      ? first
      : { kind: 'events', events, refused }
  }
}

/** What a frame of several rows said, each row for itself. */
export function readEach<T>(rows: readonly T[], read: (row: T) => MarketEvent | RefusedPart): VenueMessage {
  const parts = new Parts()
  for (const row of rows) parts.add(read(row))
  return parts.message
}
