import { type BookLevel, baseSize, type Instrument, type OrderBook } from '@liqscope/market'
import type { DepthSnapshot } from './adapter.ts'
import type { FlatLevels } from './levels.ts'
import type { BookUpdate } from './message.ts'

/** Updates kept while a snapshot is on its way: 100 s at ten a second. */
const MAX_BUFFERED = 1_000
/** Levels published per side, nearest first: what a snapshot of `limit=1000` covers. */
const MAX_LEVELS = 1_000
/** Levels kept per side before the farthest are dropped: far updates arrive for ever and are never removed. */
const MAX_KEPT = 5_000

/**
 * One book, kept in the venue's sequence: each change must follow its predecessor. After a break there is no book until
 * the next snapshot: `book()` is undefined, never a guess. A snapshot comes in the stream, or is fetched: then updates
 * are buffered meanwhile, those older than it dropped, and the first that is used must span it.
 *
 * Binance's rule for that first update is U <= lastUpdateId <= u. Update ids are shared by all symbols, so on a quiet
 * one the snapshot's id mostly lies between two updates and that update never comes. pu <= lastUpdateId <= u is the
 * same promise (nothing of this symbol changed between pu and U) and always has an answer.
 */
export class OrderBookSync {
  readonly #instrument: Instrument
  #bids = new Map<number, number>()
  #asks = new Map<number, number>()
  #buffer: BookUpdate[] = []
  /** The last update id in the book; undefined while there is no book. */
  #lastId: number | undefined
  /** The next update must span the fetched snapshot rather than follow another update. */
  #first = false
  #exchangeTime = 0

  constructor(instrument: Instrument) {
    this.#instrument = instrument
  }

  get needsSnapshot(): boolean {
    return this.#lastId === undefined
  }

  /** When the book was last whole, epoch ms of the exchange; 0 before the first. */
  get exchangeTime(): number {
    return this.#exchangeTime
  }

  /** Forgets the book: the stream was interrupted. */
  reset(): void {
    this.#lastId = undefined
    this.#buffer = []
    this.#bids.clear()
    this.#asks.clear()
  }

  /** `gap`: the sequence broke; the book is gone and this update begins the next buffer. */
  update(update: BookUpdate): 'applied' | 'buffered' | 'old' | 'gap' {
    if (update.isSnapshot) {
      this.reset()
      this.#apply(update)
      return 'applied'
    }
    if (this.#lastId === undefined) {
      this.#push(update)
      return 'buffered'
    }
    // Before the test for age: a venue may begin to count anew, and says so by what the update follows.
    const follows = this.#first ? update.previousLastId <= this.#lastId : update.previousLastId === this.#lastId
    if (!(follows && !this.#first)) {
      if (update.lastId < this.#lastId || (update.lastId === this.#lastId && !this.#first)) return 'old'
      if (!follows) {
        this.reset()
        this.#push(update)
        return 'gap'
      }
    }
    this.#apply(update)
    return 'applied'
  }

  /** A fetched one. `tooOld`: the buffered updates begin after it. The buffer is kept; fetch a newer snapshot. */
  snapshot(snapshot: DepthSnapshot): 'ready' | 'tooOld' {
    const usable = this.#buffer.filter((update) => update.lastId >= snapshot.lastId)
    if (usable[0] !== undefined && usable[0].previousLastId > snapshot.lastId) return 'tooOld'
    this.#bids = setLevels(new Map(), snapshot.bids)
    this.#asks = setLevels(new Map(), snapshot.asks)
    this.#lastId = snapshot.lastId
    this.#first = true
    this.#exchangeTime = snapshot.exchangeTime
    this.#buffer = []
    for (const update of usable) this.update(update)
    return 'ready'
  }

  /**
   * The book now, in base units, or undefined while the sequence is not whole or a side is empty. A crossed book cannot
   * be: it is thrown away and needs a snapshot.
   */
  book(receivedTime: number): OrderBook | undefined {
    if (this.#lastId === undefined) return undefined
    const bids = [...this.#bids].sort((a, b) => b[0] - a[0])
    const asks = [...this.#asks].sort((a, b) => a[0] - b[0])
    const [bestBid, bestAsk] = [bids[0], asks[0]]
    if (bestBid === undefined || bestAsk === undefined) return undefined
    if (bestBid[0] >= bestAsk[0]) {
      this.reset()
      return undefined
    }
    if (bids.length > MAX_KEPT) this.#bids = new Map(bids.slice(0, MAX_KEPT))
    if (asks.length > MAX_KEPT) this.#asks = new Map(asks.slice(0, MAX_KEPT))
    const instrument = this.#instrument
    const canonical = ([price, size]: BookLevel): BookLevel => {
      const canonicalPrice = price / instrument.unitFactor
      return [canonicalPrice, baseSize(instrument, size, canonicalPrice)]
    }
    return {
      kind: 'orderBook',
      instrument: instrument.id,
      exchangeTime: this.#exchangeTime,
      receivedTime,
      bids: bids.slice(0, MAX_LEVELS).map(canonical),
      asks: asks.slice(0, MAX_LEVELS).map(canonical),
    }
  }

  #push(update: BookUpdate): void {
    const previous = this.#buffer.at(-1)
    if (previous !== undefined && update.previousLastId !== previous.lastId) this.#buffer = []
    this.#buffer.push(update)
    if (this.#buffer.length > MAX_BUFFERED) this.#buffer.shift()
  }

  #apply(update: BookUpdate): void {
    setLevels(this.#bids, update.bids)
    setLevels(this.#asks, update.asks)
    this.#lastId = update.lastId
    this.#first = false
    this.#exchangeTime = update.isSnapshot ? update.exchangeTime : Math.max(this.#exchangeTime, update.exchangeTime)
  }
}

function setLevels(side: Map<number, number>, levels: FlatLevels): Map<number, number> {
  for (let i = 0; i < levels.length; i += 2) {
    const price = levels[i]!
    const size = levels[i + 1]!
    if (size === 0) side.delete(price)
    else side.set(price, size)
  }
  return side
}
