import { findClusters, MapBuilder } from '@liqscope/engine'
import type { Clock } from '@liqscope/feeds'
import type { LiquidationOrder, Trade } from '@liqscope/market'
import type { MapSlice, MarketUpdate } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import type { ServerOptions } from '../src/index.ts'
import { eventually, started, subscriber, withVenue } from './running.ts'
import { BTC, barAt, bars, ETH, FILE, gapAt, liveStatus, MINUTE, START, stream } from './scripted-market.ts'
import type { Subscriber } from './subscriber.ts'

const HISTORY = 600
const NOW = START + HISTORY * MINUTE

const trade = (i: number, price = 70_100): Trade => ({
  kind: 'trade',
  instrument: BTC.id,
  exchangeTime: NOW + i,
  receivedTime: NOW + i,
  tradeId: String(i),
  price,
  size: 0.5,
  side: 'buy',
})

/** A live market with ten hours of history folded and the next minute begun. */
async function liveMarket(options: ServerOptions = {}) {
  const server = await withVenue([BTC], (instrument) => bars(instrument, HISTORY), options)
  await eventually(
    () => server.feed.subscribed.length,
    (count) => count === 1,
  )
  server.feed.statusList = [liveStatus(BTC)]
  server.feed.emit(trade(0))
  await eventually(
    async () => (await (await fetch(`${server.url}/api/v1/markets`)).json()).markets[0],
    ({ state }) => state === 'live',
  )
  return server
}

function expectedBuilder(): MapBuilder {
  const builder = new MapBuilder({ instrument: BTC.id })
  for (const bar of bars(BTC, HISTORY)) builder.apply(bar)
  builder.apply(trade(0))
  return builder
}

async function subscribed(url: string, encoding: 'json' | 'binary', market = 'BTC'): Promise<Subscriber> {
  const client = subscriber(url)
  await client.until((messages) => messages.find(({ type }) => type === 'welcome'), 'welcome')
  client.send({ op: 'subscribe', req_id: 1, market, encoding })
  await client.snapshot()
  return client
}

const ARRAYS = ['long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh', 'byLeverage'] as const

