import type { MarketEvent } from '@liqscope/market'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, seeded, until } from '../../test/fake-clock.ts'
import { BTC, PEPE } from '../../test/instruments.ts'
import { ScriptedVenue } from '../../test/scripted-venue.ts'
import type { ChannelStatus, FeedError, VenueFeed } from '../feed.ts'
import { openFeed } from '../venues.ts'

let venue: ScriptedVenue
let clock: FakeClock
let feed: VenueFeed
let events: MarketEvent[]
let errors: FeedError[]
let changes: ChannelStatus[]

beforeEach(async () => {
  venue = await ScriptedVenue.open()
  clock = new FakeClock()
  events = []
  errors = []
  changes = []
  feed = open()
  venue.rest = (url) => {
    if (url.pathname === '/fapi/v1/openInterest')
      return { symbol: url.searchParams.get('symbol'), openInterest: '81000.5', time: clock.now() }
    if (url.pathname === '/fapi/v1/depth') return snapshot(1_000)
    if (url.pathname === '/fapi/v1/premiumIndex')
      return { symbol: url.searchParams.get('symbol'), markPrice: '100.2', indexPrice: '100.1', time: clock.now() - 1 }
    return undefined
  }
})

function open(options: { rotateAfterMs?: number } = {}): VenueFeed {
  return openFeed('binance', {
    ...options,
    addresses: { restUrl: venue.restUrl, wsUrl: venue.wsUrl },
    clock,
    random: seeded(1),
    listener: {
      onEvent: (event) => events.push(event),
      onError: (error) => errors.push(error),
      onStatus: (status) => changes.push(status),
    },
  })
}

afterEach(async () => {
  await feed.close()
  await venue.close()
})

const snapshot = (lastUpdateId: number) => ({
  lastUpdateId,
  E: clock.now(),
  T: clock.now(),
  bids: [['99', '2']],
  asks: [['101', '3']],
})

const aggTrade = (id: number, change = {}) => ({
  e: 'aggTrade',
  E: clock.now(),
  s: 'BTCUSDT',
  a: id,
  p: '100.5',
  q: '2',
  T: clock.now(),
  m: false,
  ...change,
})

const markPrice = () => ({
  e: 'markPriceUpdate',
  E: clock.now(),
  s: 'BTCUSDT',
  p: '100.4',
  i: '100.3',
  r: '0.0001',
  T: clock.now() + 3_600_000,
})

const depth = (firstId: number, lastId: number, previous: number, change = {}) => ({
  e: 'depthUpdate',
  E: clock.now(),
  T: clock.now(),
  s: 'BTCUSDT',
  U: firstId,
  u: lastId,
  pu: previous,
  b: [['99.5', '1']],
  a: [],
  ...change,
})

async function subscribed(): Promise<void> {
  feed.subscribe(BTC)
  clock.advance(0)
  await until(() => {
    clock.advance(0)
    return ['aggTrade', 'markPrice@1s', 'forceOrder', 'depth@100ms'].every((name) =>
      venue.isSubscribed(`btcusdt@${name}`),
    )
  }, 'four streams are subscribed')
  await until(() => state('trade') === 'connecting' && state('liquidationOrder') === 'live', 'streams are acknowledged')
}

const state = (channel: string) => feed.statuses().find((status) => status.channel === channel)?.state
const ofKind = <K extends MarketEvent['kind']>(kind: K) =>
  events.filter((event): event is Extract<MarketEvent, { kind: K }> => event.kind === kind)
const tradeIds = () => ofKind('trade').map((trade) => Number(trade.tradeId))

/** Publishes until it has arrived: loopback needs a moment of real time. */
async function deliver(stream: string, message: unknown): Promise<void> {
  const before = received()
  venue.publish(stream, message)
  await until(() => received() > before, `${stream} arrives`)
}
const received = () =>
  feed.statuses().reduce((sum, status) => sum + status.messages, 0) +
  feed.refused().reduce((sum, refusal) => sum + refusal.count, 0)

