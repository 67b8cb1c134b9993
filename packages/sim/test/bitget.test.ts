import { afterEach, describe, expect, it } from 'vitest'
import { DIALECTS } from '../src/index.ts'
import { Client, isRecord, until } from './client.ts'
import { crash, RebuiltBook } from './crash.ts'
import { recorded } from './recorded.ts'
import { differences, shapeOf } from './shape.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

describe('the Bitget dialect', () => {
  let venue: ClockedVenue
  afterEach(() => venue.close())

  async function connected(version: 'v2' | 'v3', ...channels: string[]): Promise<Client> {
    venue ??= await clockedVenue({ dialect: DIALECTS.bitget })
    const client = await new Client(`${venue.wsUrl}/${version}/ws/public`).open()
    const args = channels.map((channel) => {
      if (version === 'v2') return { instType: 'USDT-FUTURES', channel, instId: 'BTCUSDT' }
      return { instType: 'usdt-futures', topic: channel, ...(channel === 'liquidation' ? {} : { symbol: 'BTCUSDT' }) }
    })
    client.send({ op: 'subscribe', args })
    await until('acknowledgements', () => client.received.filter(({ data }) => data.event).length === args.length)
    return client
  }

  async function open(version: 'v2' | 'v3', ...channels: string[]): Promise<Client> {
    venue = await clockedVenue({ dialect: DIALECTS.bitget })
    return connected(version, ...channels)
  }

  function messages(client: Client, channel: string): Record<string, unknown>[] {
    return client.received
      .map(({ data }) => data)
      .filter(({ arg, action }) => isRecord(arg) && (arg.channel ?? arg.topic) === channel && action !== undefined)
  }

  const rows = (client: Client, channel: string, action = 'update'): Record<string, unknown>[] =>
    messages(client, channel).flatMap(({ data, ...rest }) =>
      rest.action === action && Array.isArray(data) ? data.filter(isRecord) : [],
    )

  async function get(path: string): Promise<{ status: number; body: Record<string, unknown>; data: unknown[] }> {
    const response = await fetch(venue.restUrl + path)
    const body: unknown = await response.json()
    if (!isRecord(body)) throw new Error('not an object')
    return { status: response.status, body, data: Array.isArray(body.data) ? body.data : [] }
  }

  it('answers each argument, the text ping, and refuses a client that goes silent for two minutes', async () => {
    const client = await open('v3', 'publicTrade')
    client.send('ping')
    client.send({ op: 'subscribe', args: [{ instType: 'usdt-futures', topic: 'publicTrade', symbol: 'NOPE' }] })
    client.send({ op: 'subscribe', args: [{ instType: 'USDT-FUTURES', channel: 'trade', instId: 'BTCUSDT' }] })
    await until('answers', () => client.received.filter(({ data }) => data.event).length === 3)
    expect(client.broken).toEqual(['pong'])
    expect(client.received.map(({ data }) => data).filter(({ event }) => event)).toMatchObject([
      { event: 'subscribe', arg: { topic: 'publicTrade', symbol: 'BTCUSDT' } },
      { event: 'error', code: 30001, arg: { symbol: 'NOPE' } },
      { event: 'error', code: 30001 },
    ])
    venue.turn(120_000)
    expect(client.closeCode).toBeUndefined()
    venue.turn(1000)
    await until('the end', () => client.closeCode !== undefined)
  })

  it('sends the largest forced order of each second, with the side of the position and its amount in USDT', async () => {
    const client = await open('v3', 'liquidation')
    const { liquidations } = crash(venue)
    const largest = new Map<number, (typeof liquidations)[number]>()
    for (const order of liquidations)
      if (order.size > (largest.get(order.time)?.size ?? 0)) largest.set(order.time, order)
    venue.turn(1000)
    await until('forced orders', () => rows(client, 'liquidation').length >= largest.size)
    const seen = rows(client, 'liquidation').slice(0, largest.size)
    expect(seen.map(({ symbol, side, price, ts }) => [symbol, side, Number(price), Number(ts)])).toEqual(
      [...largest.values()].map((order) => ['BTCUSDT', 'buy', order.bankruptcyPrice, order.time]),
    )
    for (const [at, order] of [...largest.values()].entries())
      expect(Number(seen[at]?.amount) / Number(seen[at]?.price)).toBeCloseTo(order.size, 8)
  })

  it('tells of recent trades as a snapshot, then of every new one, in base units', async () => {
    const client = await open('v3', 'publicTrade')
    const { trades } = crash(venue)
    await until('all', () => rows(client, 'publicTrade').length === trades.length)
    expect(messages(client, 'publicTrade')[0]?.action).toBe('snapshot')
    const seen = rows(client, 'publicTrade').sort((a, b) => (String(a.i) < String(b.i) ? -1 : 1))
    expect(seen.map(({ p, v, S, T }) => [Number(p), Number(v), S, Number(T)])).toEqual(
      trades.map(({ price, size, side, time }) => [price, size, side, time]),
    )
    expect(Number(seen[0]?.i)).toBeGreaterThan(Number.MAX_SAFE_INTEGER)
  })

  it('chains the book by pseq, in both versions', async () => {
    const client = await open('v3', 'books')
    const older = await connected('v2', 'books')
    for (let step = 0; step < 80; step++) venue.turn(100)
    await until('updates', () => messages(client, 'books').length > 20 && messages(older, 'books').length > 20)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const truth = venue.markets[0]?.depth(500)
    for (const one of [client, older]) {
      const book = new RebuiltBook()
      let last = 0
      for (const [at, { action, data }] of messages(one, 'books').entries()) {
        const row: unknown = Array.isArray(data) ? data[0] : undefined
        if (!isRecord(row)) throw new Error('no row')
        expect(action).toBe(at === 0 ? 'snapshot' : 'update')
        expect(row.pseq).toBe(last)
        last = Number(row.seq)
        book.apply(row.b ?? row.bids, row.a ?? row.asks)
      }
      expect(book.levels(500)).toEqual({ bids: truth?.bids, asks: truth?.asks })
    }
  })

  it('has one-sided open interest in base units', async () => {
    const client = await open('v3', 'ticker')
    await until('a ticker', () => rows(client, 'ticker', 'snapshot').length > 0)
    const market = venue.markets[0]
    const [ticker] = rows(client, 'ticker', 'snapshot')
    expect(Number(ticker?.openInterest)).toBe(market?.openInterest)
    expect(Number(ticker?.markPrice)).toBe(market?.markPrice)
    expect(ticker?.nextFundingTime).toBe(String(market?.nextFundingTime))
  })

  it('answers REST in its envelope', async () => {
    venue = await clockedVenue({ dialect: DIALECTS.bitget, warmupMs: 9 * 3_600_000 })
    const product = 'productType=USDT-FUTURES'
    const symbol = `symbol=BTCUSDT&${product}`
    const bars = await get(
      `/api/v2/mix/market/candles?${symbol}&granularity=1m&startTime=${T0 - 120_000}&endTime=${T0}`,
    )
    expect(bars.data.map((row) => (Array.isArray(row) ? Number(row[0]) : 0))).toEqual([T0 - 120_000, T0 - 60_000, T0])
    expect((await get(`/api/v2/mix/market/contracts?${product}`)).data).toMatchObject([
      { symbol: 'BTCUSDT', symbolStatus: 'normal', pricePlace: '1' },
    ])
    expect((await get('/api/v2/mix/market/contracts?productType=COIN-FUTURES')).data).toEqual([])
    expect((await get(`/api/v2/mix/market/history-fund-rate?${symbol}`)).data).toMatchObject([
      { fundingTime: String(Date.UTC(2026, 10, 18, 8)) },
    ])
    const fills = await get(`/api/v2/mix/market/fills-history?${symbol}&limit=3`)
    const ids = fills.data.map((row) => (isRecord(row) ? String(row.tradeId) : ''))
    const older = await get(`/api/v2/mix/market/fills-history?${symbol}&limit=3&idLessThan=${ids[1]}`)
    expect(older.data[0]).toEqual(fills.data[2])
    expect(await get('/api/v2/mix/market/candles?symbol=NOPE&granularity=1m')).toMatchObject({
      status: 400,
      body: { code: '40034' },
    })
    expect((await get(`/api/v2/mix/market/query-position-lever?${symbol}`)).data[0]).toMatchObject({
      level: '1',
      keepMarginRate: '0.004',
    })
    const statuses: number[] = []
    for (let ask = 0; ask < 21; ask++) statuses.push((await get('/api/v2/public/time')).status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    venue.faults.delist('BTCUSDT')
    expect((await get(`/api/v2/mix/market/contracts?${product}`)).data).toMatchObject([{ symbolStatus: 'off' }])
  })

  it('sends the keys and types of the recorded messages of both versions', async (context) => {
    const lines = (recorded('native-messages.jsonl') ?? '')
      .split('\n')
      .filter((line) => line.includes('map bitget-futures'))
    if (lines.length === 0) return context.skip()
    const v3 = await open('v3', 'publicTrade', 'books', 'books1', 'ticker', 'liquidation')
    const v2 = await connected('v2', 'trade', 'books', 'books1', 'books15', 'ticker')
    crash(venue)
    venue.turn(1000)
    await until('the forced orders', () => rows(v3, 'liquidation').length > 0)
    const compared = new Set<string>()
    for (const line of lines) {
      const parsed: unknown = JSON.parse(line)
      const message = isRecord(parsed) && isRecord(parsed.message) ? parsed.message : {}
      const arg = isRecord(message.arg) ? message.arg : {}
      const channel = String(arg.topic ?? arg.channel)
      const ours = messages(arg.topic === undefined ? v2 : v3, channel).find(({ action }) => action === message.action)
      const [row] = Array.isArray(message.data) ? message.data : []
      // A contract of the older kind has no deliveryPrice, an empty side no levels to compare.
      if (ours === undefined || !isRecord(row)) continue
      compared.add(`${arg.topic === undefined ? 'v2' : 'v3'} ${channel}`)
      const missing = differences(shapeOf(ours), shapeOf(message)).filter((text) => !text.endsWith('ours only'))
      expect(
        missing.filter((text) => !text.startsWith('.arg.')),
        line,
      ).toEqual([])
    }
    expect([...compared].sort()).toEqual([
      'v2 books',
      'v2 books1',
      'v2 books15',
      'v2 ticker',
      'v2 trade',
      'v3 books',
      'v3 books1',
      'v3 liquidation',
      'v3 publicTrade',
      'v3 ticker',
    ])
  })
})
