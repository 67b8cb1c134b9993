import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRecord } from './client.ts'
import { type ClockedVenue, clockedVenue, T0 } from './venue.ts'

const MINUTE = 60_000

describe('Binance REST', () => {
  let venue: ClockedVenue

  beforeAll(async () => {
    venue = await clockedVenue({ warmupMs: 9 * 3_600_000, symbols: ['BTCUSDT', 'ETHUSDT'] })
  })

  afterAll(() => venue.close())

  async function get(path: string): Promise<{ status: number; body: unknown; headers: Headers }> {
    const response = await fetch(venue.restUrl + path)
    return { status: response.status, body: await response.json(), headers: response.headers }
  }

  async function rows(path: string): Promise<unknown[]> {
    const { body } = await get(path)
    if (!Array.isArray(body)) throw new Error(`not a list: ${JSON.stringify(body)}`)
    return body
  }

  const openTimes = async (query: string): Promise<number[]> =>
    (await rows(`/fapi/v1/klines?symbol=BTCUSDT&${query}`)).map((row) =>
      Number(Array.isArray(row) ? row[0] : Number.NaN),
    )

  it('gives the newest candles without a time, stamped at their start', async () => {
    expect(await openTimes('interval=1m&limit=3')).toEqual([T0 - 2 * MINUTE, T0 - MINUTE, T0])
    expect(await openTimes('interval=5m&limit=2')).toEqual([T0 - 5 * MINUTE, T0])
  })

  it('gives the earliest candles from a start, within an end, aligned to the interval', async () => {
    const start = T0 - 60 * MINUTE
    expect(await openTimes(`interval=1m&startTime=${start + 1}&limit=2`)).toEqual([start + MINUTE, start + 2 * MINUTE])
    expect(await openTimes(`interval=1m&startTime=${start}&endTime=${start + MINUTE}`)).toEqual([start, start + MINUTE])
    expect(await openTimes(`interval=15m&endTime=${start + MINUTE}&limit=2`)).toEqual([start - 15 * MINUTE, start])
    expect(await openTimes(`interval=1m&startTime=${T0 + MINUTE}`)).toEqual([])
  })

  it('never gives a hole or more than the limit', async () => {
    const times = await openTimes('interval=1m&limit=5000')
    expect(times.length).toBeLessThanOrEqual(1500)
    expect(times).toHaveLength(9 * 60 + 1)
    expect(times.every((time, at) => at === 0 || time === times[at - 1]! + MINUTE)).toBe(true)
  })

  it('joins longer candles from the minutes they hold', async () => {
    const [hour] = await rows(`/fapi/v1/klines?symbol=BTCUSDT&interval=1h&startTime=${T0 - 60 * MINUTE}&limit=1`)
    const minutes = await rows(`/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${T0 - 60 * MINUTE}&limit=60`)
    const column = (at: number): number[] => minutes.map((row) => Number(Array.isArray(row) ? row[at] : Number.NaN))
    if (!Array.isArray(hour)) throw new Error('no hour')
    expect(Number(hour[2])).toBe(Math.max(...column(2)))
    expect(Number(hour[3])).toBe(Math.min(...column(3)))
    expect(Number(hour[5])).toBeCloseTo(
      column(5).reduce((sum, volume) => sum + volume, 0),
      3,
    )
    expect(hour[6]).toBe(T0 - 1)
  })

  it('stamps open interest at the end of its period', async () => {
    const list = await rows('/futures/data/openInterestHist?symbol=ETHUSDT&period=5m&limit=2')
    expect(list.map((one) => (isRecord(one) ? one.timestamp : undefined))).toEqual([T0 - 5 * MINUTE, T0])
    const hours = await rows(`/futures/data/openInterestHist?symbol=ETHUSDT&period=1h&startTime=${T0 - 120 * MINUTE}`)
    expect(hours.map((one) => (isRecord(one) ? one.timestamp : undefined))).toEqual([
      T0 - 120 * MINUTE,
      T0 - 60 * MINUTE,
      T0,
    ])
  })

  it('agrees with the market itself', async () => {
    const { body } = await get('/fapi/v1/openInterest?symbol=BTCUSDT')
    expect(isRecord(body) && Number(body.openInterest)).toBe(venue.markets[0]?.openInterest)
    const mark = await get('/fapi/v1/premiumIndex?symbol=BTCUSDT')
    expect(isRecord(mark.body) && Number(mark.body.markPrice)).toBe(venue.markets[0]?.markPrice)
    expect(await rows('/fapi/v1/premiumIndex')).toHaveLength(2)
    const funding = await rows('/fapi/v1/fundingRate?symbol=BTCUSDT')
    expect(funding.map((one) => (isRecord(one) ? one.fundingTime : 0))).toEqual([Date.UTC(2026, 10, 18, 8)])
  })

  it('pages aggregated trades by id', async () => {
    const latest = await rows('/fapi/v1/aggTrades?symbol=BTCUSDT&limit=3')
    const ids = latest.map((one) => (isRecord(one) ? Number(one.a) : Number.NaN))
    expect(ids).toEqual([ids[0]!, ids[0]! + 1, ids[0]! + 2])
    const again = await rows(`/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=${ids[1]}&limit=1`)
    expect(again).toEqual([latest[1]])
  })

  it.each([
    ['/fapi/v1/klines?symbol=NOPE&interval=1m', 400, -1121],
    ['/fapi/v1/klines?interval=1m', 400, -1102],
    ['/fapi/v1/klines?symbol=BTCUSDT', 400, -1102],
    ['/fapi/v1/klines?symbol=BTCUSDT&interval=7m', 400, -1120],
    ['/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=x', 400, -1130],
    ['/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=0', 400, -1130],
    ['/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=-5', 400, -1100],
    ['/fapi/v1/klines?symbol=btcusdt&interval=1m', 400, -1121],
    ['/fapi/v1/depth?symbol=BTCUSDT&limit=7', 400, -4021],
    ['/futures/data/openInterestHist?symbol=BTCUSDT&period=1m', 400, -1120],
    ['/futures/data/openInterestHist?symbol=BTCUSDT&period=5m&startTime=1', 400, -1130],
    ['/fapi/v1/nothing', 404, -5000],
    ['/fapi/v1/klines?symbol=__proto__&interval=constructor', 400, -1121],
  ])('refuses %s as the venue does', async (path, status, code) => {
    const answer = await get(path)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ code, msg: expect.any(String) })
  })

  it('counts weight, limits with 429 and bans with 418 those who go on', async () => {
    venue.turn(2 * MINUTE)
    const first = await get('/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=1500')
    expect(first.headers.get('x-mbx-used-weight-1m')).toBe('10')
    let answer = first
    for (let call = 0; call < 119; call++) answer = await get('/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-mbx-used-weight-1m')).toBe('2390')
    answer = await get('/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1')
    expect(answer.status).toBe(429)
    expect(answer.body).toMatchObject({ code: -1003 })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    for (let call = 0; call < 20; call++) answer = await get('/fapi/v1/time')
    expect(answer.status).toBe(418)
    venue.turn(MINUTE)
    expect((await get('/fapi/v1/time')).status).toBe(418)
    venue.turn(2 * MINUTE)
    expect((await get('/fapi/v1/time')).status).toBe(200)
  })
})