describe('a subscribed instrument', () => {
  it('uses the route of each stream: book on /public, the rest on /market', async () => {
    await subscribed()
    const routes = Object.fromEntries(venue.open.map(({ route, streams }) => [route, [...streams].sort()]))
    expect(routes).toEqual({
      '/market/ws': ['btcusdt@aggTrade', 'btcusdt@forceOrder', 'btcusdt@markPrice@1s'],
      '/public/ws': ['btcusdt@depth@100ms'],
    })
  })

  it('delivers trades, mark price, funding, forced orders, open interest and a book, and shows each channel live', async () => {
    await subscribed()
    await deliver('btcusdt@aggTrade', aggTrade(1))
    await deliver('btcusdt@markPrice@1s', markPrice())
    const order = { s: 'BTCUSDT', S: 'BUY', p: '105', ap: '103', z: '0.5', T: clock.now() }
    await deliver('btcusdt@forceOrder', { e: 'forceOrder', E: clock.now(), o: order })
    await until(() => ofKind('openInterest').length > 0, 'open interest')
    venue.publish('btcusdt@depth@100ms', depth(990, 1_005, 980))
    await until(() => {
      clock.advance(0)
      return venue.requests.some((request) => request.startsWith('/fapi/v1/depth'))
    }, 'a snapshot is asked for')
    await until(() => {
      clock.advance(1)
      venue.publish('btcusdt@depth@100ms', depth(1_006, 1_010, 1_005))
      return ofKind('orderBook').length > 0
    }, 'a book')
    expect(new Set(events.map((event) => event.kind))).toEqual(
      new Set(['trade', 'markPrice', 'funding', 'liquidationOrder', 'openInterest', 'orderBook', 'marginTable']),
    )
    expect(ofKind('orderBook')[0]).toMatchObject({
      bids: [
        [99.5, 1],
        [99, 2],
      ],
      asks: [[101, 3]],
    })
    expect(ofKind('openInterest')[0]).toMatchObject({ size: 81_000.5 })
    for (const { channel, state } of feed.statuses()) expect(`${channel} ${state}`).toBe(`${channel} live`)
    expect(feed.statuses().find(({ channel }) => channel === 'liquidationOrder')?.sampled).toBe(true)
    expect(errors).toEqual([])
  })

  it('is silent after unsubscribe, while another goes on', async () => {
    await subscribed()
    feed.subscribe(PEPE)
    await until(() => {
      clock.advance(0)
      return venue.isSubscribed('1000pepeusdt@aggTrade')
    }, 'the second is subscribed')
    feed.unsubscribe(BTC.id)
    await until(() => !venue.isSubscribed('btcusdt@aggTrade'), 'the first is unsubscribed')
    await deliver('1000pepeusdt@aggTrade', aggTrade(5, { s: '1000PEPEUSDT', p: '0.01' }))
    expect(ofKind('trade').map((trade) => trade.instrument)).toEqual(['binance:1000PEPEUSDT'])
    expect(feed.statuses().every(({ symbol }) => symbol === '1000PEPEUSDT')).toBe(true)
  })

  it('closes the sockets that nothing is left on, and 200 cycles leave nothing behind', async () => {
    await subscribed()
    feed.unsubscribe(BTC.id)
    await until(() => venue.open.length === 0, 'every connection ends')
    clock.advance(10_000)
    const timers = clock.pending
    for (let cycle = 0; cycle < 200; cycle++) {
      feed.subscribe(BTC)
      feed.unsubscribe(BTC.id)
    }
    clock.advance(10_000)
    expect(feed.statuses()).toEqual([])
    expect(clock.pending).toBeLessThanOrEqual(timers)
    await until(() => venue.open.length === 0, 'no connection is left')
  })

  it('delivers nothing after close', async () => {
    await subscribed()
    await feed.close()
    const before = events.length
    venue.publish('btcusdt@aggTrade', aggTrade(1))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(events.length).toBe(before)
    await until(() => venue.open.length === 0, 'every connection ends')
    expect(clock.pending).toBe(0)
  })
})

