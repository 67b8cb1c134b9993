import type { BookLevel, InstrumentId, OrderBook } from '@liqscope/market'

/** A book this much older than the newest one is left out: it would make the sum look stale. */
const LATEST_WITHIN_MS = 5_000

/**
 * Several venues' books as one: each moved by its basis, so that what lies 1 % from its mark lies 1 % from the
 * reference. Undefined when there is none. As old as the oldest in it.
 */
export function sumBooks(
  books: readonly { readonly book: OrderBook | undefined; readonly basis: number }[],
  instrument: InstrumentId,
): OrderBook | undefined {
  const known = books.flatMap(({ book, basis }) => (book === undefined ? [] : [{ book, basis }]))
  const newest = Math.max(...known.map(({ book }) => book.receivedTime))
  const used = known.filter(({ book }) => book.receivedTime >= newest - LATEST_WITHIN_MS)
  if (used.length === 0) return undefined
  const side = (name: 'bids' | 'asks'): BookLevel[] =>
    used.flatMap(({ book, basis }) => book[name].map(([price, size]): BookLevel => [price * Math.exp(-basis), size]))
  return {
    kind: 'orderBook',
    instrument,
    exchangeTime: Math.min(...used.map(({ book }) => book.exchangeTime)),
    receivedTime: Math.min(...used.map(({ book }) => book.receivedTime)),
    bids: side('bids').toSorted((a, b) => b[0] - a[0]),
    asks: side('asks').toSorted((a, b) => a[0] - b[0]),
  }
}
