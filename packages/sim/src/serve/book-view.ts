import type { SimMarket } from '../core/sim-market.ts'

export type Level = readonly [price: number, size: number]

export interface Levels {
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** The best levels of one market as a client of a depth-limited stream holds them, and what changes in them. */
export class BookView {
  readonly #market: SimMarket
  readonly #depth: number
  #levels: Levels = { bids: [], asks: [] }
  /** The market's last update when the levels last changed, and when they did before: a chain without a hole. */
  sequence = 0
  previousSequence = 0

  constructor(market: SimMarket, depth: number) {
    this.#market = market
    this.#depth = depth
  }

  /** Best first, as of the last `refresh`. */
  get levels(): Levels {
    return this.#levels
  }

  /** What changed since the last call: sizes are absolute, 0 is gone or too deep now. Undefined when nothing did. */
  refresh(): Levels | undefined {
    const { bids, asks, updateId } = this.#market.depth(this.#depth)
    const changes = { bids: changed(this.#levels.bids, bids), asks: changed(this.#levels.asks, asks) }
    if (changes.bids.length + changes.asks.length === 0) return undefined
    this.previousSequence = this.sequence
    this.sequence = updateId
    this.#levels = { bids, asks }
    return changes
  }
}

function changed(before: readonly Level[], now: readonly Level[]): Level[] {
  const old = new Map(before)
  const changes: Level[] = []
  for (const level of now) {
    if (old.get(level[0]) !== level[1]) changes.push(level)
    old.delete(level[0])
  }
  for (const price of old.keys()) changes.push([price, 0])
  return changes
}