it('a delisted symbol is reported, the others live', async () => {
  await subscribed()
  const live = venue.rest
  const listed = (symbol: string, baseAsset: string) => ({
    symbol,
    baseAsset,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    contractType: 'PERPETUAL',
    status: symbol === 'BTCUSDT' ? 'SETTLING' : 'TRADING',
    filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.1' }],
  })
  venue.rest = (url) =>
    url.pathname === '/fapi/v1/exchangeInfo'
      ? { symbols: [listed('BTCUSDT', 'BTC'), listed('1000PEPEUSDT', '1000PEPE')] }
      : live(url)
  clock.advance(600_000)
  await until(() => {
    clock.advance(1)
    return errors.some(({ message }) => message === 'binance instruments: BTCUSDT no longer trades')
  }, 'the delisting is noticed')
  expect((await feed.instruments()).map(({ id }) => id)).toEqual(['binance:1000PEPEUSDT'])
})

describe('bad input', () => {
  it('is counted with its text, reported, and the feed goes on', async () => {
    await subscribed()
    await deliver('btcusdt@aggTrade', aggTrade(1, { p: 'Infinity' }))
    await deliver('btcusdt@aggTrade', aggTrade(1))
    expect(feed.refused()).toMatchObject([
      { venue: 'binance', channel: 'aggTrade', reason: 'field p is missing or wrong', count: 1 },
    ])
    expect(feed.refused()[0]?.lastText).toContain('Infinity')
    expect(errors).toHaveLength(1)
    expect(feed.statuses().find(({ channel }) => channel === 'trade')).toMatchObject({ errors: 1, messages: 1 })
    expect(tradeIds()).toEqual([1])
  })

  it('a stream the venue refuses is given up alone; the others live', async () => {
    venue.refusedStreams.add('btcusdt@forceOrder')
    feed.subscribe(BTC)
    clock.advance(0)
    await until(() => {
      clock.advance(1_000)
      return venue.isSubscribed('btcusdt@aggTrade') && errors.length > 0
    }, 'the good streams are subscribed')
    expect(errors.map(({ message }) => message)).toEqual([
      'binance btcusdt@forceOrder: the venue refused the stream: 2 Invalid request',
    ])
    await deliver('btcusdt@aggTrade', aggTrade(1))
    expect(tradeIds()).toEqual([1])
  })
})

describe('a book whose sequence broke', () => {
  it('is not published until a new snapshot, which comes within 5 s', async () => {
    let lastUpdateId = 1_000
    const live = venue.rest
    venue.rest = (url) => (url.pathname === '/fapi/v1/depth' ? snapshot(lastUpdateId) : live(url))
    await subscribed()
    let id = 1_000
    const next = (change = {}) => {
      const update = depth(id + 1, id + 5, id, change)
      id += 5
      venue.publish('btcusdt@depth@100ms', update)
    }
    const publishing = (count: number) =>
      until(() => {
        clock.advance(20)
        next()
        return ofKind('orderBook').length >= count
      }, `book ${count}`)
    await publishing(2)
    // Updates are lost: the book stays away for as long as the snapshot is too old.
    id += 100
    const broke = clock.now()
    const asked = () => venue.requests.filter((request) => request.startsWith('/fapi/v1/depth')).length
    const before = { asked: asked(), books: ofKind('orderBook').length }
    await until(() => {
      clock.advance(10)
      next({ b: [['99.7', '1']] })
      return asked() > before.asked
    }, 'a new snapshot is asked for')
    expect(errors.map(({ message }) => message)).toContain(
      'binance orderBook: BTCUSDT: the sequence broke; taking a new snapshot',
    )
    expect(ofKind('orderBook').length).toBe(before.books)
    lastUpdateId = id
    await publishing(before.books + 1)
    expect(clock.now() - broke).toBeLessThanOrEqual(5_000)
    for (const book of ofKind('orderBook')) expect(book.bids[0]![0]).toBeLessThan(book.asks[0]![0])
  })
})

