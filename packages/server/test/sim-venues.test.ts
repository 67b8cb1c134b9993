import { MapSchema, MarketsSchema } from '@liqscope/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../src/index.ts'
import { eventually } from './running.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer({
    port: 0,
    webRoot: '/nonexistent',
    sim: { seed: 7, backfillHours: 1, symbols: ['BTCUSDT'], exchanges: ['binance', 'gate', 'hyperliquid'] },
  })
})
afterAll(() => server.close())

const markets = async () => MarketsSchema.parse(await (await fetch(`${server.url}/api/v1/markets`)).json())
const MEMBERS = ['sim:BTCUSDT@binance', 'sim:BTC_USDT@gate', 'sim:BTC@hyperliquid']

describe('a simulated market on several venues', () => {
  it('is a market each, named by its protocol and never by the exchange, and their sum', async () => {
    const answer = await eventually(
      markets,
      ({ markets }) => markets.filter(({ state }) => state === 'live').length === MEMBERS.length + 1,
      60_000,
    )
    expect(answer.markets.every(({ simulated, venue }) => simulated && venue === 'sim')).toBe(true)
    expect(new Map(answer.markets.map(({ id, venueName }) => [id, venueName]))).toEqual(
      new Map([
        ['sim:BTCUSDT@binance', 'sim Binance'],
        ['sim:BTC_USDT@gate', 'sim Gate'],
        ['sim:BTC@hyperliquid', 'sim Hyperliquid'],
        ['sim:ALL-BTC', 'sim, all venues'],
      ]),
    )
    expect(answer.default).toBe('sim:ALL-BTC')
    expect(answer.markets.find(({ id }) => id === 'sim:ALL-BTC')?.sumOf).toEqual(MEMBERS)
    expect(answer.notices).toEqual([
      { level: 'simulated', code: 'simAlone', text: expect.stringContaining('generated market') },
    ])
    const notionals = answer.markets.map(({ openInterestNotional }) => openInterestNotional ?? 0)
    expect(notionals.every((notional) => notional > 0)).toBe(true)
  }, 90_000)

  it('has a map of each, marked simulated, at prices that differ by a small basis', async () => {
    const maps = await Promise.all(
      MEMBERS.map(async (id) =>
        MapSchema.parse(await (await fetch(`${server.url}/api/v1/map?market=${encodeURIComponent(id)}`)).json()),
      ),
    )
    const prices = maps.map(({ price }) => price)
    for (const map of maps) {
      expect(map.simulated).toBe(true)
      expect(map.bins.some(({ long }) => long > 0)).toBe(true)
      expect(Math.abs(Math.log(map.price / prices[0]!))).toBeLessThan(0.004)
    }
    expect(new Set(prices).size).toBe(MEMBERS.length)
    // Binance's own table is no table of a simulated contract, and its live one needs a key.
    const said = maps.map(({ model }) => model.notes.find((note) => note.includes('margin table')))
    expect(said).toEqual([
      expect.stringContaining('No margin table is known'),
      expect.stringMatching(/margin table of 20\d\d-\d\d-\d\d \(Gate risk_limit_tiers\): 0\.4 % maintenance .* 150×/),
      expect.stringContaining('(Hyperliquid meta.marginTables): '),
    ])
  })
})