describe('a subscriber', () => {
  it('is welcomed, told the status, confirmed, and given a snapshot, in this order', async () => {
    const { url } = await liveMarket()
    const client = await subscribed(url, 'json')
    const types = client.messages.map(({ type }) => type)
    expect(types.slice(0, 4)).toEqual(['welcome', 'status', 'subscribed', 'snapshot'])
    expect(client.messages[2]).toEqual({ type: 'subscribed', req_id: 1, market: 'binance:BTCUSDT' })
  })

  it('sees the numbers that REST and the builder have, as JSON exactly and as a frame to float32', async () => {
    const { url } = await liveMarket()
    const map = expectedBuilder().map()!
    const json = await (await subscribed(url, 'json')).snapshot()
    const binary = await (await subscribed(url, 'binary')).snapshot()
    const rest = await (await fetch(`${url}/api/v1/map?market=BTC`)).json()

    expect(map.long.some((value) => value > 0)).toBe(true)
    for (const name of ARRAYS) {
      expect(Array.from(json.map![name])).toEqual(Array.from(map[name]))
      expect(Array.from(binary.map![name])).toEqual(Array.from(map[name], Math.fround))
    }
    for (const name of ['long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh'] as const)
      expect(rest.bins.map((bin: Record<string, number>) => bin[name])).toEqual(Array.from(map[name]))
    for (const update of [json, binary]) {
      expect(update.map).toMatchObject({ step: map.step, firstBin: map.firstBin, bins: map.bins, price: map.price })
      expect(update.clusters).toEqual(JSON.parse(JSON.stringify(findClusters(map))))
      expect(update.clusters).toEqual(rest.clusters)
      expect(update.model).toEqual(rest.model)
      expect(update.openInterest).toEqual(rest.openInterest)
      expect(update.price).toBe(rest.price)
      expect(update.simulated).toBe(false)
    }
  })

  it('can rebuild the current map from a snapshot and every patch after it, with seq rising by one', async () => {
    const { url, feed } = await liveMarket()
    const clients = [await subscribed(url, 'json'), await subscribed(url, 'binary')]
    const builder = expectedBuilder()
    for (let i = 1; i <= 12; i++) {
      // A minute each: closes a bar, moves the price through bins.
      const events = [trade(i * MINUTE, 70_000 + 150 * i), trade(i * MINUTE + 1, 69_900 + 150 * i)]
      feed.emit(...events)
      for (const event of events) builder.apply(event)
      await new Promise((resolve) => setTimeout(resolve, i % 3 === 0 ? 300 : 40))
    }
    const map = builder.map()!
    for (const client of clients) {
      await client.until(() => client.updates().find(({ at }) => at === map.at), 'the last patch')
      const updates = client.updates()
      expect(updates.length).toBeGreaterThan(3)
      updates.forEach((update, i) => {
        expect(update.seq).toBe(updates[0]!.seq + i)
        expect(update.type).toBe(i === 0 ? 'snapshot' : 'patch')
      })
      const rebuilt = replayed(updates)
      const round = client === clients[1] ? Math.fround : (x: number) => x
      for (const name of ARRAYS) {
        const wrong = Array.from(map[name], round).filter((value, i) => value !== rebuilt[name][i])
        expect([name, wrong.slice(0, 3)]).toEqual([name, []])
        expect(rebuilt[name].length).toBe(map[name].length)
      }
      const wide = updates.flatMap(({ bars: listed = [] }) =>
        listed.filter(({ intervalMs }) => intervalMs === 5 * MINUTE),
      )
      expect(wide.map(({ openTime, volume }) => [openTime, volume])).toEqual([
        [NOW, 0.5 + 4 * 1],
        [NOW + 5 * MINUTE, 5 * 1],
      ])
      expect(closedBarTimes(updates)).toEqual(Array.from({ length: 12 }, (_, i) => NOW + i * MINUTE))
    }
  })

  it('gets forced orders and gaps once each: in its snapshot or in one patch', async () => {
    const { url, feed } = await liveMarket()
    const order = (i: number): LiquidationOrder => ({
      kind: 'liquidationOrder',
      instrument: BTC.id,
      exchangeTime: NOW + 10 * i,
      receivedTime: NOW + 10 * i,
      positionSide: 'long',
      price: 69_000 - i,
      priceKind: 'average',
      size: 1 + i,
    })
    feed.emit(order(1), gapAt(BTC, NOW - 100, NOW - 50))
    const first = await subscribed(url, 'json')
    feed.emit(order(2))
    const second = await subscribed(url, 'binary')
    feed.emit(order(3))
    for (const client of [first, second]) {
      const orders = () => client.updates().flatMap(({ forcedOrders = [] }) => forcedOrders)
      await client.until(() => orders()[2], 'the third order')
      expect(orders().map(({ size }) => size)).toEqual([2, 3, 4])
      expect(orders()[0]).toMatchObject({ positionSide: 'long', venue: 'binance', notional: 2 * 68_999 })
      expect(client.updates().flatMap(({ gaps = [] }) => gaps)).toHaveLength(1)
    }
  })

  it('that asks for a resync gets a snapshot, and patches go on from it', async () => {
    const { url, feed } = await liveMarket()
    const client = await subscribed(url, 'binary')
    client.send({ op: 'resync', market: 'binance:BTCUSDT' })
    const again = await client.snapshot(2)
    feed.emit(trade(5, 70_200))
    const patch = await client.until(() => client.updates().find(({ type }) => type === 'patch'), 'a patch')
    expect(patch.seq).toBe(again.seq + 1)
  })

  it('gets no more of a market it left', async () => {
    const { url, feed } = await liveMarket()
    const client = await subscribed(url, 'json')
    client.send({ op: 'unsubscribe', req_id: 'x', market: 'BTC' })
    await client.until((messages) => messages.find(({ type }) => type === 'unsubscribed'), 'unsubscribed')
    const before = client.updates().length
    feed.emit(trade(5, 70_200))
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(client.updates().length).toBe(before)
  })

  it('gets the markets it asked for and no other', async () => {
    const server = await withVenue([BTC, ETH], (instrument) => bars(instrument, 60))
    server.feed.emit({ ...trade(0), exchangeTime: START + 60 * MINUTE })
    await eventually(
      async () => (await (await fetch(`${server.url}/api/v1/markets`)).json()).markets[0],
      ({ price }) => price !== null,
    )
    const client = await subscribed(server.url, 'json', 'binance:BTCUSDT')
    server.feed.emit({ ...trade(1), instrument: ETH.id }, { ...trade(1), exchangeTime: START + 61 * MINUTE })
    await client.until(() => client.updates().find(({ type }) => type === 'patch'), 'a patch')
    expect(new Set(client.updates().map(({ market }) => market))).toEqual(new Set(['binance:BTCUSDT']))
  })

  it('that subscribes before the first price gets its snapshot when there is one', async () => {
    const { url, feed } = await withVenue([BTC], () => [])
    const client = subscriber(url)
    await eventually(
      () => feed.subscribed.length,
      (count) => count === 1,
    )
    client.socket.on('open', () => client.send({ op: 'subscribe', market: 'BTC' }))
    await client.until((messages) => messages.find(({ type }) => type === 'subscribed'), 'subscribed')
    expect(client.updates()).toEqual([])
    feed.emit(trade(0), trade(MINUTE))
    expect((await client.snapshot()).price).toBe(70_100)
  })
})