describe('an acknowledged but silent channel', () => {
  it('is stale within 10 s of the acknowledgement, beside channels that live, and is asked for again', async () => {
    await subscribed()
    for (let second = 0; second < 12; second++) {
      await deliver('btcusdt@aggTrade', aggTrade(second + 1))
      await clock.pass(1_000, 1_000)
    }
    expect(state('trade')).toBe('live')
    expect(state('markPrice')).toBe('stale')
    expect(errors.map(({ message }) => message)).toContain('binance markPrice: BTCUSDT: acknowledged but silent')
    const timesAsked = (name: string) => venue.subscriptions.filter((asked) => asked === `btcusdt@${name}`).length
    expect(timesAsked('markPrice@1s')).toBe(2)
    expect(timesAsked('aggTrade')).toBe(1)
    await deliver('btcusdt@markPrice@1s', markPrice())
    expect(state('markPrice')).toBe('live')
  })

  it('is stale within 60 s when it falls silent later', async () => {
    await subscribed()
    await deliver('btcusdt@markPrice@1s', markPrice())
    for (let second = 0; second < 60; second++) {
      await deliver('btcusdt@aggTrade', aggTrade(second + 1))
      await clock.pass(1_000, 1_000)
    }
    expect(state('trade')).toBe('live')
    expect(state('markPrice')).toBe('stale')
  })
})

