import { afterEach, describe, expect, it } from 'vitest'
import { DIALECTS, hyperliquidAddress } from '../src/index.ts'
import { Client, isRecord, until } from './client.ts'
import { crash } from './crash.ts'
import { recorded } from './recorded.ts'
import { differences, shapeOf } from './shape.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

describe('the Hyperliquid dialect', () => {
  let venue: ClockedVenue
  afterEach(() => venue.close())

  async function connected(...subscriptions: object[]): Promise<Client> {
    venue = await clockedVenue({ dialect: DIALECTS.hyperliquid })
    return subscribed(...subscriptions)
  }

  async function subscribed(...subscriptions: object[]): Promise<Client> {
    const client = await new Client(`${venue.wsUrl}/ws`).open()
    for (const subscription of subscriptions) client.send({ method: 'subscribe', subscription })
    await until('acknowledgements', () => on(client, 'subscriptionResponse').length === subscriptions.length)
    return client
  }

  function on(client: Client, channel: string): unknown[] {
    return client.received.flatMap(({ text }) => {
      const message: unknown = JSON.parse(text)
      return isRecord(message) && message.channel === channel ? [message.data] : []
    })
  }

  const trades = (client: Client): Record<string, unknown>[] =>
    on(client, 'trades').flatMap((rows) => (Array.isArray(rows) ? rows.filter(isRecord) : []))

  async function info(asked: object): Promise<unknown> {
    const response = await fetch(`${venue.restUrl}/info`, { method: 'POST', body: JSON.stringify(asked) })
    const text = await response.text()
    if (response.status !== 200) return { status: response.status, text }
    return JSON.parse(text)
  }

  it('answers one subscription a message, repeats it, and names what is wrong', async () => {
    const client = await connected({ type: 'l2Book', coin: 'BTC' })
    client.send({ method: 'ping' })
    client.send({ method: 'subscribe', subscription: { type: 'l2Book', coin: 'BTC' } })
    client.send({ method: 'subscribe', subscription: { type: 'trades', coin: 'NOPE' } })
    client.send({ method: 'unsubscribe', subscription: { type: 'trades', coin: 'BTC' } })
    client.send('nonsense')
    await until('answers', () => on(client, 'error').length === 4 && on(client, 'pong').length === 1)
    expect(on(client, 'subscriptionResponse')).toEqual([
      { method: 'subscribe', subscription: { type: 'l2Book', coin: 'BTC', nSigFigs: null, mantissa: null } },
    ])
    expect(on(client, 'error')).toEqual([
      'Already subscribed: {"nSigFigs":null,"mantissa":null,"type":"l2Book","coin":"BTC"}',
      'Invalid subscription {"type":"trades","coin":"NOPE"}',
      'Already unsubscribed: {"type":"trades","coin":"BTC"}',
      'Error parsing JSON into valid websocket request: nonsense',
    ])
  })

  it('ends a client that is silent for 60 s, and follows ten users at most', async () => {
    const client = await connected({ type: 'activeAssetCtx', coin: 'BTC' })
    for (let user = 0; user < 11; user++)
      client.send({ method: 'subscribe', subscription: { type: 'userFills', user: hyperliquidAddress(0, user) } })
    await until('the refusal', () => on(client, 'error').length === 1)
    expect(on(client, 'error')).toEqual(['Cannot track more than 10 total users.'])
    for (let turn = 0; turn < 3; turn++) venue.turn(20_000)
    expect(client.closeCode).toBeUndefined()
    venue.turn(1)
    await until('the end', () => client.closeCode !== undefined)
  })

  it('names both users of a trade, and forced orders only in the fills of who was in them', async () => {
    const client = await connected({ type: 'trades', coin: 'BTC' })
    const known = new Set(trades(client).map(({ tid }) => tid))
    const truth = crash(venue)
    await until('all trades', () => trades(client).length - known.size >= truth.trades.length)
    const seen = trades(client).filter(({ tid }) => !known.has(tid))
    expect(seen.map(({ px, sz, side, time, users }) => [Number(px), Number(sz), side, time, users])).toEqual(
      truth.trades.map(({ price, size, side, time, buyerId, sellerId }) => [
        price,
        size,
        side === 'buy' ? 'B' : 'A',
        time,
        [hyperliquidAddress(0, buyerId), hyperliquidAddress(0, sellerId)],
      ]),
    )
    expect(new Set(seen.map(({ tid }) => tid)).size).toBe(seen.length)
    expect(JSON.stringify(seen)).not.toContain('liquidat')
    let size = 0
    for (const order of truth.liquidations.slice(0, 20)) {
      const user = hyperliquidAddress(0, order.accountId)
      const fills = await info({ type: 'userFills', user })
      if (!Array.isArray(fills)) throw new Error('no fills')
      const forced = fills.filter(
        ({ liquidation, time }) => liquidation?.liquidatedUser === user && time === order.time,
      )
      expect(forced.every(({ side }) => side === 'A')).toBe(true)
      size = forced.reduce((sum, { sz }) => sum + Number(sz), 0)
      expect(size).toBeCloseTo(order.size, 8)
      expect(Number(forced[0].liquidation.markPx)).toBe(order.markPrice)
    }
    expect(size).toBeGreaterThan(0)
  })

  it('sends a followed user their fills as they happen, after all that is known', async () => {
    await connected()
    const victim = venue.markets[0]
      ?.truth()
      .filter(({ side, liquidationPrice }) => side === 'long' && liquidationPrice)
      .sort((a, b) => (b.liquidationPrice ?? 0) - (a.liquidationPrice ?? 0))[0]
    const user = hyperliquidAddress(0, victim?.accountId ?? 0)
    const client = await subscribed({ type: 'userFills', user })
    crash(venue)
    await until('the forced fills', () => on(client, 'userFills').length > 1)
    const [first, second] = on(client, 'userFills')
    expect(first).toMatchObject({ isSnapshot: true, user })
    expect(second).toMatchObject({ user, fills: [{ coin: 'BTC', side: 'A', liquidation: { liquidatedUser: user } }] })
  })

  it('knows every position with its true liquidation price', async () => {
    await connected()
    const market = venue.markets[0]
    const positions = market?.truth() ?? []
    for (const position of [...positions.slice(0, 5), ...positions.slice(-5)]) {
      const state = await info({ type: 'clearinghouseState', user: hyperliquidAddress(0, position.accountId) })
      if (!isRecord(state) || !Array.isArray(state.assetPositions)) throw new Error('no state')
      const { position: seen } = state.assetPositions[0]
      expect(Number(seen.szi)).toBe(position.side === 'long' ? position.size : -position.size)
      expect(Number(seen.entryPx)).toBeCloseTo(position.entryPrice, 6)
      expect(seen.leverage).toEqual({ type: position.marginMode, value: position.leverage })
      if (position.liquidationPrice === undefined) expect(seen.liquidationPx).toBeNull()
      else expect(Number(seen.liquidationPx)).toBeCloseTo(position.liquidationPrice, 6)
    }
    const nobody = await info({ type: 'clearinghouseState', user: `0x${'ab'.repeat(20)}` })
    expect(nobody).toMatchObject({ assetPositions: [], marginSummary: { accountValue: '0.0' } })
  })

  it('prints liquidation prices that its own tiers explain', async () => {
    await connected()
    const meta = await info({ type: 'meta' })
    const tables = isRecord(meta) && Array.isArray(meta.marginTables) ? meta.marginTables : []
    const tiers: { lowerBound: string; maxLeverage: number }[] = tables[0][1].marginTiers
    let deduction = 0
    let before = 0
    const rates = tiers.map(({ lowerBound, maxLeverage }) => {
      const rate = 1 / (2 * maxLeverage)
      deduction += Number(lowerBound) * (rate - before)
      before = rate
      return { floor: Number(lowerBound), rate, deduction: Number(lowerBound) === 0 ? 0 : deduction }
    })
    const first = rates[0]?.rate ?? 0
    const positions = (venue.markets[0]?.truth() ?? []).filter(({ liquidationPrice }) => liquidationPrice !== undefined)
    expect(positions.length).toBeGreaterThan(100)
    for (const { side, size, entryPrice, collateral, liquidationPrice = 0 } of positions) {
      if (size * liquidationPrice > 290_000) continue
      const s = side === 'long' ? 1 : -1
      // (s q E - W) / (q (s - m)), first tier: no deduction
      expect((s * size * entryPrice - collateral) / (size * (s - first)) / liquidationPrice).toBeCloseTo(1, 4)
    }
  })

  it('sends whole books of 20 levels, and contexts with one-sided open interest and the rate of an hour', async () => {
    const client = await connected({ type: 'l2Book', coin: 'BTC' }, { type: 'activeAssetCtx', coin: 'BTC' })
    venue.turn(1000)
    await until('news', () => on(client, 'l2Book').length > 1 && on(client, 'activeAssetCtx').length > 1)
    const market = venue.markets[0]
    const truth = market?.depth(20)
    const levels = [truth?.bids, truth?.asks].map((side) => side?.map(([px, sz]) => [px, sz]))
    const book = on(client, 'l2Book').at(-1)
    const seen = isRecord(book) && Array.isArray(book.levels) ? book.levels : []
    expect(seen.map((side) => side.map((row: { px: string; sz: string }) => [Number(row.px), Number(row.sz)]))).toEqual(
      levels,
    )
    expect(on(client, 'activeAssetCtx').at(-1)).toMatchObject({ coin: 'BTC' })
    const context = on(client, 'activeAssetCtx').at(-1)
    const ctx = isRecord(context) && isRecord(context.ctx) ? context.ctx : {}
    expect(Number(ctx.openInterest)).toBe(market?.openInterest)
    expect(Number(ctx.markPx)).toBe(market?.markPrice)
    expect(Number(ctx.funding)).toBeCloseTo((market?.fundingRate ?? 0) / 8, 8)
  })

  it('answers /info, weighs it, and says 429 when a minute is used up', async () => {
    venue = await clockedVenue({ dialect: DIALECTS.hyperliquid, warmupMs: 9 * 3_600_000 })
    const req = { coin: 'BTC', interval: '1m', startTime: T0 - 180_000, endTime: T0 - 60_000 }
    const candles = await info({ type: 'candleSnapshot', req })
    expect(candles).toMatchObject(
      [0, 1, 2].map((at) => ({ t: T0 - 180_000 + at * 60_000, T: T0 - 120_001 + at * 60_000 })),
    )
    const fundings = await info({ type: 'fundingHistory', coin: 'BTC', startTime: T0 - 9 * 3_600_000 })
    expect(Array.isArray(fundings) && fundings.at(-1)).toMatchObject({ time: Date.UTC(2026, 10, 18, 8) })
    expect(await info({ type: 'candleSnapshot', req: { ...req, coin: 'NOPE' } })).toMatchObject({ status: 500 })
    expect(await info({ type: 'dance' })).toMatchObject({ status: 422 })
    expect(await info({ type: 'clearinghouseState', user: 'me' })).toMatchObject({ status: 422 })
    venue.faults.delist('BTCUSDT')
    expect(await info({ type: 'meta' })).toMatchObject({ universe: [{ name: 'BTC', isDelisted: true }] })
    venue.turn(60_000)
    const statuses: unknown[] = []
    for (let ask = 0; ask < 61; ask++) {
      const answer = await info({ type: 'meta' })
      statuses.push(isRecord(answer) && 'status' in answer ? answer.status : 200)
    }
    expect(statuses.slice(0, 60).every((status) => status === 200)).toBe(true)
    expect(statuses[60]).toBe(429)
  })

  it('sends the keys and types of the recorded messages', async (context) => {
    const lines = (recorded('native-messages.jsonl') ?? '')
      .split('\n')
      .filter((line) => line.includes('map hyperliquid'))
    if (lines.length === 0) return context.skip()
    const channels = ['trades', 'l2Book', 'activeAssetCtx', 'bbo']
    const client = await connected(...channels.map((type) => ({ type, coin: 'BTC' })))
    crash(venue)
    await until('all', () => channels.every((channel) => on(client, channel).length > 0))
    const compared = new Set<string>()
    for (const line of lines) {
      const parsed: unknown = JSON.parse(line)
      const message = isRecord(parsed) && isRecord(parsed.message) ? parsed.message : {}
      const channel = String(message.channel)
      if (!channels.includes(channel)) continue
      compared.add(channel)
      const missing = differences(shapeOf(on(client, channel)[0]), shapeOf(message.data))
      expect(
        missing.filter((text) => !text.endsWith('ours only')),
        line,
      ).toEqual([])
    }
    expect([...compared].sort()).toEqual(['activeAssetCtx', 'bbo', 'l2Book', 'trades'])
  })
})
