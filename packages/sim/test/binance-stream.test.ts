import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SimLiquidation, SimMarket } from '../src/index.ts'
import { Client, isRecord, until } from './client.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

describe('Binance sockets', () => {
  let venue: ClockedVenue

  beforeAll(async () => {
    venue = await clockedVenue({ symbols: ['BTCUSDT', 'ETHUSDT'] })
  })

  afterAll(() => venue.close())

  const ALL = ['trade', 'aggTrade', 'markPrice@1s', 'depth@100ms', 'bookTicker', 'kline_1m', 'ticker', 'forceOrder']

  /** Which streams of all one hears on a route, through a crash. */
  async function heardOn(route: string): Promise<string[]> {
    const client = await new Client(`${venue.wsUrl}${route}/stream`).open()
    client.send({ method: 'SUBSCRIBE', params: ALL.map((name) => `btcusdt@${name}`), id: 1 })
    await until('the acknowledgement', () => client.received.length > 0)
    expect(client.received[0]?.text).toBe('{"result":null,"id":1}')
    for (const market of venue.markets) market.shock(-0.02)
    for (let second = 0; second < 30; second++) venue.turn(1000)
    await until('the stream to settle', () => client.received.length > 20)
    await new Promise((resolve) => setTimeout(resolve, 50))
    client.close()
    return [...new Set(client.received.flatMap(({ stream }) => stream?.replace('btcusdt@', '') ?? []))].sort()
  }

  it('carries on each route what the venue moved there, and acknowledges everything on all', async () => {
    expect(await heardOn('/public')).toEqual(['bookTicker', 'depth@100ms', 'trade'])
    expect(await heardOn('/market')).toEqual(['aggTrade', 'forceOrder', 'kline_1m', 'markPrice@1s', 'ticker'])
    expect(await heardOn('')).toEqual(['bookTicker', 'depth@100ms', 'ticker', 'trade'])
  })

  it('sends bare payloads on /ws and envelopes on /stream', async () => {
    const bare = await new Client(`${venue.wsUrl}/market/ws/btcusdt@markPrice@1s`).open()
    const wrapped = await new Client(`${venue.wsUrl}/market/stream?streams=btcusdt@markPrice@1s`).open()
    venue.turn(1000)
    await until('a mark on both', () => bare.received.length > 0 && wrapped.received.length > 0)
    expect(bare.received[0]?.stream).toBeUndefined()
    expect(bare.received[0]?.data).toMatchObject({ e: 'markPriceUpdate', s: 'BTCUSDT' })
    expect(wrapped.received[0]?.text).toBe(`{"stream":"btcusdt@markPrice@1s","data":${bare.received[0]?.text ?? ''}}`)
    bare.close()
    wrapped.close()
  })

  it('lists, ends and refuses subscriptions with the id that was sent', async () => {
    const client = await new Client(`${venue.wsUrl}/market/ws`).open()
    client.send({ method: 'SUBSCRIBE', params: ['btcusdt@aggTrade', 'ethusdt@aggTrade'], id: 7 })
    client.send({ method: 'UNSUBSCRIBE', params: ['btcusdt@aggTrade'], id: 8 })
    client.send({ method: 'LIST_SUBSCRIPTIONS', id: 9 })
    client.send({ method: 'DANCE', id: 10 })
    client.send({ method: 'SUBSCRIBE', params: 'btcusdt@aggTrade', id: 11 })
    client.send({ method: 'SUBSCRIBE', params: ['btcusdt@aggTrade'], id: -1 })
    client.send('not json')
    await until('seven answers', () => client.received.length === 7)
    expect(client.received.map(({ data }) => data)).toMatchObject([
      { result: null, id: 7 },
      { result: null, id: 8 },
      { result: ['ethusdt@aggTrade'], id: 9 },
      { error: { code: 2 }, id: 10 },
      { error: { code: 2 }, id: 11 },
      { error: { code: 2 } },
      { error: { code: 3 } },
    ])
    client.close()
  })

  it('chains the order book: each update follows the one before, and meets the snapshot', async () => {
    const client = await new Client(`${venue.wsUrl}/public/stream?streams=btcusdt@depth@100ms/btcusdt@depth`).open()
    for (let step = 0; step < 20; step++) venue.turn(100)
    const response = await fetch(`${venue.restUrl}/fapi/v1/depth?symbol=BTCUSDT&limit=1000`)
    const snapshot: unknown = await response.json()
    for (let step = 0; step < 20; step++) venue.turn(100)
    const lastUpdateId = isRecord(snapshot) ? Number(snapshot.lastUpdateId) : Number.NaN
    const passed = (stream: string): boolean => Number(client.on(stream).at(-1)?.u) > lastUpdateId
    await until('updates past the snapshot', () => passed('btcusdt@depth') && passed('btcusdt@depth@100ms'))
    for (const stream of ['btcusdt@depth@100ms', 'btcusdt@depth']) {
      const updates = client.on(stream)
      updates.forEach((update, at) => {
        expect(Number(update.U)).toBeLessThanOrEqual(Number(update.u))
        if (at > 0) expect(update.pu).toBe(updates[at - 1]?.u)
      })
    }
    const fine = client.on('btcusdt@depth@100ms')
    expect(fine.some(({ U, u }) => Number(U) <= lastUpdateId && lastUpdateId <= Number(u))).toBe(true)
    client.close()
  })

  it('sends at most one forced order per symbol and second, the largest, on both of its streams', async () => {
    const crashing = await clockedVenue()
    const client = await new Client(`${crashing.wsUrl}/market/stream?streams=btcusdt@forceOrder/!forceOrder@arr`).open()
    // The same market once more, to know every forced order that there was.
    const twin = new SimMarket({ seed: 2, symbol: 'BTCUSDT', startTime: T0 - 1_800_000 })
    twin.run(T0, () => {})
    const largest = new Map<number, SimLiquidation>()
    let count = 0
    twin.shock(-0.04)
    twin.run(T0 + 20_000, (event) => {
      if (event.kind !== 'liquidation') return
      count++
      if (event.size > (largest.get(event.time)?.size ?? 0)) largest.set(event.time, event)
    })
    crashing.markets[0]?.shock(-0.04)
    for (let second = 0; second < 22; second++) crashing.turn(1000)
    await until('forced orders', () => client.on('!forceOrder@arr').length >= largest.size)
    const orders = client.on('btcusdt@forceOrder').flatMap(({ o }) => (isRecord(o) ? [o] : []))
    const expected = [...largest.values()].map((order) => ({
      S: 'SELL',
      T: order.time,
      q: order.size.toFixed(3),
      p: order.bankruptcyPrice.toFixed(2),
      z: order.filledSize.toFixed(3),
    }))
    expect(count).toBeGreaterThan(2 * largest.size)
    expect(orders.slice(0, expected.length)).toMatchObject(expected)
    expect(client.on('!forceOrder@arr')).toEqual(client.on('btcusdt@forceOrder'))
    client.close()
    await crashing.close()
  })

  it('aggregates trades so that sizes add up and trade ids have no hole', async () => {
    const client = await new Client(`${venue.wsUrl}/market/stream?streams=btcusdt@aggTrade`).open()
    const single = await new Client(`${venue.wsUrl}/public/stream?streams=btcusdt@trade`).open()
    for (let second = 0; second < 60; second++) venue.turn(1000)
    await until('trades', () => client.received.length > 10 && single.received.length > 10)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const sum = (rows: Record<string, unknown>[]): number => rows.reduce((total, { q }) => total + Number(q), 0)
    const aggregates = client.on('btcusdt@aggTrade')
    expect(sum(aggregates)).toBeCloseTo(sum(single.on('btcusdt@trade')), 6)
    aggregates.forEach((trade, at) => {
      if (at > 0) expect(trade.f).toBe(Number(aggregates[at - 1]?.l) + 1)
    })
    client.close()
    single.close()
  })

  it('closes a candle once, with x true, and opens the next', async () => {
    const client = await new Client(`${venue.wsUrl}/market/stream?streams=btcusdt@kline_1m`).open()
    for (let step = 0; step < 130; step++) venue.turn(1000)
    await until('candles', () => client.received.length > 100)
    const candles = client.on('btcusdt@kline_1m').flatMap(({ k }) => (isRecord(k) ? [k] : []))
    const closed = candles.filter(({ x }) => x === true).map(({ t }) => t)
    expect(closed.length).toBeGreaterThanOrEqual(2)
    expect(new Set(closed).size).toBe(closed.length)
    client.close()
  })

  it('closes with 1008 a path that it does not have', async () => {
    const client = await new Client(`${venue.wsUrl}/elsewhere`).open()
    await until('the close', () => client.closeCode !== undefined)
    expect(client.closeCode).toBe(1008)
  })
})