describe('after an outage', () => {
  /** The missed trades, as the venue's history has them. */
  function history(from: number, to: number, timeOf: (id: number) => number): void {
    const live = venue.rest
    venue.rest = (url) => {
      if (url.pathname !== '/fapi/v1/aggTrades') return live(url)
      const { a: _, ...row } = aggTrade(0)
      const first = Number(url.searchParams.get('fromId') ?? 0)
      const since = Number(url.searchParams.get('startTime') ?? 0)
      return Array.from({ length: to - from + 1 }, (_, i) => from + i)
        .filter((id) => id >= first && timeOf(id) >= since)
        .slice(0, 1_000)
        .map((id) => ({ ...row, a: id, T: timeOf(id) }))
    }
  }

  async function reconnect(downMs: number): Promise<void> {
    const lost = venue.open
    for (const { socket } of lost) socket.terminate()
    await until(() => state('trade') === 'offline', 'the loss is seen')
    await clock.pass(downMs, 1_000)
    await until(() => {
      clock.advance(50)
      return venue.isSubscribed('btcusdt@aggTrade')
    }, 'it is subscribed again')
    await until(() => state('liquidationOrder') === 'live', 'it is acknowledged again')
  }

  it('missed trades are fetched and come once, in order, before the later ones', async () => {
    await subscribed()
    await deliver('btcusdt@aggTrade', aggTrade(10))
    const before = clock.now()
    await reconnect(2_000)
    history(1, 20, (id) => before + id)
    await deliver('btcusdt@aggTrade', aggTrade(15))
    await deliver('btcusdt@aggTrade', aggTrade(16))
    expect(tradeIds()).toEqual([10])
    await until(() => {
      clock.advance(100)
      return tradeIds().length >= 7
    }, 'the hole is filled')
    expect(tradeIds()).toEqual([10, 11, 12, 13, 14, 15, 16])
    expect(ofKind('gap').some(({ channel }) => channel === 'trade')).toBe(false)
  })

  it('what the history lacks is a Gap, never both', async () => {
    await subscribed()
    await deliver('btcusdt@aggTrade', aggTrade(10))
    const lastTrade = clock.now()
    await reconnect(2_000)
    await deliver('btcusdt@aggTrade', aggTrade(15))
    const nextTrade = clock.now()
    await until(() => {
      clock.advance(100)
      return tradeIds().length >= 2
    }, 'the hole is given up')
    expect(tradeIds()).toEqual([10, 15])
    expect(ofKind('gap').filter(({ channel }) => channel === 'trade')).toMatchObject([
      { from: lastTrade, to: nextTrade, channel: 'trade' },
    ])
    expect(state('trade')).toBe('gap')
    await feed.close()
    expect(clock.pending).toBe(0)
  })

  it('channels without history say what they missed, on the clock of the exchange', async () => {
    await subscribed()
    await deliver('btcusdt@markPrice@1s', markPrice())
    const before = clock.now()
    await reconnect(5_000)
    expect(ofKind('gap')).toEqual([])
    await deliver('btcusdt@markPrice@1s', markPrice())
    const after = clock.now()
    const gaps = ofKind('gap').map(({ channel, from, to }) => ({ channel, from, to }))
    expect(gaps).toEqual(
      ['markPrice', 'funding', 'liquidationOrder'].map((channel) => ({
        channel,
        // Forced orders of the seconds before may not have been told yet.
        from: channel === 'liquidationOrder' ? before - 2_000 : before,
        to: after,
      })),
    )
  })

  it('minutes too full to be fetched trade by trade come as bars, their edges as trades, never both', async () => {
    clock.advance(60_000 - (clock.now() % 60_000) + 45_000)
    await subscribed()
    const start = clock.now() - 45_000
    await deliver('btcusdt@aggTrade', aggTrade(1))
    await reconnect(150_000)
    // 100 trades a second since the start of the minute: far more than are worth fetching one by one
    const timeOf = (id: number) => start + 45_000 + (id - 1) * 10
    const next = Math.floor((clock.now() - start - 45_000) / 10) + 1
    history(1, next, timeOf)
    const live = venue.rest
    venue.rest = (url) => {
      if (url.pathname !== '/fapi/v1/klines') return live(url)
      const from = Number(url.searchParams.get('startTime'))
      const to = Number(url.searchParams.get('endTime'))
      return Array.from({ length: Math.ceil((to - from) / 60_000) }, (_, i) => {
        const time = from + i * 60_000
        return [time, '100', '101', '99', '100', '12000', time + 59_999, '1', 6_000, '6000', '1', '0']
      })
    }
    await deliver('btcusdt@aggTrade', aggTrade(next, { T: timeOf(next) }))
    await until(() => {
      clock.advance(100)
      return tradeIds().at(-1) === next
    }, 'the hole is filled')
    const bars = ofKind('bar')
    expect(bars.map(({ exchangeTime }) => exchangeTime - start)).toEqual([60_000, 120_000])
    const trades = ofKind('trade')
    const covered = (time: number) => bars.some((bar) => time >= bar.exchangeTime && time < bar.exchangeTime + 60_000)
    expect(trades.filter(({ exchangeTime }) => covered(exchangeTime))).toEqual([])
    // Every trade outside the bars' minutes, once.
    const expected = Array.from({ length: next }, (_, i) => i + 1).filter((id) => !covered(timeOf(id)))
    expect(tradeIds()).toEqual(expected)
    expect(ofKind('gap').filter(({ channel }) => channel === 'trade' || channel === 'bar')).toEqual([])
  })
})

it('100 rotations lose no trade and repeat none, even when one connection is slower than the other', async () => {
  await feed.close()
  const seed = 20_261_122
  const random = seeded(seed)
  feed = open({ rotateAfterMs: 10_000 })
  await subscribed()
  let id = 0
  const seen = new Set<unknown>()
  const dueOf = new Map<unknown, number>()
  for (let step = 0; seen.size <= 100; step++) {
    if (step > 20_000) throw new Error('rotations stopped')
    const trade = JSON.stringify(aggTrade(++id))
    for (const client of venue.open) {
      if (!client.streams.has('btcusdt@aggTrade')) continue
      seen.add(client)
      // Each connection is late by its own changing amount, up to 2 s, but delivers in order.
      const due = Math.max(clock.now() + Math.floor(random() * 8) * 250, dueOf.get(client) ?? 0)
      dueOf.set(client, due)
      clock.setTimeout(() => client.socket.send(trade), due - clock.now())
    }
    clock.advance(250)
    if (step % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await until(() => {
    clock.advance(100)
    return tradeIds().at(-1) === id
  }, 'the last trade arrives')
  expect(tradeIds(), `seed ${seed}`).toEqual(Array.from({ length: id }, (_, i) => i + 1))
}, 60_000)
