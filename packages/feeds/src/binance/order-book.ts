import { type BookLevel, baseSize, type Instrument, type OrderBook } from '@liqscope/market'
import type { DepthUpdate, FlatLevels } from './parse.ts'

/** A whole book at one update id, in the venue's units. */
export interface DepthSnapshot {
  readonly lastUpdateId: number
  readonly exchangeTime: number
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}

/** Updates kept while a snapshot is on its way: 100 s at ten a second. */
const MAX_BUFFERED = 1_000
/** Levels published per side, nearest first: what a snapshot of `limit=1000` covers. */
const MAX_LEVELS = 1_000
/** Levels kept per side before the farthest are dropped: far updates arrive for ever and are never removed. */
const MAX_KEPT = 5_000

/**
 * One book, kept in Binance's sequence: buffer updates, take a snapshot, drop updates older than it, start with the one
 * that spans it, then each must follow its predecessor (pu = previous u). After a break there is no book until the next
 * snapshot: `book()` is undefined, never a guess.
 *
 * Binance's rule for the first update is U <= lastUpdateId <= u. Update ids are shared by all symbols, so on a quiet
 * one the snapshot's id mostly lies between two updates and that update never comes. pu <= lastUpdateId <= u is the
 * same promise (nothing of this symbol changed between pu and U) and always has an answer.
 */
export class OrderBookSync {
  readonly #instrument: Instrument
  #bids = new Map<number, number>()
  #asks = new Map<number, number>()
  #buffer: DepthUpdate[] = []
  /** The last update id in the book; undefined while there is no book. */
  #lastId: number | undefined
  /** The next update must span the snapshot rather than follow another update. */
  #first = false
  #exchangeTime = 0

  constructor(instrument: Instrument) {
    this.#instrument = instrument
  }

  get needsSnapshot(): boolean {
    return this.#lastId === undefined
  }

  /** Forgets the book: the stream was interrupted. */
  reset(): void {
    this.#lastId = undefined
    this.#buffer = []
    this.#bids.clear()
    this.#asks.clear()
  }

  /** `gap`: the sequence broke; the book is gone and this update begins the next buffer. */
  update(update: DepthUpdate): 'applied' | 'buffered' | 'old' | 'gap' {
    if (this.#lastId === undefined) {
      this.#push(update)
      return 'buffered'
    }
    if (update.lastId < this.#lastId || (update.lastId === this.#lastId && !this.#first)) return 'old'
    const follows = this.#first ? update.previousLastId <= this.#lastId : update.previousLastId === this.#lastId
    if (!follows) {
      this.reset()
      this.#push(update)
      return 'gap'
    }
    this.#apply(update)
    return 'applied'
  }

  /** `tooOld`: the buffered updates begin after it. The buffer is kept; fetch a newer snapshot. */
  snapshot(snapshot: DepthSnapshot): 'ready' | 'tooOld' {
    const usable = this.#buffer.filter((update) => update.lastId >= snapshot.lastUpdateId)
    if (usable[0] !== undefined && usable[0].previousLastId > snapshot.lastUpdateId) return 'tooOld'
    this.#bids = setLevels(new Map(), snapshot.bids)
    this.#asks = setLevels(new Map(), snapshot.asks)
    this.#lastId = snapshot.lastUpdateId
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

  #push(update: DepthUpdate): void {
    const previous = this.#buffer.at(-1)
    if (previous !== undefined && update.previousLastId !== previous.lastId) this.#buffer = []
    this.#buffer.push(update)
    if (this.#buffer.length > MAX_BUFFERED) this.#buffer.shift()
  }

  #apply(update: DepthUpdate): void {
    setLevels(this.#bids, update.bids)
    setLevels(this.#asks, update.asks)
    this.#lastId = update.lastId
    this.#first = false
    this.#exchangeTime = Math.max(this.#exchangeTime, update.exchangeTime)
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
