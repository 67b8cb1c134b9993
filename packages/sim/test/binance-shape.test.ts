import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client, isRecord, until } from './client.ts'
import { recorded } from './recorded.ts'
import { differences, type Shape, shapeOf } from './shape.ts'
import { type ClockedVenue, clockedVenue } from './venue.ts'

const TEXT = 'text'
const NUMERIC = 'number in text'

/** What the venue sends, by the `e` of the payload. */
const STREAM_SHAPES: Record<string, Shape> = {
  trade: { E: 'number', T: 'number', X: TEXT, e: TEXT, m: 'boolean', p: NUMERIC, q: NUMERIC, s: TEXT, t: 'number' },
  aggTrade: {
    E: 'number',
    T: 'number',
    a: 'number',
    e: TEXT,
    f: 'number',
    l: 'number',
    m: 'boolean',
    p: NUMERIC,
    q: NUMERIC,
    s: TEXT,
  },
  markPriceUpdate: {
    E: 'number',
    P: NUMERIC,
    T: 'number',
    e: TEXT,
    i: NUMERIC,
    p: NUMERIC,
    r: NUMERIC,
    s: TEXT,
  },
  depthUpdate: {
    E: 'number',
    T: 'number',
    U: 'number',
    a: [[NUMERIC]],
    b: [[NUMERIC]],
    e: TEXT,
    pu: 'number',
    s: TEXT,
    u: 'number',
  },
  bookTicker: {
    A: NUMERIC,
    B: NUMERIC,
    E: 'number',
    T: 'number',
    a: NUMERIC,
    b: NUMERIC,
    e: TEXT,
    s: TEXT,
    u: 'number',
  },
  forceOrder: {
    E: 'number',
    e: TEXT,
    o: {
      S: TEXT,
      T: 'number',
      X: TEXT,
      ap: NUMERIC,
      f: TEXT,
      l: NUMERIC,
      o: TEXT,
      p: NUMERIC,
      q: NUMERIC,
      s: TEXT,
      z: NUMERIC,
    },
  },
  kline: {
    E: 'number',
    e: TEXT,
    k: {
      B: NUMERIC,
      L: 'number',
      Q: NUMERIC,
      T: 'number',
      V: NUMERIC,
      c: NUMERIC,
      f: 'number',
      h: NUMERIC,
      i: TEXT,
      l: NUMERIC,
      n: 'number',
      o: NUMERIC,
      q: NUMERIC,
      s: TEXT,
      t: 'number',
      v: NUMERIC,
      x: 'boolean',
    },
    s: TEXT,
  },
}
STREAM_SHAPES['24hrTicker'] = {
  ...Object.fromEntries(['P', 'Q', 'c', 'h', 'l', 'o', 'p', 'q', 'v', 'w'].map((key) => [key, NUMERIC])),
  ...Object.fromEntries(['C', 'E', 'F', 'L', 'O', 'n'].map((key) => [key, 'number'])),
  e: TEXT,
  s: TEXT,
}

