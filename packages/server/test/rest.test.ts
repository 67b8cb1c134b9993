import { findClusters, MapBuilder } from '@liqscope/engine'
import {
  BarsSchema,
  HealthSchema,
  HeatmapSchema,
  MapSchema,
  MarketsSchema,
  mapToJson,
  ProblemSchema,
  TOOL_NAMES,
} from '@liqscope/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../src/index.ts'
import { started } from './running.ts'
import { barAt, bars, FILE, gapAt, MINUTE, START, stream } from './scripted-market.ts'

const COUNT = 3 * 1440
let shared: RunningServer
beforeAll(async () => {
  shared = await startServer({
    port: 0,
    sim: false,
    webRoot: '/nonexistent',
    bars: { instrument: FILE, events: () => stream(bars(FILE, COUNT)) },
  })
})
afterAll(() => shared.close())
const replayed = async () => shared

async function ask(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  const text = await response.text()
  return { response, body: text === '' ? undefined : JSON.parse(text) }
}

describe('the REST interface', () => {
  it('gives the map that the builder has, to the last digit', async () => {
    const { url } = await replayed()
    const builder = new MapBuilder({ instrument: FILE.id })
    for (const bar of bars(FILE, COUNT)) builder.apply(bar)
    const map = builder.map()!
    const { body } = await ask(`${url}/api/v1/map?market=${FILE.id}`)
    const { basis, skill, ...json } = MapSchema.parse(body)
    expect(basis).toBe('now')
    expect(skill?.verdict).toBeDefined() // what the server's running score says of it
    expect(json).toEqual(JSON.parse(JSON.stringify(mapToJson(map, findClusters(map), false))))
    expect(json.bins.some(({ long }) => long > 0)).toBe(true)
  })

  it('folds a file again for a past moment, and says so', async () => {
    const { url } = await replayed()
    const at = START + 2000 * MINUTE
    const builder = new MapBuilder({ instrument: FILE.id })
    for (const bar of bars(FILE, 2000)) builder.apply(bar)
    const { body } = await ask(`${url}/api/v1/map?market=BTC&at=${new Date(at).toISOString()}`)
    expect(body.basis).toBe('refold')
    expect(body.at).toBe(new Date(at).toISOString())
    const map = builder.map()!
    expect(body.bins).toEqual(mapToJson(map, [], false).bins)
  })

  it('says from when a market is held when a moment before is asked for', async () => {
    const { url } = await replayed()
    const { response, body } = await ask(`${url}/api/v1/map?market=BTC&at=2020-01-01T00:00:00Z`)
    expect(response.status).toBe(404)
    expect(ProblemSchema.parse(body).detail).toContain(new Date(START).toISOString())
  })

  it.each([
    ['12h', MINUTE],
    ['24h', 5 * MINUTE],
    ['3d', 30 * MINUTE],
    ['7d', 30 * MINUTE],
    ['30d', 240 * MINUTE],
    ['1y', 1440 * MINUTE],
  ])('draws %s in a number of columns a chart can hold', async (range, intervalMs) => {
    const { url } = await replayed()
    const heatmap = HeatmapSchema.parse((await ask(`${url}/api/v1/heatmap?market=BTC&range=${range}`)).body)
    expect(heatmap.intervalMs).toBe(intervalMs)
    expect(heatmap.openTimes.length).toBeLessThanOrEqual(750)
    expect(heatmap.openTimes.length).toBeGreaterThan(0)
    expect(heatmap.values.length).toBe(heatmap.openTimes.length * heatmap.bins)
    expect(heatmap.openTimes.every((time) => time % intervalMs === 0)).toBe(true)
    expect(new Set(heatmap.openTimes).size).toBe(heatmap.openTimes.length)
  })

  it('gives heatmap cells that are the columns the builder drew', async () => {
    const { url } = await replayed()
    const builder = new MapBuilder({ instrument: FILE.id })
    for (const bar of bars(FILE, COUNT)) builder.apply(bar)
    const { body } = await ask(`${url}/api/v1/heatmap?market=BTC&range=24h`)
    const heatmap = HeatmapSchema.parse(body)
    const columns = builder.columns(5 * MINUTE, heatmap.openTimes[0]!, START + COUNT * MINUTE)
    expect(heatmap.openTimes).toEqual(columns.map(({ openTime }) => openTime))
    const last = columns.at(-1)!
    const cells = heatmap.values.slice(-heatmap.bins)
    cells.forEach((cell, i) => {
      const drawn = last.values[heatmap.firstBin + i - last.firstBin] ?? 0
      expect(Math.abs(cell - drawn)).toBeLessThanOrEqual(1e-3 * drawn)
    })
    expect(cells.some((cell) => cell > 0)).toBe(true)
  })

  it('sums minutes to the bars asked for and leaves a gap a gap', async () => {
    const missing = START + 100 * MINUTE
    const events = bars(FILE, 300).map((bar) =>
      bar.exchangeTime === missing ? gapAt(FILE, missing, missing + MINUTE) : bar,
    )
    const { url } = await started({ bars: { instrument: FILE, events: () => stream(events) } })
    const { body } = await ask(`${url}/api/v1/bars?market=BTC&range=12h&interval=5m`)
    const answer = BarsSchema.parse(body)
    const minutes = bars(FILE, 300)
    // Minutes 10-14 of the file: the first open, the last close, the sum of the volumes.
    const third = answer.bars.find(({ openTime }) => openTime === START + 10 * MINUTE)!
    expect(third.open).toBe(minutes[10]!.open)
    expect(third.close).toBe(minutes[14]!.close)
    expect(third.high).toBe(Math.max(...minutes.slice(10, 15).map(({ high }) => high)))
    expect(third.volume).toBeCloseTo(
      minutes.slice(10, 15).reduce((sum, bar) => sum + bar.volume!, 0),
      9,
    )
    expect(answer.gaps).toEqual([
      { from: missing, to: missing + MINUTE, channel: 'bar', reason: 'missing in the file' },
    ])
    expect(answer.complete).toBe(false)
  })

  it('draws a file of hours in columns of an hour, and minutes never', async () => {
    const hours = Array.from({ length: 24 * 40 }, (_, i) => barAt(FILE, i, 60 * MINUTE))
    const hourly = await started({ sim: false, bars: { instrument: FILE, events: () => stream(hours) } })
    const day = HeatmapSchema.parse((await ask(`${hourly.url}/api/v1/heatmap?market=BTC&range=24h`)).body)
    expect([day.intervalMs, day.openTimes.length, day.bars.length]).toEqual([60 * MINUTE, 24, 24])
    const { url } = await replayed()
    const month = HeatmapSchema.parse((await ask(`${url}/api/v1/heatmap?market=BTC&range=30d`)).body)
    expect(month.intervalMs).toBe(240 * MINUTE)
  })

  it('answers 304 to who has it already', async () => {
    const { url } = await replayed()
    const first = await ask(`${url}/api/v1/map?market=BTC`)
    const etag = first.response.headers.get('etag')!
    const second = await ask(`${url}/api/v1/map?market=BTC`, { 'if-none-match': etag })
    expect(second.response.status).toBe(304)
    expect(second.body).toBeUndefined()
  })

  it.each([
    ['/api/v1/map?market=BTX', 404],
    ['/api/v1/heatmap?market=binance:BTCUSDT', 404],
    ['/api/v1/map?market=__proto__', 404],
  ])('answers an unknown market %s with the nearest names', async (path, status) => {
    const { url } = await replayed()
    const { response, body } = await ask(url + path)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(ProblemSchema.parse(body).nearest?.length).toBeGreaterThan(0)
    expect(body.detail).toMatch(/BTC/)
  })

  it.each([
    '/api/v1/map',
    '/api/v1/map?market=',
    '/api/v1/map?market=BTC&at=yesterday',
    '/api/v1/heatmap?market=BTC&range=2h',
    '/api/v1/heatmap?market=BTC&interval=7m',
  ])('refuses %s and names the field', async (path) => {
    const { url } = await replayed()
    const { response, body } = await ask(url + path)
    expect(response.status).toBe(400)
    expect(ProblemSchema.parse(body).errors?.[0]?.field).toMatch(/market|at|range|interval/)
  })

  it('answers a path that is not there with a problem', async () => {
    const { url } = await replayed()
    const { response, body } = await ask(`${url}/api/v1/nothing`)
    expect(response.status).toBe(404)
    expect(ProblemSchema.parse(body).type).toBe('not-found')
  })

  it('lists the file as the market to open, with the replay clock', async () => {
    const { url } = await replayed()
    const markets = MarketsSchema.parse((await ask(`${url}/api/v1/markets`)).body)
    expect(markets.default).toBe('file:BTCUSDT')
    expect(markets.replay).toEqual({
      playing: false,
      speed: 0,
      at: START + COUNT * MINUTE,
      from: START,
      to: START + COUNT * MINUTE,
    })
    expect(markets.markets[0]).toMatchObject({
      state: 'replay',
      symbol: 'BTC/USDT:USDT',
      coverage: 1,
      simulated: false,
    })
    expect(markets.markets[0]?.change24h).not.toBeNull()
  })

  it('describes itself as OpenAPI 3.1 with every route', async () => {
    const { url } = await replayed()
    const { body } = await ask(`${url}/openapi.json`)
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.paths).sort()).toEqual(
      [
        'alerts',
        'alerts/channels/{name}/test',
        'alerts/mute',
        'alerts/rules',
        'alerts/rules/{name}',
        'bars',
        'cascade',
        'clusters',
        'health',
        'heatmap',
        'map',
        'markets',
        'positions',
        'score',
        ...TOOL_NAMES.map((name) => `tools/${name}`),
      ]
        .toSorted()
        .map((name) => `/api/v1/${name}`),
    )
    expect(body.paths['/api/v1/map'].get.parameters.map(({ name }: { name: string }) => name)).toEqual(['market', 'at'])
  })

  it('counts in /metrics and reports in /health', async () => {
    const { url } = await replayed()
    expect(HealthSchema.parse((await ask(`${url}/api/v1/health`)).body).status).toBe('ok')
    const metrics = await (await fetch(`${url}/metrics`)).text()
    for (const name of [
      'liqscope_events_total',
      'liqscope_refused_total',
      'liqscope_channel_lag_seconds',
      'liqscope_subscribers',
      'liqscope_sent_bytes_total',
      'liqscope_event_loop_delay_p99_seconds',
      'liqscope_fold_seconds_total',
    ])
      expect(metrics).toContain(`# TYPE ${name}`)
  })

  it('limits how often one address may ask', async () => {
    const { url } = await started()
    let refused: Response | undefined
    for (let i = 0; i < 700 && !refused; i++) {
      const response = await fetch(`${url}/api/v1/health`)
      if (response.status === 429) refused = response
      else await response.arrayBuffer()
    }
    expect(refused?.status).toBe(429)
    expect(refused?.headers.get('retry-after')).not.toBeNull()
    expect(ProblemSchema.parse(await refused?.json()).type).toBe('too-many-requests')
  })
})
