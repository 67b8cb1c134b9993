import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { DIALECTS, type Dialect, describeFaults, randomFaults, startSimVenues } from '../src/index.ts'
import { Client, until } from './client.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

/** How a client hears trades of BTC, and the name that the stream has for faults. */
const VENUES: readonly {
  readonly dialect: Dialect
  readonly path: string
  readonly request: object
  readonly stream: string
}[] = [
  {
    dialect: DIALECTS.binance,
    path: '/market/ws',
    request: { method: 'SUBSCRIBE', params: ['btcusdt@aggTrade', 'btcusdt@markPrice@1s'], id: 1 },
    stream: '@aggTrade',
  },
  {
    dialect: DIALECTS.okx,
    path: '/ws/v5/public',
    request: {
      op: 'subscribe',
      args: ['trades', 'mark-price'].map((channel) => ({ channel, instId: 'BTC-USDT-SWAP' })),
    },
    stream: 'trades:',
  },
  {
    dialect: DIALECTS.bybit,
    path: '/v5/public/linear',
    request: { op: 'subscribe', args: ['publicTrade.BTCUSDT', 'tickers.BTCUSDT'] },
    stream: 'publicTrade',
  },
  {
    dialect: DIALECTS.hyperliquid,
    path: '/ws',
    request: { method: 'subscribe', subscription: { type: 'trades', coin: 'BTC' } },
    stream: 'trades:',
  },
  {
    dialect: DIALECTS.gate,
    path: '/v4/ws/usdt',
    request: { time: 1, channel: 'futures.trades', event: 'subscribe', payload: ['BTC_USDT'] },
    stream: 'futures.trades',
  },
  {
    dialect: DIALECTS.bitget,
    path: '/v3/ws/public',
    request: {
      op: 'subscribe',
      args: ['publicTrade', 'ticker'].map((topic) => ({ instType: 'usdt-futures', topic, symbol: 'BTCUSDT' })),
    },
    stream: 'publicTrade',
  },
]

describe.each(VENUES)('faults of $dialect.name', ({ dialect, path, request, stream }) => {
  let venue: ClockedVenue
  afterEach(() => venue.close())

  async function listening(): Promise<Client> {
    venue = await clockedVenue({ dialect })
    const client = await new Client(venue.wsUrl + path).open()
    client.send(request)
    await until('the acknowledgement', () => client.received.length > 0)
    await settle()
    return client
  }

  const settle = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 30))

  async function seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) venue.turn(1000)
    await settle()
  }

  it('acknowledges and stays silent', async () => {
    const client = await listening()
    venue.faults.acknowledgeOnly()
    const before = client.received.length
    await seconds(20)
    expect(client.received).toHaveLength(before)
    venue.faults.clear()
    await seconds(20)
    expect(client.received.length).toBeGreaterThan(before)
  })

  it('loses, doubles and cuts messages of one stream', async () => {
    const client = await listening()
    venue.faults.lose(stream, 1_000_000)
    await seconds(10)
    const heard = client.received.length
    venue.faults.clear()
    venue.faults.truncate(2)
    await seconds(20)
    expect(client.broken).toHaveLength(2)
    const texts = client.received.slice(heard).map(({ text }) => text)
    expect(new Set(texts).size).toBe(texts.length)
    venue.faults.duplicate(1)
    const from = client.received.length
    await seconds(10)
    const doubled = client.received.slice(from).map(({ text }) => text)
    expect(doubled.length - new Set(doubled).size).toBe(1)
  })

  it('sends a huge frame, a broken one, and one that is not UTF-8, which ends the line with 1007', async () => {
    const client = await listening()
    venue.faults.malformed('{"a":')
    venue.faults.huge(2_000_000)
    await until('both', () => client.broken.length === 1 && client.received.some(({ text }) => text.length > 1_999_000))
    venue.faults.badUtf8()
    await until('the end', () => client.closeCode !== undefined)
    expect([1006, 1007]).toContain(client.closeCode)
  })

  it('refuses REST in sequence, 429 and then 418', async () => {
    venue = await clockedVenue({ dialect })
    venue.faults.refuse(429, 2)
    venue.faults.refuse(418)
    const statuses: number[] = []
    for (let ask = 0; ask < 4; ask++) statuses.push((await fetch(`${venue.restUrl}/none`)).status)
    expect(statuses).toEqual([429, 429, 418, 404])
  })

  it('stamps everything later when its clock jumps', async () => {
    const client = await listening()
    await seconds(10)
    const before = client.received.at(-1)?.text ?? ''
    venue.faults.jumpClock(3_600_000)
    await seconds(10)
    // What is stamped in the hour before the jump begins with the digits of that time.
    const stampOf = (time: number): string => String(Math.floor(time / 100_000))
    expect(before).toContain(stampOf(T0 + 10_000))
    expect(client.received.at(-1)?.text).toContain(stampOf(T0 + 3_620_000))
  })

  it('goes quiet about a delisted symbol, and closes a moment after its notice', async () => {
    const client = await listening()
    venue.faults.delist('BTCUSDT')
    const before = client.received.length
    await seconds(10)
    expect(client.received).toHaveLength(before)
    venue.faults.noticeThenClose(2000)
    await seconds(3)
    await until('the close', () => client.closeCode !== undefined)
    expect(client.closeCode).toBe(1001)
  })
})

