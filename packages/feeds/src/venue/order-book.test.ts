import { describe, expect, it } from 'vitest'
import { BTC, PEPE } from '../../test/instruments.ts'
import type { BookUpdate } from './message.ts'
import { OrderBookSync } from './order-book.ts'

const T = 1_790_000_000_000

function update(lastId: number, previousLastId: number, change: Partial<BookUpdate> = {}): BookUpdate {
  const times = { exchangeTime: T + lastId, receivedTime: T + lastId }
  return { symbol: 'BTCUSDT', ...times, isSnapshot: false, lastId, previousLastId, bids: [], asks: [], ...change }
}

const SNAPSHOT = { lastId: 100, exchangeTime: T, bids: [99, 2, 98, 1], asks: [101, 3] }

describe('a book starts', () => {
  it('with the update that spans the snapshot; older ones are dropped', () => {
    const sync = new OrderBookSync(BTC)
    expect(sync.update(update(90, 79, { bids: [99, 7] }))).toBe('buffered')
    expect(sync.update(update(105, 90, { bids: [99, 5] }))).toBe('buffered')
    expect(sync.snapshot(SNAPSHOT)).toBe('ready')
    expect(sync.book(T)?.bids).toEqual([
      [99, 5],
      [98, 1],
    ])
  })

  it('with an update that follows the snapshot although the snapshot lies between two updates', () => {
    const sync = new OrderBookSync(BTC)
    sync.snapshot(SNAPSHOT)
    // 97 < 100 < 103: nothing of this symbol changed between 97 and 103
    expect(sync.update(update(110, 97, { asks: [101, 4] }))).toBe('applied')
    expect(sync.book(T)?.asks).toEqual([[101, 4]])
  })

  it('not with a snapshot older than the buffer', () => {
    const sync = new OrderBookSync(BTC)
    sync.update(update(130, 110))
    expect(sync.snapshot(SNAPSHOT)).toBe('tooOld')
    expect(sync.needsSnapshot).toBe(true)
    expect(sync.book(T)).toBeUndefined()
    expect(sync.snapshot({ ...SNAPSHOT, lastId: 125 })).toBe('ready')
  })

  it('not with a first update that leaves a hole after the snapshot', () => {
    const sync = new OrderBookSync(BTC)
    sync.snapshot(SNAPSHOT)
    expect(sync.update(update(120, 105))).toBe('gap')
    expect(sync.needsSnapshot).toBe(true)
  })
})

describe('a running book', () => {
  function running(): OrderBookSync {
    const sync = new OrderBookSync(BTC)
    sync.snapshot(SNAPSHOT)
    sync.update(update(105, 95))
    return sync
  }

  it('sets a level, and removes it at size 0', () => {
    const sync = running()
    sync.update(update(110, 105, { bids: [99.5, 1, 99, 0], asks: [100.5, 2] }))
    expect(sync.book(T + 200)).toEqual({
      kind: 'orderBook',
      instrument: 'binance:BTCUSDT',
      exchangeTime: T + 110,
      receivedTime: T + 200,
      bids: [
        [99.5, 1],
        [98, 1],
      ],
      asks: [
        [100.5, 2],
        [101, 3],
      ],
    })
  })

  it('is gone after a gap until a new snapshot, and the update after the gap begins the next buffer', () => {
    const sync = running()
    expect(sync.update(update(115, 111, { bids: [99, 9] }))).toBe('gap')
    expect(sync.book(T)).toBeUndefined()
    expect(sync.update(update(118, 115))).toBe('buffered')
    expect(sync.snapshot({ ...SNAPSHOT, lastId: 113 })).toBe('ready')
    expect(sync.book(T)?.bids[0]).toEqual([99, 9])
  })

  it('ignores an update it has already seen: a second connection repeats them', () => {
    const sync = running()
    expect(sync.update(update(105, 95, { bids: [99, 50] }))).toBe('old')
    expect(sync.book(T)?.bids[0]).toEqual([99, 2])
  })

  it('is thrown away when it is crossed, never published', () => {
    const sync = running()
    sync.update(update(107, 105, { bids: [102, 1] }))
    expect(sync.book(T)).toBeUndefined()
    expect(sync.needsSnapshot).toBe(true)
  })

  it('is not published with an empty side', () => {
    const sync = running()
    sync.update(update(107, 105, { asks: [101, 0] }))
    expect(sync.book(T)).toBeUndefined()
    expect(sync.needsSnapshot).toBe(false)
  })
})

it('1000PEPE levels are price / 1000 and size * 1000', () => {
  const sync = new OrderBookSync(PEPE)
  sync.snapshot({ lastId: 1, exchangeTime: T, bids: [0.01, 5], asks: [0.02, 6] })
  expect(sync.book(T)?.bids).toEqual([[0.01 / 1000, 5_000]])
})
