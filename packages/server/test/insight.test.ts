import type { OrderBook } from '@liqscope/market'
import { CascadeSchema, ClustersSchema, ProblemSchema, StopSchema, TOOL_NAMES, TOOL_SCHEMAS } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { eventually, started, withVenue } from './running.ts'
import { BTC, bars, FILE, MINUTE, START, stream } from './scripted-market.ts'

const COUNT = 1440

async function ask(url: string, path: string) {
  const response = await fetch(`${url}/api/v1/${path}`)
  return { status: response.status, body: await response.json() }
}

function file() {
  return started({ bars: { instrument: FILE, events: () => stream(bars(FILE, COUNT)) } })
}

function book(receivedTime: number, price: number): OrderBook {
  const level = (sign: number, j: number): readonly [number, number] => [price * (1 + sign * (j + 1) * 1e-4), 5]
  return {
    kind: 'orderBook',
    instrument: BTC.id,
    exchangeTime: receivedTime,
    receivedTime,
    bids: Array.from({ length: 200 }, (_, j) => level(-1, j)),
    asks: Array.from({ length: 200 }, (_, j) => level(1, j)),
  }
}

describe('insights over REST', () => {
  it('gives clusters with leverage, probability of touch, life and zones', async () => {
    const { url } = await file()
    const { body } = await ask(url, 'clusters?market=BTC')
    const found = ClustersSchema.parse(body)
    expect(found.clusters.length).toBeGreaterThan(0)
    for (const { byLeverage, byVenue, notional, touch, distanceAtr, key, bornAt } of found.clusters) {
      expect(byLeverage.reduce((sum, part) => sum + part, 0) / notional).toBeCloseTo(1, 6)
      expect(byVenue).toEqual([{ venue: 'file', notional }])
      expect(touch!['1h']).toBeLessThanOrEqual(touch!['24h'])
      expect(Math.abs(distanceAtr!)).toBeGreaterThanOrEqual(0)
      if (key !== undefined) expect(bornAt).toBeGreaterThan(START)
    }
    expect(found.clusters.some(({ key }) => key !== undefined)).toBe(true)
    expect(found.events.some(({ kind }) => kind === 'swept')).toBe(true)
  })

  it('answers a past moment from what was known then: a file that ends there says the same', async () => {
    const { url } = await file()
    const at = START + 1_200 * MINUTE
    const whole = { bars: { instrument: FILE, events: () => stream(bars(FILE, COUNT).slice(0, 1_200)) } }
    const { url: cut } = await started(whole)
    for (const path of ['clusters?market=BTC', 'cascade?market=BTC&liquidity=law', 'tools/volatility?market=BTC']) {
      const past = (await ask(url, `${path}&at=${at}`)).body
      expect(Date.parse(past.at)).toBe(at)
      expect(past, path).toEqual((await ask(cut, path)).body)
      expect(past, path).not.toEqual((await ask(url, path)).body)
    }
    const before = await ask(url, `clusters?market=BTC&at=${START - MINUTE}`)
    expect(before).toMatchObject({ status: 404, body: { type: 'not-held' } })
    expect((await ask(url, 'clusters?market=BTC&at=yesterday')).status).toBe(400)
  })

  it('answers a past moment of a running market from the column that was drawn then, without a book', async () => {
    const { url, feed } = await withVenue([BTC], () => bars(BTC, COUNT))
    await eventually(
      () => feed.subscribed.length,
      (count) => count === 1,
    )
    const end = START + COUNT * MINUTE
    feed.emit({ kind: 'markPrice', instrument: BTC.id, exchangeTime: end, receivedTime: end, price: 70_000 })
    feed.emit(book(Date.now(), 70_000))
    const at = START + 1_203 * MINUTE
    await eventually(
      async () => ask(url, 'map?market=BTC'),
      ({ body }) => Date.parse(body.at) >= end && body.price === 70_000,
    )
    const past = ClustersSchema.parse((await ask(url, `clusters?market=BTC&at=${at}`)).body)
    expect(Date.parse(past.at)).toBeLessThanOrEqual(at)
    expect(Date.parse(past.at)).toBeGreaterThan(at - 5 * MINUTE)
    for (const { bornAt } of past.clusters) expect(bornAt ?? 0).toBeLessThanOrEqual(at)
    for (const event of past.events) expect(event.at).toBeLessThanOrEqual(at)
    const cascade = (await ask(url, `cascade?market=BTC&at=${at}`)).body
    expect(cascade).toMatchObject({ kind: 'noSignal', code: 'noBook' })
  })

  it('has no cascade without a book, and says so; with the law asked for it has one', async () => {
    const { url } = await file()
    const without = CascadeSchema.parse((await ask(url, 'cascade?market=BTC')).body)
    expect(without).toMatchObject({ kind: 'noSignal', reason: expect.stringContaining('No order book') })
    const law = CascadeSchema.parse((await ask(url, 'cascade?market=BTC&liquidity=law')).body)
    expect(law).toMatchObject({ kind: 'answer', basis: { liquidity: 'law' } })
  })

  it.each([
    ['cascade?market=BTC&to=-1', 'to'],
    ['cascade?market=BTC&to=abc', 'to'],
    ['cascade?market=BTC&shock=1000000', 'side'],
    ['tools/stop?market=BTC', 'side'],
    ['tools/stop?market=BTC&side=long&stop=90000', 'stop'],
    ['tools/stop?market=BTC&side=long&entry=1', 'entry'],
    ['tools/stop?market=BTC&side=long&horizonMs=soon', 'horizonMs'],
  ])('refuses %s and names the field', async (path, field) => {
    const { url } = await file()
    const { status, body } = await ask(url, path)
    expect(status).toBe(400)
    expect(ProblemSchema.parse(body).errors?.map((error) => error.field)).toEqual([field])
  })

  it('answers with the newest measured book and its age, and stops when the book is stale', async () => {
    const { url, feed } = await withVenue([BTC], () => bars(BTC, COUNT))
    const price = bars(BTC, COUNT).at(-1)!.close
    const time = START + COUNT * MINUTE
    feed.emit({
      kind: 'trade',
      instrument: BTC.id,
      exchangeTime: time,
      receivedTime: time,
      tradeId: '1',
      price,
      size: 1,
      side: 'buy',
    })
    await eventually(
      () => ask(url, 'clusters?market=BTC'),
      ({ status }) => status === 200,
    )
    feed.emit(book(Date.now() - 30_000, price))
    // Until the history is folded, live events wait.
    await eventually(
      () => ask(url, 'cascade?market=BTC'),
      ({ body }) => /order book is 3\d s old/.test(body.reason),
    )
    feed.emit(book(Date.now(), price))
    const fresh = CascadeSchema.parse((await ask(url, 'cascade?market=BTC')).body)
    if (fresh.kind !== 'answer') throw new Error(fresh.reason)
    expect(fresh.basis.liquidity).toBe('book')
    expect(fresh.basis.bookAgeMs).toBeLessThan(5_000)
    // 200 levels of 5 coins on the side that is traded against, less the far 5 % that thin out in every book.
    expect(fresh.basis.bookNotional / (0.95 * 200 * 5 * price)).toBeCloseTo(1, 1)
    const stop = StopSchema.parse((await ask(url, 'tools/stop?market=BTC&side=long&size=1e6')).body)
    if (stop.kind === 'answer') expect(stop.candidates.every(({ slippage }) => slippage !== undefined)).toBe(true)
    else expect(stop.reason).toMatch(/No cluster/)
    const { status, body } = await ask(url, 'tools/stop?market=BTC&side=long&size=1e12')
    expect(status).toBe(400)
    expect(body.detail).toMatch(/larger than all the bids/)
  })

  it.each(TOOL_NAMES)('answers for %s in the shape that openapi.json promises', async (name) => {
    const { url } = await file()
    const side =
      name === 'execution' ? '&side=buy&size=100000' : name === 'stop' || name === 'target' ? '&side=long' : ''
    const { status, body } = await ask(url, `tools/${name}?market=BTC${side}`)
    expect(status).toBe(200)
    const found = TOOL_SCHEMAS[name].parse(body)
    expect(found.market).toBe('file:BTCUSDT')
    // A file has no book: an order cannot be planned on it.
    if (name === 'execution')
      expect(found).toMatchObject({ kind: 'noSignal', reason: expect.stringMatching(/No order book/) })
    if (name === 'volatility') expect(found.kind).toBe('answer')
  })
})
