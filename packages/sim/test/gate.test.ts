import { afterEach, describe, expect, it } from 'vitest'
import { DIALECTS } from '../src/index.ts'
import { Client, isRecord, until } from './client.ts'
import { crash, RebuiltBook } from './crash.ts'
import { recorded } from './recorded.ts'
import { differences, shapeOf } from './shape.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

const CONTRACT = 0.0001
const REST = '/api/v4/futures/usdt'

describe('the Gate dialect', () => {
  let venue: ClockedVenue
  afterEach(() => venue.close())

  async function connected(...channels: string[]): Promise<Client> {
    venue = await clockedVenue({ dialect: DIALECTS.gate })
    const client = await new Client(`${venue.wsUrl}/v4/ws/usdt`).open()
    for (const [id, channel] of channels.entries()) {
      const payload = channel === 'futures.order_book_update' ? ['BTC_USDT', '100ms', '100'] : ['BTC_USDT']
      client.send({ time: 1, id, channel, event: 'subscribe', payload })
    }
    await until('acknowledgements', () => whole(client).length === channels.length)
    return client
  }

  const whole = (client: Client): Record<string, unknown>[] =>
    client.received.map(({ text }) => JSON.parse(text)).filter(isRecord)
  const updates = (client: Client, channel: string): Record<string, unknown>[] =>
    whole(client).filter((message) => message.channel === channel && message.event === 'update')
  const rows = (client: Client, channel: string): Record<string, unknown>[] =>
    updates(client, channel).flatMap(({ result }) => (Array.isArray(result) ? result.filter(isRecord) : []))

  async function get(path: string): Promise<{ status: number; body: unknown; rows: Record<string, unknown>[] }> {
    const response = await fetch(venue.restUrl + REST + path)
    const body: unknown = await response.json()
    return { status: response.status, body, rows: Array.isArray(body) ? body.filter(isRecord) : [] }
  }

  it('answers each request with its id, and names what is wrong', async () => {
    const client = await connected('futures.trades')
    client.send({ time: 1, channel: 'futures.ping' })
    client.send({ time: 1, id: 7, channel: 'futures.trades', event: 'subscribe', payload: ['NOPE_USDT'] })
    client.send('nonsense')
    await until('answers', () => whole(client).length === 4)
    expect(whole(client)).toMatchObject([
      { channel: 'futures.trades', event: 'subscribe', id: 0, payload: ['BTC_USDT'], result: { status: 'success' } },
      { channel: 'futures.pong', event: '', result: null },
      { id: 7, error: { code: 2 }, result: { status: 'fail' } },
      { error: { code: 1 } },
    ])
  })

  it('sends every forced order, signed like the order, and by REST signed like the position', async () => {
    const client = await connected('futures.public_liquidates')
    const everything = await new Client(`${venue.wsUrl}/v4/ws/usdt`).open()
    everything.send({ time: 1, channel: 'futures.public_liquidates', event: 'subscribe', payload: ['!all'] })
    await until('the acknowledgement', () => whole(everything).length === 1)
    const { liquidations } = crash(venue)
    venue.turn(1000)
    const channel = 'futures.public_liquidates'
    await until('all of them', () => rows(client, channel).length >= liquidations.length)
    await until('all of them', () => rows(everything, channel).length >= liquidations.length)
    expect(liquidations.length).toBeGreaterThan(50)
    expect(rows(client, channel).slice(0, liquidations.length)).toEqual(
      liquidations.map((order) => ({
        price: String(order.bankruptcyPrice),
        size: -Math.round(order.size / CONTRACT),
        time: order.time,
        contract: 'BTC_USDT',
      })),
    )
    expect(rows(everything, channel)).toEqual(rows(client, channel))
    // At once when twenty are waiting: no message has more.
    expect(Math.max(...updates(client, channel).map(({ result }) => (Array.isArray(result) ? result.length : 0)))).toBe(
      20,
    )
    const { rows: listed } = await get('/liq_orders?contract=BTC_USDT&limit=1000')
    const first = listed.find(({ time }) => time === Math.floor((liquidations[0]?.time ?? 0) / 1000))
    expect(Number(first?.size)).toBeGreaterThan(0)
  })

  it('sends trades in contracts, sells negative', async () => {
    const client = await connected('futures.trades')
    const { trades } = crash(venue)
    await until('all', () => rows(client, 'futures.trades').length === trades.length)
    const seen = rows(client, 'futures.trades').sort((a, b) => Number(a.id) - Number(b.id))
    expect(seen.map(({ id, size, price, create_time_ms }) => [id, size, Number(price), create_time_ms])).toEqual(
      trades.map(({ tradeId, size, side, price, time }) => [
        tradeId,
        Math.round(size / CONTRACT) * (side === 'buy' ? 1 : -1),
        price,
        time,
      ]),
    )
  })

  it('counts book updates from the snapshot that REST gives, without a hole', async () => {
    const client = await connected('futures.order_book_update')
    for (let step = 0; step < 10; step++) venue.turn(100)
    const { body } = await get('/order_book?contract=BTC_USDT&limit=100&with_id=true')
    for (let step = 0; step < 80; step++) venue.turn(100)
    const results = (): Record<string, unknown>[] =>
      updates(client, 'futures.order_book_update')
        .map(({ result }) => result)
        .filter(isRecord)
    await until('updates', () => results().length > 20)
    await new Promise((resolve) => setTimeout(resolve, 50))
    if (!isRecord(body)) throw new Error('no snapshot')
    const book = new RebuiltBook()
    const read = (row: unknown): readonly [number, number] =>
      isRecord(row) ? [Number(row.p), Number(row.s)] : [Number.NaN, Number.NaN]
    book.apply(body.bids, body.asks, read)
    let id = Number(body.id)
    let joined = false
    for (const { U, u, b, a } of results()) {
      if (Number(u) <= id) continue
      if (!joined) expect(Number(U)).toBeLessThanOrEqual(id + 1)
      else expect(U).toBe(id + 1)
      joined = true
      id = Number(u)
      book.apply(b, a, read)
    }
    const truth = venue.markets[0]?.depth(100)
    const inContracts = (levels: readonly (readonly [number, number])[] = []): number[][] =>
      levels.map(([price, size]) => [price, Math.round(size / CONTRACT)])
    expect(book.levels(100)).toEqual({ bids: inContracts(truth?.bids), asks: inContracts(truth?.asks) })
  })

  it('has open interest in contracts that its multiplier turns into coins, also when that changes', async () => {
    const client = await connected('futures.tickers')
    venue.turn(1000)
    await until('a ticker', () => rows(client, 'futures.tickers').length > 0)
    const market = venue.markets[0]
    const [ticker] = rows(client, 'futures.tickers')
    expect(Number(ticker?.total_size) * CONTRACT).toBeCloseTo(market?.openInterest ?? 0, 6)
    expect(Number(ticker?.mark_price)).toBe(market?.markPrice)
    venue.faults.changeUnit('BTCUSDT', 10)
    const [listed] = (await get('/contracts')).rows
    expect(listed).toMatchObject({ quanto_multiplier: '0.001', in_delisting: false, type: 'direct' })
    expect(Number(listed?.position_size) * 0.001).toBeCloseTo(market?.openInterest ?? 0, 3)
    venue.faults.delist('BTCUSDT')
    expect((await get('/contracts')).rows).toMatchObject([{ in_delisting: true }])
  })

  it('answers REST in seconds, with its labels for what is wrong', async () => {
    venue = await clockedVenue({ dialect: DIALECTS.gate, warmupMs: 9 * 3_600_000 })
    const seconds = T0 / 1000
    const bars = await get(`/candlesticks?contract=BTC_USDT&interval=1m&from=${seconds - 120}&to=${seconds}`)
    expect(bars.rows.map(({ t }) => t)).toEqual([seconds - 120, seconds - 60, seconds])
    const stats = await get(`/contract_stats?contract=BTC_USDT&from=${seconds - 600}&interval=5m`)
    expect(stats.rows.map(({ time }) => time)).toEqual([seconds - 600, seconds - 300, seconds])
    expect(Number(stats.rows[2]?.open_interest) * CONTRACT).toBeGreaterThan(1000)
    expect((await get('/funding_rate?contract=BTC_USDT')).rows).toMatchObject([{ t: Date.UTC(2026, 10, 18, 8) / 1000 }])
    expect(await get('/candlesticks?contract=NOPE_USDT')).toMatchObject({
      status: 400,
      body: { label: 'CONTRACT_NOT_FOUND' },
    })
    expect(await get('/candlesticks')).toMatchObject({ status: 400, body: { label: 'MISSING_REQUIRED_PARAM' } })
    expect(await get('/candlesticks?contract=BTC_USDT&interval=7m')).toMatchObject({
      body: { label: 'INVALID_PARAM_VALUE' },
    })
    const wide = await get(`/candlesticks?contract=BTC_USDT&interval=1m&from=${seconds - 200_000}&to=${seconds}`)
    expect(wide).toMatchObject({ status: 400, body: { label: 'INVALID_PARAM_VALUE' } })
    const statuses: number[] = []
    for (let ask = 0; ask < 201; ask++) statuses.push((await get('/contracts')).status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
  })

  it('sends the keys and types of the recorded messages', async (context) => {
    const lines = (recorded('native-messages.jsonl') ?? '')
      .split('\n')
      .filter((line) => line.includes('gate-io-futures'))
    if (lines.length === 0) return context.skip()
    const channels = ['futures.trades', 'futures.tickers', 'futures.book_ticker']
    const client = await connected(...channels)
    crash(venue)
    await until('all', () => channels.every((channel) => updates(client, channel).length > 0))
    const compared = new Set<string>()
    for (const line of lines) {
      const parsed: unknown = JSON.parse(line)
      const message = isRecord(parsed) && isRecord(parsed.message) ? parsed.message : {}
      // Messages of today carry `time_ms`; what older ones look like is another matter.
      const isOfToday =
        message.time_ms !== undefined ||
        message.channel === 'futures.book_ticker' ||
        Number(message.time) === 1_614_556_850
      if (!channels.includes(String(message.channel)) || message.event !== 'update' || !isOfToday) continue
      if (JSON.stringify(message.result).includes('""') && message.channel === 'futures.book_ticker') continue
      compared.add(String(message.channel))
      const ours = updates(client, String(message.channel))[0]?.result
      const missing = differences(shapeOf(ours), shapeOf(message.result))
      expect(
        missing.filter((text) => !text.endsWith('ours only')),
        line,
      ).toEqual([])
    }
    expect([...compared].sort()).toEqual(['futures.book_ticker', 'futures.tickers', 'futures.trades'])
  })
})
