import { afterEach, describe, expect, it } from 'vitest'
import { DIALECTS } from '../src/index.ts'
import { Client, isRecord, until } from './client.ts'
import { crash, RebuiltBook } from './crash.ts'
import { recorded } from './recorded.ts'
import { differences, shapeOf } from './shape.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

describe('the Bybit dialect', () => {
  let venue: ClockedVenue
  afterEach(() => venue.close())

  async function connected(...args: string[]): Promise<Client> {
    venue = await clockedVenue({ dialect: DIALECTS.bybit })
    const client = await new Client(`${venue.wsUrl}/v5/public/linear`).open()
    if (args.length > 0) client.send({ req_id: 'r', op: 'subscribe', args })
    await until('the acknowledgement', () => answers(client).length === Math.sign(args.length))
    return client
  }

  const whole = (client: Client): Record<string, unknown>[] =>
    client.received.map(({ text }) => JSON.parse(text)).filter(isRecord)
  const answers = (client: Client): Record<string, unknown>[] => whole(client).filter(({ op }) => op !== undefined)
  const on = (client: Client, topic: string): Record<string, unknown>[] =>
    whole(client).filter((message) => message.topic === topic)
  const rows = (client: Client, topic: string): Record<string, unknown>[] =>
    on(client, topic).flatMap(({ data }) => (Array.isArray(data) ? data.filter(isRecord) : []))

  async function get(path: string): Promise<{ status: number; code: unknown; list: Record<string, unknown>[] }> {
    const response = await fetch(venue.restUrl + path)
    const body: unknown = await response.json()
    const result = isRecord(body) && isRecord(body.result) ? body.result : {}
    return {
      status: response.status,
      code: isRecord(body) ? body.retCode : undefined,
      list: Array.isArray(result.list) ? result.list : [],
    }
  }

  it('answers a request as a whole, and its own ping', async () => {
    const client = await connected('publicTrade.BTCUSDT', 'tickers.BTCUSDT')
    client.send({ req_id: 'p', op: 'ping' })
    client.send({ op: 'subscribe', args: ['allLiquidation.BTCUSDT', 'allLiquidation.NOPE'] })
    client.send({ op: 'subscribe', args: [`orderbook.50.${'X'.repeat(21_000)}`] })
    client.send('nonsense')
    await until('all answers', () => answers(client).length === 5)
    expect(answers(client)).toMatchObject([
      { success: true, op: 'subscribe', req_id: 'r', ret_msg: '' },
      { success: true, op: 'ping', req_id: 'p', ret_msg: 'pong' },
      { success: false, op: 'subscribe', ret_msg: 'error:handler not found,topic:allLiquidation.NOPE' },
      { success: false, op: 'subscribe', ret_msg: 'error:args length over 21000' },
      { success: false },
    ])
    crash(venue)
    await until('trades', () => rows(client, 'publicTrade.BTCUSDT').length > 0)
    expect(on(client, 'allLiquidation.BTCUSDT')).toEqual([])
  })

  it('ends a client that says nothing for ten minutes', async () => {
    const client = await connected('publicTrade.BTCUSDT')
    for (let minute = 0; minute < 10; minute++) venue.turn(60_000)
    expect(client.closeCode).toBeUndefined()
    venue.turn(60_000)
    await until('the end', () => client.closeCode !== undefined)
  })

  it('sends every forced order, with the side of the position and its bankruptcy price', async () => {
    const client = await connected('allLiquidation.BTCUSDT')
    const { liquidations } = crash(venue)
    venue.turn(1000)
    const topic = 'allLiquidation.BTCUSDT'
    await until('all of them', () => rows(client, topic).length >= liquidations.length)
    expect(liquidations.length).toBeGreaterThan(50)
    expect(rows(client, topic).slice(0, liquidations.length)).toEqual(
      liquidations.map((order) => ({
        T: order.time,
        s: 'BTCUSDT',
        S: 'Buy',
        v: String(order.size),
        p: String(order.bankruptcyPrice),
      })),
    )
  })

  it('sends every trade by itself, in base units', async () => {
    const client = await connected('publicTrade.BTCUSDT')
    const { trades } = crash(venue)
    await until('all of them', () => rows(client, 'publicTrade.BTCUSDT').length === trades.length)
    expect(rows(client, 'publicTrade.BTCUSDT').map(({ T, S, v, p }) => [T, S, Number(v), Number(p)])).toEqual(
      trades.map(({ time, side, size, price }) => [time, side === 'buy' ? 'Buy' : 'Sell', size, price]),
    )
  })

  it('sends a whole ticker once, then what changed; open interest counts both sides beside one', async () => {
    const client = await connected('tickers.BTCUSDT')
    for (let second = 0; second < 5; second++) venue.turn(1000)
    await until('changes', () => on(client, 'tickers.BTCUSDT').length > 3)
    const [first, ...rest] = on(client, 'tickers.BTCUSDT')
    expect(first?.type).toBe('snapshot')
    const whole = isRecord(first?.data) ? first.data : {}
    expect(Number(whole.openInterest)).toBeCloseTo(2 * Number(whole.singleOpenInterest), 8)
    const state: Record<string, unknown> = { ...whole }
    for (const { type, data } of rest) {
      expect(type).toBe('delta')
      if (!isRecord(data)) throw new Error('no data')
      expect(Object.keys(data).length).toBeLessThan(Object.keys(whole).length)
      Object.assign(state, data)
    }
    const market = venue.markets[0]
    expect(Number(state.singleOpenInterest)).toBe(market?.openInterest)
    expect(Number(state.markPrice)).toBe(market?.markPrice)
    expect(Number(state.lastPrice)).toBe(market?.lastPrice)
  })

  it('counts book messages up by one, and they rebuild the book', async () => {
    const topic = 'orderbook.200.BTCUSDT'
    const client = await connected(topic)
    for (let step = 0; step < 80; step++) venue.turn(100)
    await until('changes', () => on(client, topic).length > 20)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const book = new RebuiltBook()
    let next: number | undefined
    for (const { type, data } of on(client, topic)) {
      if (!isRecord(data)) throw new Error('no data')
      expect(type).toBe(next === undefined ? 'snapshot' : 'delta')
      if (next !== undefined) expect(data.u).toBe(next)
      next = Number(data.u) + 1
      book.apply(data.b, data.a)
    }
    const truth = venue.markets[0]?.depth(200)
    expect(book.levels(200)).toEqual({ bids: truth?.bids, asks: truth?.asks })
  })

  it('answers REST newest first in its envelope, and pages open interest by cursor', async () => {
    venue = await clockedVenue({ dialect: DIALECTS.bybit, warmupMs: 9 * 3_600_000 })
    const symbol = 'category=linear&symbol=BTCUSDT'
    const bars = await get(`/v5/market/kline?${symbol}&interval=5&limit=2`)
    expect(bars.list.map((row) => (Array.isArray(row) ? Number(row[0]) : 0))).toEqual([T0, T0 - 300_000])
    const stamps: number[] = []
    let cursor = ''
    for (let page = 0; page < 3; page++) {
      const response = await fetch(
        `${venue.restUrl}/v5/market/open-interest?${symbol}&intervalTime=5min&limit=2${cursor && `&cursor=${cursor}`}`,
      )
      const body: unknown = await response.json()
      const result = isRecord(body) && isRecord(body.result) ? body.result : {}
      cursor = String(result.nextPageCursor)
      for (const row of Array.isArray(result.list) ? result.list : []) {
        stamps.push(Number(row.timestamp))
        expect(Number(row.openInterest)).toBeCloseTo(2 * Number(row.singleOpenInterest), 6)
      }
    }
    expect(stamps).toEqual([0, 1, 2, 3, 4, 5].map((step) => T0 - step * 300_000))
    expect((await get('/v5/market/kline?category=linear&symbol=NOPE&interval=1')).code).toBe(10001)
    expect((await get(`/v5/market/kline?${symbol}&interval=7`)).code).toBe(10001)
    expect((await get(`/v5/market/risk-limit?${symbol}`)).list[0]).toMatchObject({ maintenanceMargin: '0.004' })
    venue.faults.delist('BTCUSDT')
    expect((await get('/v5/market/instruments-info?category=linear')).list).toEqual([])
    expect((await get('/v5/market/instruments-info?category=linear&status=Closed')).list).toHaveLength(1)
  })

  it('answers 403 for ten minutes to who asks more than 600 times in five seconds', async () => {
    venue = await clockedVenue({ dialect: DIALECTS.bybit })
    const status = async (): Promise<number> => (await fetch(`${venue.restUrl}/v5/market/time`)).status
    const first: number[] = []
    for (let ask = 0; ask < 601; ask++) first.push(await status())
    expect(first.slice(0, 600).every((one) => one === 200)).toBe(true)
    expect(first[600]).toBe(403)
    venue.turn(300_000)
    expect(await status()).toBe(403)
    venue.turn(301_000)
    expect(await status()).toBe(200)
  })

  it('sends the keys and types of the recorded messages', async (context) => {
    const lines = (recorded('native-messages.jsonl') ?? '').split('\n').filter((line) => line.includes('"messagesV5"'))
    const topics = ['publicTrade', 'tickers', 'allLiquidation', 'orderbook.50']
    const client = await connected(...topics.map((name) => `${name}.BTCUSDT`))
    crash(venue)
    await until('all', () => topics.every((name) => on(client, `${name}.BTCUSDT`).length > 0))
    const compared = new Set<string>()
    for (const line of lines) {
      const parsed: unknown = JSON.parse(line)
      const message = isRecord(parsed) && isRecord(parsed.message) ? parsed.message : {}
      const theirs = String(message.topic)
      const name = topics.find((one) => theirs.startsWith(`${one}.`) && /USDT$/.test(theirs))
      if (name === undefined || message.type !== 'snapshot') continue
      compared.add(name)
      const [ours] = on(client, `${name}.BTCUSDT`)
      const missing = differences(shapeOf(ours), shapeOf(message)).filter((text) => !text.endsWith('ours only'))
      expect(missing, line).toEqual([])
    }
    if (lines.length === 0) context.skip()
    expect([...compared].sort()).toEqual(['allLiquidation', 'publicTrade', 'tickers'])
  })
})
