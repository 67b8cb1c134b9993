import { MapSchema, MarketsSchema } from '@liqscope/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../src/index.ts'
import { eventually, subscriber } from './running.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer({
    port: 0,
    webRoot: '/nonexistent',
    sim: { seed: 7, backfillHours: 2, symbols: ['BTCUSDT'] },
  })
})
afterAll(() => server.close())

const markets = async () => MarketsSchema.parse(await (await fetch(`${server.url}/api/v1/markets`)).json())

describe('the simulated market, by the road of a real one', () => {
  it('is opened on, said to be simulated, and has two hours of history', async () => {
    const answer = await eventually(markets, ({ markets }) => markets[0]?.state === 'live', 60_000)
    expect(answer.default).toBe('sim:BTCUSDT')
    expect(answer.notices).toEqual([
      { level: 'simulated', code: 'simAlone', text: expect.stringContaining('generated market') },
    ])
    const [market] = answer.markets
    expect(market).toMatchObject({ simulated: true, venue: 'sim' })
    expect(market!.to! - market!.from!).toBeGreaterThanOrEqual(7_200_000)
    expect(market!.openInterestNotional).toBeGreaterThan(0)
  }, 90_000)

  it('has a map with mass on both sides of its price, and clusters', async () => {
    const map = MapSchema.parse(await (await fetch(`${server.url}/api/v1/map?market=BTC`)).json())
    expect(map.simulated).toBe(true)
    expect(map.bins.some(({ long, price }) => long > 0 && price < map.price)).toBe(true)
    expect(map.bins.some(({ short, price }) => short > 0 && price > map.price)).toBe(true)
    expect(map.clusters.length).toBeGreaterThan(1)
  })

  it('moves: patches follow the snapshot without a hole, all of them marked simulated', async () => {
    const client = subscriber(server.url)
    client.socket.on('open', () => client.send({ op: 'subscribe', market: 'BTC', encoding: 'binary' }))
    await client.until(() => client.updates()[4], 'four patches', 20_000)
    const updates = client.updates()
    updates.forEach((update, i) => {
      expect(update.seq).toBe(updates[0]!.seq + i)
      expect(update.simulated).toBe(true)
    })
    expect(updates.some(({ bars = [] }) => bars.some(({ closed }) => !closed))).toBe(true)
  }, 30_000)
})
