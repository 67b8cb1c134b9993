import { createServer } from 'node:net'
import { MapBuilder } from '@liqscope/engine'
import { MapSchema, MarketsSchema } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { PortBusyError } from '../src/index.ts'
import { eventually, started, subscriber, withVenue } from './running.ts'
import { BTC, bars, ETH, FILE, liveStatus, MINUTE, ScriptedFeed, SIM, START, stream } from './scripted-market.ts'

const markets = async (url: string) => MarketsSchema.parse(await (await fetch(`${url}/api/v1/markets`)).json())

const firstTrade = (instrument: typeof BTC, time: number) => ({
  kind: 'trade' as const,
  instrument: instrument.id,
  exchangeTime: time,
  receivedTime: time,
  tradeId: String(time),
  price: 70_000,
  size: 1,
  side: 'sell' as const,
})

describe('the market the page opens on', () => {
  it('is the simulated one, with a notice, until an exchange answers; then the real one without it', async () => {
    let real: ScriptedFeed | undefined
    const { url } = await started({
      sim: {
        open: (listener) => {
          const feed = new ScriptedFeed(listener, [SIM], (one) => bars(one, 60))
          setImmediate(() => feed.emit(firstTrade(SIM, START + 60 * MINUTE)))
          return feed
        },
      },
      live: {
        symbols: ['BTC'],
        open: (listener) => {
          real = new ScriptedFeed(listener, [BTC, ETH], () => [])
          real.isDown = true
          return real
        },
      },
    })
    const before = await eventually(
      () => markets(url),
      (answer) => answer.default !== null,
    )
    expect(before.default).toBe('sim:BTCUSDT')
    expect(before.notices[0]).toMatchObject({ level: 'simulated', text: expect.stringMatching(/No exchange answered/) })
    expect(before.markets.every(({ simulated }) => simulated)).toBe(true)

    real!.isDown = false
    const after = await eventually(
      () => markets(url),
      (answer) => answer.default === 'binance:BTCUSDT',
    )
    expect(after.notices).toEqual([])
    expect(after.markets.map(({ id, simulated }) => [id, simulated])).toEqual([
      ['sim:BTCUSDT', true],
      ['binance:BTCUSDT', false],
    ])
    // The same name with and without simulated money behind it: the real one is meant.
    expect(await (await fetch(`${url}/api/v1/bars?market=BTC`)).json()).toMatchObject({ market: 'binance:BTCUSDT' })
  })

  it('names the symbols an exchange does not list', async () => {
    const { url } = await started({
      live: { symbols: ['BTC', 'BTK'], open: (listener) => new ScriptedFeed(listener, [BTC, ETH]) },
    })
    const { notices } = await eventually(
      () => markets(url),
      (answer) => answer.notices.length > 0,
    )
    expect(notices[0]).toEqual({
      level: 'partial',
      text: 'Binance lists no "BTK". The nearest names: BTCUSDT, ETHUSDT.',
    })
  })

  it('shows the state of its worst channel', async () => {
    const { url, feed } = await withVenue([BTC], () => [])
    feed.emit(firstTrade(BTC, START))
    await eventually(
      () => markets(url),
      (answer) => answer.markets[0]?.price === 70_000,
    )
    feed.statusList = [liveStatus(BTC), { ...liveStatus(BTC, 'offline'), channel: 'markPrice' }]
    expect((await markets(url)).markets[0]?.state).toBe('offline')
    feed.statusList = [liveStatus(BTC)]
    expect((await markets(url)).markets[0]?.state).toBe('live')
  })
})

describe('going live', () => {
  it('folds history before what arrived meanwhile, and marks what it joined too late for as a gap', async () => {
    const { url, feed } = await withVenue([BTC], (one) => bars(one, 100))
    const now = START + 100 * MINUTE
    feed.emit(firstTrade(BTC, now + 20_000), firstTrade(BTC, now + 21_000))
    await eventually(
      () => markets(url),
      (answer) => answer.markets[0]?.state !== 'backfilling',
    )
    const answer = await (await fetch(`${url}/api/v1/bars?market=BTC&range=12h&interval=1m`)).json()
    expect(answer.bars).toHaveLength(101)
    expect(answer.bars.at(-1)).toMatchObject({ openTime: now, volume: 2 })
    expect(answer.gaps).toEqual([
      { from: now, to: now + 20_000, channel: 'trade', reason: 'joined within this minute' },
    ])
  })

  it('asks for the trades of the minute it joined, and then nothing is missing', async () => {
    const { url, feed } = await withVenue([BTC], (one) => bars(one, 100))
    const now = START + 100 * MINUTE
    const [early, shared] = [firstTrade(BTC, now + 5_000), firstTrade(BTC, now + 20_000)]
    feed.pastTrades = [{ ...early, tradeId: 'early' }, shared]
    feed.emit(shared)
    await eventually(
      () => markets(url),
      (answer) => answer.markets[0]?.state !== 'backfilling',
    )
    const answer = await (await fetch(`${url}/api/v1/bars?market=BTC&range=12h&interval=1m`)).json()
    expect(answer.bars.at(-1)).toMatchObject({ openTime: now, volume: 2 })
    expect(answer.gaps).toEqual([])
  })

  it('has one gap in front when the venue refuses its history', async () => {
    const { url, feed } = await withVenue([BTC], () => {
      throw new Error('418')
    })
    feed.emit(firstTrade(BTC, START))
    await eventually(
      () => markets(url),
      (answer) => answer.markets[0]?.price === 70_000,
    )
    const { gaps } = await (await fetch(`${url}/api/v1/bars?market=BTC&range=24h`)).json()
    expect(gaps).toEqual([
      { from: START - 24 * 60 * MINUTE, to: START, channel: 'bar', reason: 'the venue refused its history' },
    ])
  })
})