describe('fault scripts', () => {
  it('do each step when its time has come, by the clock that is injected', async () => {
    const venue = await clockedVenue({
      faults: [
        { atMs: 5000, fault: { kind: 'close', code: 1012 } },
        { atMs: 1000, fault: { kind: 'refuse', status: 503, times: 1 } },
      ],
    })
    const client = await new Client(`${venue.wsUrl}/market/ws`).open()
    const status = async (): Promise<number> => (await fetch(`${venue.restUrl}/fapi/v1/ping`)).status
    expect(await status()).toBe(200)
    venue.turn(1000)
    expect([await status(), await status()]).toEqual([503, 200])
    venue.turn(3999)
    expect(client.closeCode).toBeUndefined()
    venue.turn(1)
    await until('the close', () => client.closeCode === 1012)
    await venue.close()
  })

  it('are the same for the same seed, and can be printed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const script = randomFaults(seed, 60_000, 20)
        expect(randomFaults(seed, 60_000, 20)).toEqual(script)
        expect(script.every(({ atMs }) => atMs >= 0 && atMs < 60_000)).toBe(true)
        const text = describeFaults(seed, script)
        expect(text).toContain(`seed ${seed}`)
        expect(text.split('\n')).toHaveLength(21)
      }),
      { numRuns: 50 },
    )
  })
})

describe('several venues', () => {
  const dialects = [DIALECTS.binance, DIALECTS.okx]

  it('serve the same market event for event, or one each that share what the coin is worth', async () => {
    for (const markets of ['same', 'own'] as const) {
      const together = await startSimVenues({
        dialects,
        markets,
        seed: 2,
        warmupMs: 3_600_000,
        symbols: ['BTCUSDT'],
        now: () => T0,
      })
      const [a, b] = together.venues.map((venue) => venue.markets[0])
      if (markets === 'same') expect(b).toBe(a)
      else {
        expect(b?.truth()).not.toEqual(a?.truth())
        expect(b?.indexPrice).toBe(a?.indexPrice)
        expect(Math.abs(Math.log((b?.markPrice ?? 0) / (a?.markPrice ?? 1)))).toBeLessThan(0.004)
      }
      expect(new Set(together.venues.map(({ restUrl }) => restUrl)).size).toBe(2)
      await together.close()
    }
  })

  it('go on alike however their time is cut', async () => {
    const runs: unknown[] = []
    for (const step of [137, 60_000]) {
      let time = T0
      const together = await startSimVenues({
        dialects,
        markets: 'own',
        seed: 3,
        warmupMs: 600_000,
        symbols: ['BTCUSDT', 'ETHUSDT'],
        now: () => time,
      })
      while (time < T0 + 60_000) {
        time = Math.min(T0 + 60_000, time + step)
        together.step()
      }
      runs.push(together.venues.flatMap(({ markets }) => markets.map((market) => [market.indexPrice, market.truth()])))
      await together.close()
    }
    expect(runs[1]).toEqual(runs[0])
  })
})