describe('a client', () => {
  it('gets a pong with its own request id', async () => {
    const { url } = await started()
    const client = subscriber(url)
    client.socket.on('open', () => client.send({ op: 'ping', req_id: 'p1' }))
    const pong = await client.until((messages) => messages.find(({ type }) => type === 'pong'), 'pong')
    expect(pong).toMatchObject({ req_id: 'p1' })
  })

  it.each([
    ['not JSON', 'hello'],
    ['an unknown op', '{"op":"launch"}'],
    ['a field of the wrong type', '{"op":"subscribe","market":7}'],
    ['an array', '[]'],
  ])('is told when it sends %s, and stays connected', async (_, text) => {
    const { url } = await started()
    const client = subscriber(url)
    client.socket.on('open', () => client.send(text))
    await client.until((messages) => messages.find(({ type }) => type === 'error'), 'an error')
    client.send({ op: 'ping' })
    await client.until((messages) => messages.find(({ type }) => type === 'pong'), 'pong')
  })

  it('is told the nearest names of an unknown market', async () => {
    const { url } = await liveMarket()
    const client = subscriber(url)
    client.socket.on('open', () => client.send({ op: 'subscribe', req_id: 9, market: 'BTX' }))
    const error = await client.until((messages) => messages.find(({ type }) => type === 'error'), 'an error')
    expect(error).toMatchObject({ req_id: 9, message: expect.stringContaining('BTC') })
  })

  it('is closed when it sends more than 64 KiB at once', async () => {
    const { url } = await started()
    const client = subscriber(url)
    client.socket.on('open', () => client.send(`"${'x'.repeat(65 * 1024)}"`))
    expect((await client.untilClosed()).code).toBe(1009)
  })

  it('is closed when it floods the server with messages', async () => {
    const { url } = await started()
    const client = subscriber(url)
    client.socket.on('open', () => {
      for (let i = 0; i < 200; i++) client.send({ op: 'ping' })
    })
    expect(await client.untilClosed()).toEqual({ code: 1008, reason: 'too many messages' })
  })

  it('that does not read gets a fresh snapshot instead of the patches it missed', async () => {
    const { url, feed } = await liveMarket()
    const client = await subscribed(url, 'json')
    client.socket.pause()
    // The kernel takes several MB before anything is left unsent here.
    for (let i = 0; i < 80; i++) client.send({ op: 'resync', market: 'BTC' })
    let minute = 0
    await eventually(
      async () => {
        minute++
        feed.emit(trade(minute * MINUTE, 70_000 + 100 * Math.sin(minute)), trade(minute * MINUTE + 30_000, 70_050))
        await new Promise((resolve) => setTimeout(resolve, 100))
        return metric(url, 'liqscope_skipped_patches_total')
      },
      (count) => count > 0,
    )
    client.socket.resume()
    await client.snapshot(2)
    feed.emit(trade((minute + 1) * MINUTE, 70_400))
    await client.until(() => client.updates().find(({ at }) => at === NOW + (minute + 1) * MINUTE), 'the newest patch')
    let seq: number | undefined
    for (const update of client.updates()) {
      if (update.type === 'patch') expect(update.seq).toBe(seq! + 1)
      seq = update.seq
    }
  }, 30_000)
})

describe('a client that never reads', () => {
  it('is closed with 1008 after ten seconds, and the others do not notice', async () => {
    let ahead = 0
    const clock: Clock = { ...systemClock, now: () => Date.now() + ahead }
    const { url, feed } = await liveMarket({ clock })
    const stalled = await subscribed(url, 'json')
    const healthy = await subscribed(url, 'binary')
    stalled.socket.pause()
    for (let i = 0; i < 80; i++) stalled.send({ op: 'resync', market: 'BTC' })
    let minute = 0
    await eventually(
      async () => {
        minute++
        feed.emit(trade(minute * MINUTE, 70_000 + minute))
        await healthy.until(() => healthy.updates().find(({ at }) => at === NOW + minute * MINUTE), 'the patch', 5_000)
        return metric(url, 'liqscope_skipped_patches_total')
      },
      (count) => count > 0,
    )
    ahead = 11_000
    await eventually(
      () => metric(url, 'liqscope_subscribers'),
      (count) => count === 1,
    )
    feed.emit(trade((minute + 1) * MINUTE, 70_000))
    await healthy.until(() => healthy.updates().find(({ at }) => at === NOW + (minute + 1) * MINUTE), 'the last patch')
    expect(healthy.closed).toBeUndefined()
    stalled.socket.resume()
    expect((await stalled.untilClosed()).code).toBeOneOf([1006, 1008])
  }, 40_000)
})