describe('a past moment of a live market', () => {
  it('is the column that was drawn then, without what is known since, and says that its bounds were not kept', async () => {
    const { url, feed } = await withVenue([BTC], (one) => bars(one, 300))
    feed.emit(firstTrade(BTC, START + 300 * MINUTE))
    await eventually(
      () => markets(url),
      (answer) => answer.markets[0]?.price === 70_000,
    )
    const builder = new MapBuilder({ instrument: BTC.id })
    for (const bar of bars(BTC, 200)) builder.apply(bar)
    const then = builder.map()!
    const at = new Date(START + 200 * MINUTE + 30_000).toISOString()
    const map = MapSchema.parse(await (await fetch(`${url}/api/v1/map?market=BTC&at=${at}`)).json())
    expect(map.basis).toBe('column')
    expect(map.at).toBe(new Date(START + 200 * MINUTE).toISOString())
    expect(map.model.notes.join()).toContain('were not kept')
    const thenAt = (price: number) => Math.floor(Math.log(price) / then.step) - then.firstBin
    const matched = map.bins.filter(({ price, long, short }) => {
      const i = thenAt(price)
      const isSame = (value: number, drawn: number) => Math.abs(value - drawn) <= 1e-6 * drawn
      return isSame(long, then.long[i]!) && isSame(short, then.short[i]!)
    })
    // All but the bin the price stands in, whose longs and shorts the column had added up.
    expect(matched.length).toBeGreaterThanOrEqual(map.bins.length - 1)
    expect(matched.some(({ long }) => long > 0) && matched.some(({ short }) => short > 0)).toBe(true)
  })
})

describe('the server', () => {
  it('says that a port is busy, and which', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const error = await started({ port }).catch((reason: unknown) => reason)
    other.close()
    expect(error).toBeInstanceOf(PortBusyError)
    expect(error).toMatchObject({ port, message: expect.stringContaining(`port ${port}`) })
  })

  it("refuses to start on a file that cannot be read, with the reader's own error, and frees the port", async () => {
    const broken = new Error('bars.csv:7: column "close": "abc" is not a number')
    async function* failing() {
      yield* bars(FILE, 3)
      throw broken
    }
    await expect(started({ bars: { instrument: FILE, events: failing } })).rejects.toBe(broken)
  })

  it('tells its clients that it goes (1001), closes its feeds and frees the port within ten seconds', async () => {
    const server = await withVenue([BTC], () => [])
    const clients = [subscriber(server.url), subscriber(server.url)]
    for (const client of clients)
      await client.until((messages) => messages.find(({ type }) => type === 'status'), 'the status')
    // One of them does not even read its close frame.
    clients[1]!.socket.pause()
    const begun = Date.now()
    await server.close()
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect((await clients[0]!.untilClosed()).code).toBe(1001)
    expect(server.feed.isClosed).toBe(true)
    await expect(fetch(`${server.url}/api/v1/markets`)).rejects.toThrow()
  })

  it('can be closed twice, and while a file is being folded', async () => {
    const server = await started({ bars: { instrument: FILE, events: () => stream(bars(FILE, 2000)) } })
    await Promise.all([server.close(), server.close()])
  })
})

describe('a client whose machine is gone', () => {
  it('is pinged, and cut when nothing comes back', async () => {
    let ahead = 0
    const { url } = await started({ clock: { ...systemClock, now: () => Date.now() + ahead } })
    const client = subscriber(url)
    await client.until((messages) => messages.find(({ type }) => type === 'status'), 'the status')
    const alive = subscriber(url)
    await alive.until((messages) => messages.find(({ type }) => type === 'status'), 'the status')
    client.socket.pause()
    ahead = 30_000
    await new Promise<void>((resolve) => alive.socket.once('ping', () => resolve()))
    await new Promise((resolve) => setTimeout(resolve, 100))
    ahead = 65_000
    await eventually(
      async () => /^liqscope_clients (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1],
      (count) => count === '1',
    )
    expect(alive.closed).toBeUndefined()
  })
})