describe('the Binance dialect', () => {
  let venue: ClockedVenue
  const samples = new Map<string, Record<string, unknown>>()

  beforeAll(async () => {
    venue = await clockedVenue({ warmupMs: 9 * 3_600_000 })
    const streams = (names: readonly string[]): string => names.map((name) => `btcusdt@${name}`).join('/')
    const clients = await Promise.all([
      new Client(`${venue.wsUrl}/public/stream?streams=${streams(['trade', 'depth@100ms', 'bookTicker'])}`).open(),
      new Client(
        `${venue.wsUrl}/market/stream?streams=${streams(['aggTrade', 'markPrice@1s', 'forceOrder', 'kline_1m', 'ticker'])}`,
      ).open(),
    ])
    venue.turn(5000)
    for (const market of venue.markets) market.shock(-0.03)
    for (let second = 0; second < 60; second++) venue.turn(1000)
    await until('a sample of each stream', () => {
      for (const client of clients)
        for (const { data } of client.received) if (typeof data.e === 'string') samples.set(data.e, data)
      return samples.size === Object.keys(STREAM_SHAPES).length
    })
    for (const client of clients) client.close()
  })

  afterAll(() => venue.close())

  it.each(Object.keys(STREAM_SHAPES))('sends %s in the shape of the venue', (event) => {
    expect(differences(shapeOf(samples.get(event)), STREAM_SHAPES[event] ?? '')).toEqual([])
  })

  it('sends the keys and types of the recorded messages', (context) => {
    const lines = [
      ...(recorded('native-messages.jsonl') ?? '').split('\n').filter((line) => line.includes('binance futures')),
      ...(recorded('raw-logs/BINANCE_FUTURES.ws.1.0') ?? '')
        .split('\n')
        .slice(1, 2000)
        .map((line) => `{"message":${line.slice(line.indexOf(' ') + 1)}}`),
    ]
    const messages = lines.map(payloadOf).filter((data) => data !== undefined)
    if (messages.length === 0) return context.skip()
    const compared = new Set<string>()
    for (const data of messages) {
      const event = String(data.e)
      const ours = samples.get(event)
      if (ours === undefined || data.generated === true) continue
      compared.add(event)
      // Older recordings lack keys that came later: theirs must all be among ours.
      const missing = differences(shapeOf(ours), shapeOf(data)).filter((text) => !text.endsWith('ours only'))
      expect(missing, JSON.stringify(data)).toEqual([])
    }
    expect([...compared].sort()).toEqual(Object.keys(STREAM_SHAPES).sort())
  })

  it('answers REST in the keys and types of the recorded answers', async (context) => {
    const text = recorded('binance-rest-responses.json')
    if (text === undefined) return context.skip()
    const archive: unknown = JSON.parse(text)
    const symbol = 'symbol=BTCUSDT'
    const asked: readonly (readonly [string, string])[] = [
      ['/fapi/v1/time', ''],
      ['/fapi/v1/exchangeInfo', ''],
      ['/fapi/v1/klines', `${symbol}&interval=1m`],
      ['/fapi/v1/depth', symbol],
      ['/fapi/v1/aggTrades', symbol],
      ['/fapi/v1/premiumIndex', symbol],
      ['/fapi/v1/openInterest', symbol],
      ['/fapi/v1/fundingRate', symbol],
      ['/fapi/v1/ticker/24hr', symbol],
      ['/futures/data/openInterestHist', `${symbol}&period=5m`],
    ]
    for (const [path, query] of asked) {
      const theirs = answersIn(archive, path).find((data) => matches(path, data))
      expect(theirs, path).toBeDefined()
      const response = await fetch(`${venue.restUrl}${path}?${query}`)
      expect(response.status, path).toBe(200)
      const ours: unknown = await response.json()
      const missing = differences(shapeOf(ours), shapeOf(theirs)).filter((line) => !line.endsWith('ours only'))
      expect(missing, path).toEqual([])
    }
  })
})

function payloadOf(line: string): Record<string, unknown> | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    return undefined
  }
  const message = isRecord(parsed) ? parsed.message : undefined
  if (!isRecord(message) || message.generated === true) return undefined
  const data = message.data
  return isRecord(data) && typeof data.e === 'string' ? data : undefined
}

function answersIn(archive: unknown, path: string): unknown[] {
  const routes = isRecord(archive) && isRecord(archive.routes) ? archive.routes : {}
  const route = routes[path]
  const calls = isRecord(route) ? route.GET : undefined
  return Array.isArray(calls) ? calls.filter(isRecord).map((call) => call.data) : []
}

/** The recorded answers to one symbol, of this venue and not of its coin-margined sister. */
function matches(path: string, data: unknown): boolean {
  if (data === null || (isRecord(data) && 'code' in data)) return false
  if (path === '/fapi/v1/premiumIndex' || path === '/fapi/v1/ticker/24hr') return isRecord(data)
  return true
}
