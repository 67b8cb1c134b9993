import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderBook, type OrderSide, type RestingOrder } from './order-book.ts'

type Fill = readonly [owner: string, tick: number, lots: number]

class Fills {
  readonly list: Fill[] = []
  onFill(order: RestingOrder<string>, lots: number): void {
    this.list.push([order.owner, order.tick, lots])
  }
}

describe('OrderBook', () => {
  it('fills the best price first, and the oldest order first within it', () => {
    const book = new OrderBook<string>()
    book.add('late at 101', -1, 101, 5)
    book.add('first at 100', -1, 100, 2)
    book.add('second at 100', -1, 100, 3)
    const fills = new Fills()
    expect(book.match(1, 7, 101, fills)).toBe(0)
    expect(fills.list).toEqual([
      ['first at 100', 100, 2],
      ['second at 100', 100, 3],
      ['late at 101', 101, 2],
    ])
    expect(book.askTick).toBe(101)
    expect(book.lotsAt(-1, 101)).toBe(3)
  })

  it('stops at the limit and returns what found no counterpart', () => {
    const book = new OrderBook<string>()
    book.add('maker', 1, 99, 4)
    book.add('maker', 1, 97, 4)
    expect(book.match(-1, 10, 98, new Fills())).toBe(6)
    expect(book.bidTick).toBe(97)
  })

  it('refuses an order that would cross', () => {
    const book = new OrderBook<string>()
    book.add('maker', -1, 100, 1)
    expect(() => book.add('other', 1, 100, 1)).toThrow(RangeError)
  })

  it('cancels once, and an order that is filled cannot be cancelled back', () => {
    const book = new OrderBook<string>()
    const order = book.add('maker', 1, 99, 4)
    const behind = book.add('other', 1, 99, 1)
    book.match(-1, 4, 99, new Fills())
    const { updateId } = book
    book.cancel(order)
    expect(book.updateId).toBe(updateId)
    expect(order.resting).toBe(false)
    expect(book.lotsAt(1, 99)).toBe(1)
    book.cancel(behind)
    expect(book.bidTick).toBe(0)
  })

  /** The same rules on a plain list, slowly. */
  class PlainBook {
    orders: { owner: string; side: OrderSide; tick: number; lots: number }[] = []
    match(side: OrderSide, lots: number, limit: number): Fill[] {
      const fills: Fill[] = []
      let left = lots
      const others = this.orders
        .filter((order) => order.side === -side && (limit - order.tick) * side >= 0)
        .sort((a, b) => (a.tick - b.tick) * side)
      for (const order of others) {
        const filled = Math.min(left, order.lots)
        if (filled === 0) continue
        left -= filled
        order.lots -= filled
        fills.push([order.owner, order.tick, filled])
      }
      this.orders = this.orders.filter((order) => order.lots > 0)
      return fills
    }
  }

  const command = fc.record({
    kind: fc.constantFrom('add', 'match', 'cancel'),
    buys: fc.boolean(),
    tick: fc.integer({ min: 90, max: 110 }),
    lots: fc.integer({ min: 1, max: 9 }),
  })

  it('does what a plain list does, and its published changes rebuild it', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const book = new OrderBook<string>()
        const plain = new PlainBook()
        const resting: { order: RestingOrder<string>; owner: string }[] = []
        const rebuilt = { bids: new Map<number, number>(), asks: new Map<number, number>() }
        let lastUpdateId = 0
        book.watch(true)
        commands.forEach(({ kind, buys, tick, lots }, at) => {
          const side = buys ? 1 : -1
          const owner = `owner ${at}`
          if (kind === 'match') {
            const fills = new Fills()
            book.match(side, lots, tick, fills)
            expect(fills.list).toEqual(plain.match(side, lots, tick))
          } else if (kind === 'cancel') {
            const one = resting[tick % Math.max(1, resting.length)]
            if (one === undefined) return
            book.cancel(one.order)
            plain.orders = plain.orders.filter((order) => order.owner !== one.owner)
          } else if (side === 1 ? tick < book.askTick : tick > book.bidTick) {
            resting.push({ order: book.add(owner, side, tick, lots), owner })
            plain.orders.push({ owner, side, tick, lots })
          }
          expect(book.bidTick).toBeLessThan(book.askTick)
          const changes = book.takeChanges()
          if (changes === undefined) return
          expect(changes.firstUpdateId).toBe(lastUpdateId + 1)
          lastUpdateId = changes.lastUpdateId
          for (const [level, size] of changes.bids) rebuilt.bids.set(level, size)
          for (const [level, size] of changes.asks) rebuilt.asks.set(level, size)
        })
        for (let tick = 90; tick <= 110; tick++) {
          expect(rebuilt.bids.get(tick) ?? 0).toBe(book.lotsAt(1, tick))
          expect(rebuilt.asks.get(tick) ?? 0).toBe(book.lotsAt(-1, tick))
        }
      }),
      { numRuns: 200 },
    )
  })
})