describe('the replay clock', () => {
  const replaying = (options: { at?: number; speed?: number } = {}) =>
    started({ bars: { instrument: FILE, events: () => stream(bars(FILE, HISTORY)), ...options } })

  it('goes back to a moment and shows the map as it was known then, in a new snapshot', async () => {
    const { url } = await replaying()
    const client = await subscribed(url, 'json')
    client.send({ op: 'replay', at: START + 200 * MINUTE })
    const back = await client.snapshot(2)
    const builder = new MapBuilder({ instrument: FILE.id })
    for (let i = 0; i < 200; i++) builder.apply(barAt(FILE, i))
    expect(Array.from(back.map!.long)).toEqual(Array.from(builder.map()!.long))
    expect(back.at).toBe(START + 200 * MINUTE)
    const status = await client.until(
      (messages) => messages.findLast((message) => message.type === 'status' && message.replay?.at === back.at),
      'the clock at that moment',
    )
    expect(status).toMatchObject({ replay: { playing: false, at: START + 200 * MINUTE } })
  })

  it('plays at its speed, bar by bar, and stands still at the end', async () => {
    const { url } = await replaying({ at: START + 590 * MINUTE, speed: 600 })
    const client = await subscribed(url, 'binary')
    await client.until(() => client.updates().find(({ at }) => at === NOW), 'the last bar')
    const seqs = client.updates().map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i))
    const { replay } = await (await fetch(`${url}/api/v1/markets`)).json()
    expect(replay).toMatchObject({ playing: false, at: NOW, speed: 600 })
  })

  it('stands while paused', async () => {
    const { url } = await replaying({ at: START + 100 * MINUTE, speed: 60 })
    const client = await subscribed(url, 'json')
    client.send({ op: 'replay', playing: false })
    const { replay } = await eventually(
      async () => (await fetch(`${url}/api/v1/markets`)).json(),
      ({ replay }) => !replay.playing,
    )
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect((await (await fetch(`${url}/api/v1/markets`)).json()).replay.at).toBe(replay.at)
  })

  it('is refused where no file is replayed', async () => {
    const { url } = await started()
    const client = subscriber(url)
    client.socket.on('open', () => client.send({ op: 'replay', playing: true }))
    await client.until((messages) => messages.find(({ type }) => type === 'error'), 'an error')
  })
})

async function metric(url: string, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await fetch(`${url}/metrics`)).text())?.[1])
}

/** What a careful client does: a snapshot replaces everything, a patch the bins it covers. */
function replayed(updates: readonly MarketUpdate[]): Record<(typeof ARRAYS)[number], number[]> {
  let state: Record<(typeof ARRAYS)[number], number[]> | undefined
  let bins = 0
  for (const { map } of updates) {
    if (!map) continue
    if (state === undefined || map.to - map.from === map.bins) {
      bins = map.bins
      state = {
        long: [...copy(map, 'long')],
        short: [...copy(map, 'short')],
        longLow: [...copy(map, 'longLow')],
        longHigh: [...copy(map, 'longHigh')],
        shortLow: [...copy(map, 'shortLow')],
        shortHigh: [...copy(map, 'shortHigh')],
        byLeverage: [...copy(map, 'byLeverage')],
      }
      continue
    }
    const width = map.to - map.from
    for (const name of ARRAYS)
      copy(map, name).forEach((value, i) => {
        state![name][Math.floor(i / width) * bins + map.from + (i % width)] = value
      })
  }
  if (!state) throw new Error('no map arrived')
  return state
}

function copy(map: MapSlice, name: (typeof ARRAYS)[number]): number[] {
  return Array.from(map[name])
}

function closedBarTimes(updates: readonly MarketUpdate[]): number[] {
  return updates.flatMap(({ type, bars: listed = [] }) =>
    type === 'patch'
      ? listed.filter(({ closed, intervalMs }) => closed && intervalMs === MINUTE).map(({ openTime }) => openTime)
      : [],
  )
}
