/** +1 buys, -1 sells. */
export type OrderSide = 1 | -1

/** An order that rests in the book. */
export class RestingOrder<Owner> {
  previous: RestingOrder<Owner> | undefined = undefined
  next: RestingOrder<Owner> | undefined = undefined
  level: Level<Owner> | undefined = undefined

  constructor(
    readonly owner: Owner,
    readonly side: OrderSide,
    /** Price in integer ticks. */
    readonly tick: number,
    /** Remaining size in integer lots; 0 once filled or cancelled. */
    public lots: number,
  ) {}

  get resting(): boolean {
    return this.level !== undefined
  }
}

/** Hears each fill of a resting order. Must not touch the book. */
export interface FillSink<Owner> {
  onFill(order: RestingOrder<Owner>, lots: number): void
}

/** Changed levels: tick to the size now resting there, in lots; 0 is gone. */
export interface BookChanges {
  readonly firstUpdateId: number
  readonly lastUpdateId: number
  readonly bids: ReadonlyMap<number, number>
  readonly asks: ReadonlyMap<number, number>
}

/** All orders at one price, oldest first. */
class Level<Owner> {
  lots = 0
  first: RestingOrder<Owner> | undefined = undefined
  last: RestingOrder<Owner> | undefined = undefined

  constructor(
    readonly side: BookSide<Owner>,
    readonly tick: number,
  ) {}
}

/** One side. Keys are `side * tick`, kept sorted, so that the best price is always the last; levels run beside them. */
class BookSide<Owner> {
  readonly keys: number[] = []
  readonly levels: Level<Owner>[] = []

  constructor(readonly sign: OrderSide) {}

  find(tick: number): Level<Owner> | undefined {
    const key = this.sign * tick
    const place = this.#placeOf(key)
    return this.keys[place] === key ? this.levels[place] : undefined
  }

  level(tick: number): Level<Owner> {
    const key = this.sign * tick
    const place = this.#placeOf(key)
    if (this.keys[place] === key) return this.levels[place]!
    const made = new Level<Owner>(this, tick)
    // Most changes are near the best price, at the end: moving the few beyond by hand beats splice.
    const { keys, levels } = this
    for (let at = keys.length; at > place; at--) {
      keys[at] = keys[at - 1]!
      levels[at] = levels[at - 1]!
    }
    keys[place] = key
    levels[place] = made
    return made
  }

  remove(level: Level<Owner>): void {
    const { keys, levels } = this
    for (let at = this.#placeOf(this.sign * level.tick) + 1; at < keys.length; at++) {
      keys[at - 1] = keys[at]!
      levels[at - 1] = levels[at]!
    }
    keys.pop()
    levels.pop()
  }

  #placeOf(key: number): number {
    let low = 0
    let high = this.keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * A limit order book with price-time priority, in integer ticks and lots.
 *
 * Guarantees: never crossed; a fill happens at the resting order's price, oldest first; `updateId` grows by one with
 * every change of a level, and the changes of a watched book cover each update exactly once.
 */
export class OrderBook<Owner> {
  readonly #bids = new BookSide<Owner>(1)
  readonly #asks = new BookSide<Owner>(-1)
  readonly #changedBids = new Set<number>()
  readonly #changedAsks = new Set<number>()
  #watched = false
  #firstUnread = 1
  #updateId = 0

  /** Of the last change. */
  get updateId(): number {
    return this.#updateId
  }

  /** Best bid in ticks, 0 when there is none. */
  get bidTick(): number {
    const key = this.#bids.keys.at(-1)
    return key === undefined ? 0 : key
  }

  /** Best ask in ticks, `Infinity` when there is none. */
  get askTick(): number {
    const key = this.#asks.keys.at(-1)
    return key === undefined ? Number.POSITIVE_INFINITY : -key
  }

  /** Posts an order. @throws {RangeError} when it would cross: match first. */
  add(owner: Owner, side: OrderSide, tick: number, lots: number): RestingOrder<Owner> {
    if (side === 1 ? tick >= this.askTick : tick <= this.bidTick) throw new RangeError('a resting order must not cross')
    const order = new RestingOrder(owner, side, tick, lots)
    const level = (side === 1 ? this.#bids : this.#asks).level(tick)
    order.level = level
    order.previous = level.last
    if (level.last === undefined) level.first = order
    else level.last.next = order
    level.last = order
    level.lots += lots
    this.#changed(level)
    return order
  }

  /** Takes an order out. Nothing happens when it no longer rests. */
  cancel(order: RestingOrder<Owner>): void {
    const level = order.level
    if (level === undefined) return
    level.lots -= order.lots
    order.lots = 0
    this.#unlink(order, level)
    this.#changed(level)
  }

  /**
   * Executes up to `lots` against the other side, no worse than `limitTick`.
   * @returns the lots that found no counterpart.
   */
  match(side: OrderSide, lots: number, limitTick: number, sink: FillSink<Owner>): number {
    const book = side === 1 ? this.#asks : this.#bids
    let left = lots
    while (left > 0) {
      const level = book.levels.at(-1)
      if (level === undefined || (limitTick - level.tick) * side < 0) break
      while (left > 0 && level.first !== undefined) {
        const order = level.first
        const filled = Math.min(left, order.lots)
        left -= filled
        order.lots -= filled
        level.lots -= filled
        if (order.lots === 0) this.#unlink(order, level)
        sink.onFill(order, filled)
      }
      this.#changed(level)
    }
    return left
  }

  /** Size resting at a price, lots. */
  lotsAt(side: OrderSide, tick: number): number {
    return (side === 1 ? this.#bids : this.#asks).find(tick)?.lots ?? 0
  }

  /** Calls back with (tick, lots), best first, until it returns false. */
  walk(side: OrderSide, visit: (tick: number, lots: number) => boolean): void {
    const book = side === 1 ? this.#bids : this.#asks
    for (let at = book.levels.length - 1; at >= 0; at--) {
      const level = book.levels[at]
      if (level !== undefined && !visit(level.tick, level.lots)) return
    }
  }

  /** Begins or ends the collecting of changes. Watching does not change the book. */
  watch(on: boolean): void {
    this.#watched = on
    this.#forget()
  }

  /** What changed since the last call, or undefined when nothing did. */
  takeChanges(): BookChanges | undefined {
    if (this.#updateId < this.#firstUnread) return undefined
    const changes = {
      firstUpdateId: this.#firstUnread,
      lastUpdateId: this.#updateId,
      bids: new Map([...this.#changedBids].map((tick) => [tick, this.lotsAt(1, tick)])),
      asks: new Map([...this.#changedAsks].map((tick) => [tick, this.lotsAt(-1, tick)])),
    }
    this.#forget()
    return changes
  }

  #forget(): void {
    this.#changedBids.clear()
    this.#changedAsks.clear()
    this.#firstUnread = this.#updateId + 1
  }

  #unlink(order: RestingOrder<Owner>, level: Level<Owner>): void {
    if (order.previous === undefined) level.first = order.next
    else order.previous.next = order.next
    if (order.next === undefined) level.last = order.previous
    else order.next.previous = order.previous
    order.previous = undefined
    order.next = undefined
    order.level = undefined
  }

  #changed(level: Level<Owner>): void {
    this.#updateId++
    if (level.first === undefined) level.side.remove(level)
    if (this.#watched) (level.side.sign === 1 ? this.#changedBids : this.#changedAsks).add(level.tick)
  }
}
