import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock, until } from '../../test/fake-clock.ts'
import { ScriptedVenue } from '../../test/scripted-venue.ts'
import { FeedError } from '../feed.ts'
import { RestClient } from './rest-client.ts'
import { WeightBudget } from './weight-budget.ts'

let venue: ScriptedVenue
let clock: FakeClock
let budget: WeightBudget
let client: RestClient

beforeEach(async () => {
  venue = await ScriptedVenue.open()
  clock = new FakeClock()
  budget = new WeightBudget(100, 60_000)
  client = new RestClient({ venue: 'binance', baseUrl: `${venue.restUrl}/`, clock, random: () => 0.5, budget })
})
afterEach(() => venue.close())

/** The answer or the error, with fake time passing meanwhile. */
async function settled(request: Promise<unknown>): Promise<unknown> {
  let outcome: { value: unknown } | undefined
  request.then(
    (value) => {
      outcome = { value }
    },
    (value: unknown) => {
      outcome = { value }
    },
  )
  await until(() => {
    clock.advance(100)
    return outcome !== undefined
  }, 'an answer')
  return outcome?.value
}

const answer = (status: number, body = '{}', headers: Record<string, string> = {}) => {
  venue.respond = (_url: URL, response: ServerResponse) => {
    response.writeHead(status, headers)
    response.end(body)
    return true
  }
}

it('posts a question as JSON within the same budget', async () => {
  let asked: { method: string | undefined; type: string | undefined; body: string } | undefined
  venue.respond = (_url, response) => {
    const { req } = response
    let body = ''
    req.on('data', (chunk) => {
      body += chunk
    })
    req.on('end', () => {
      asked = { method: req.method, type: req.headers['content-type'], body }
      response.end('[1]')
    })
    return true
  }
  expect(await settled(client.post('/info', { type: 'meta' }, 100))).toEqual([1])
  expect(asked).toEqual({ method: 'POST', type: 'application/json', body: '{"type":"meta"}' })
  expect(budget.reserve(clock.now(), 1)).toBeGreaterThan(clock.now())
})

it('asks for the path with its query and gives the parsed answer', async () => {
  answer(200, '{"serverTime":5}')
  expect(await settled(client.get('/time', { symbol: 'BTC&USDT', limit: 5 }, 1))).toEqual({ serverTime: 5 })
  expect(venue.requests).toEqual(['/time?symbol=BTC%26USDT&limit=5'])
})

it('says why the venue refused, and does not ask again', async () => {
  answer(400, '{"code":-1121,"msg":"Invalid symbol."}')
  const error = await settled(client.get('/depth', {}, 1))
  expect(error).toBeInstanceOf(FeedError)
  expect(error).toMatchObject({ message: 'binance /depth: HTTP 400 (-1121: Invalid symbol.)', channel: '/depth' })
  expect(venue.requests).toHaveLength(1)
})

it('asks three times when the venue is out of order', async () => {
  answer(502, 'Bad gateway')
  expect(await settled(client.get('/depth', {}, 1))).toMatchObject({ message: 'binance /depth: HTTP 502' })
  expect(venue.requests).toHaveLength(3)
})

it('asks again when the connection broke, and gets the answer', async () => {
  let broken = 2
  venue.respond = (_url, response) => {
    if (broken-- > 0) response.destroy()
    else response.end('{"ok":true}')
    return true
  }
  expect(await settled(client.get('/depth', {}, 1))).toEqual({ ok: true })
})

it.each([
  [429, { 'retry-after': '30' }, 30_000],
  [429, {}, 60_000],
  [418, { 'retry-after': '7200' }, 7_200_000],
  [418, {}, 120_000],
  [403, {}, 600_000],
])('after HTTP %i %j nothing goes out for %i ms', async (status, headers, silence) => {
  answer(status, '{"code":-1003,"msg":"Too many requests"}', headers)
  expect(await settled(client.get('/klines', {}, 1))).toMatchObject({
    message: `binance /klines: HTTP ${status} (-1003: Too many requests)`,
  })
  expect(venue.requests).toHaveLength(1)
  const left = budget.blockedUntil - clock.now()
  expect(left).toBeGreaterThan(silence - 2_000)
  expect(left).toBeLessThanOrEqual(silence)
  answer(200)
  const second = client.get('/klines', {}, 1)
  if (left > 90_000) {
    const until = new Date(budget.blockedUntil).toISOString()
    await expect(second).rejects.toThrow(`the venue asked for silence until ${until}`)
    return
  }
  clock.advance(left - 500)
  expect(venue.requests).toHaveLength(1)
  await settled(second)
  expect(venue.requests).toHaveLength(2)
})

it('waits for its turn when the budget is used up', async () => {
  answer(200)
  await settled(client.get('/klines', {}, 100))
  const started = clock.now()
  await settled(client.get('/klines', {}, 100))
  expect(clock.now() - started).toBeGreaterThan(58_000)
})

it('gives up after 10 s without an answer', async () => {
  venue.respond = () => true
  const error = await settled(client.get('/depth', {}, 1))
  expect(String(error)).toContain('no answer in 10000 ms')
  expect(venue.requests).toHaveLength(3)
})

it.each([
  ['{"a":', 'the answer is not JSON'],
  ['', 'the answer is not JSON'],
])('refuses %j', async (body, problem) => {
  answer(200, body)
  expect(await settled(client.get('/depth', {}, 1))).toMatchObject({ message: `binance /depth: ${problem}` })
})

it('does not read an endless answer', async () => {
  venue.respond = (_url, response) => {
    const chunk = Buffer.alloc(1024 * 1024, 32)
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', pour)
    response.on('error', () => {})
    pour()
    return true
  }
  const error = await settled(client.get('/depth', {}, 1))
  expect(String(error)).toContain('longer than')
  expect(venue.requests).toHaveLength(1)
})

it('does not follow a redirect', async () => {
  answer(302, '', { location: `${venue.restUrl}/elsewhere` })
  expect(await settled(client.get('/depth', {}, 1))).toBeInstanceOf(FeedError)
  expect(new Set(venue.requests)).toEqual(new Set(['/depth']))
})

it('ends when it is aborted, also while it waits', async () => {
  const stop = new AbortController()
  venue.respond = () => true
  const asked = client.get('/depth', {}, 1, stop.signal)
  await until(() => venue.requests.length === 1, 'it is asked')
  stop.abort()
  await expect(asked).rejects.toBeInstanceOf(FeedError)
  await expect(client.get('/depth', {}, 1, stop.signal)).rejects.toThrow('aborted')
})

it('a ban is remembered for the next run, which asks nothing before it is over', async () => {
  const remembered = new Map<string, number>()
  const bans = {
    until: (baseUrl: string) => remembered.get(baseUrl) ?? 0,
    remember: (baseUrl: string, until: number) => void remembered.set(baseUrl, until),
  }
  const run = () =>
    new RestClient({
      venue: 'binance',
      baseUrl: venue.restUrl,
      clock,
      random: () => 0.5,
      budget: new WeightBudget(100, 60_000),
      bans,
    })
  answer(418, '{}', { 'retry-after': '600' })
  const before = clock.now()
  expect(await settled(run().get('/x', {}, 1))).toBeInstanceOf(FeedError)
  expect(remembered.get(venue.restUrl)).toBeGreaterThanOrEqual(before + 600_000)
  const asked = venue.requests.length
  expect(await settled(run().get('/x', {}, 1))).toMatchObject({ message: expect.stringContaining('asked for silence') })
  expect(venue.requests.length).toBe(asked)
})
