import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXCHANGES, type Exchange } from '@liqscope/feeds'
import type { MarketEvent } from '@liqscope/market'
import { MarketsSchema } from '@liqscope/protocol'
import { DIALECTS, type FaultStep, type SimVenues, startSimVenues } from '@liqscope/sim'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCapturePlay, Pipeline, recordMarkets } from '../src/index.ts'
import { eventually, started, subscriber } from './running.ts'

/**
 * A market of every dialect, with what goes wrong on a bad day, recorded while it is folded; then played. Replay and
 * live must be the same events and the same maps, byte for byte.
 */
const RECORDED_MS = 24_000
const SPEED = 5
const FAULTS: readonly FaultStep[] = [
  { atMs: 4_000, fault: { kind: 'duplicate', count: 30 } },
  { atMs: 5_000, fault: { kind: 'malformed', text: '{"e":"trade","oops' } },
  // Silent from the next connection on: found stale and asked for again.
  { atMs: 5_900, fault: { kind: 'silence', name: 'mark' } },
  { atMs: 6_000, fault: { kind: 'close', code: 1006 } },
  { atMs: 8_500, fault: { kind: 'reorder', count: 20 } },
  { atMs: 9_000, fault: { kind: 'lose', name: 'trade', count: 3 } },
  { atMs: 9_500, fault: { kind: 'lose', name: 'book', count: 2 } },
  { atMs: 10_000, fault: { kind: 'refuse', status: 503, times: 2 } },
  { atMs: 11_000, fault: { kind: 'truncate', count: 2 } },
  { atMs: 12_000, fault: { kind: 'badUtf8' } },
  { atMs: 14_000, fault: { kind: 'refuse', status: 429, times: 1 } },
]

/** All that a reader can see of every market. */
function seen(pipeline: Pipeline): Record<string, string> {
  const all = pipeline.markets().map((market) => [
    market.instrument.id,
    JSON.stringify({
      map: market.map(),
      facts: market.facts(),
      columns: market.columns(60_000, 0, Number.MAX_SAFE_INTEGER),
      bars: market.bars(60_000, 0, Number.MAX_SAFE_INTEGER),
      forced: market.forcedOrders(0, Number.MAX_SAFE_INTEGER),
      gaps: market.gaps(0, Number.MAX_SAFE_INTEGER),
      book: market.book,
    }),
  ])
  return Object.fromEntries(all)
}

describe('a recording of every dialect on a bad day', () => {
  const folder = mkdtempSync(join(tmpdir(), 'liqscope-record-'))
  const live: string[] = []
  let maps: Record<string, string> = {}
  let channels = ''
  let refused = ''
  let venues: SimVenues

  beforeAll(async () => {
    const exchanges = EXCHANGES.filter((exchange) => exchange in DIALECTS)
    venues = await startSimVenues({
      dialects: exchanges.map((exchange) => DIALECTS[exchange]),
      markets: 'own',
      seed: 3,
      speed: SPEED,
      symbols: ['BTCUSDT'],
      warmupMs: 2 * 3_600_000,
      now: Date.now,
      faults: FAULTS,
    })
    const recording = await recordMarkets({
      folder,
      backfillHours: 2,
      sim: venues.venues.map(({ name, restUrl, wsUrl }) => ({ name: name as Exchange, restUrl, wsUrl })),
      onEvent: (event) => live.push(JSON.stringify(event)),
    })
    await new Promise((resolve) => setTimeout(resolve, RECORDED_MS))
    await recording.stop()
    maps = seen(recording.pipeline)
    channels = JSON.stringify(recording.channels())
    refused = JSON.stringify(recording.refused())
    await venues.close()
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('had something of everything', () => {
    const kinds = new Map<string, number>()
    for (const text of live) {
      const { kind }: MarketEvent = JSON.parse(text)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    for (const kind of ['trade', 'markPrice', 'openInterest', 'orderBook', 'bar', 'gap', 'funding'])
      expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0)
    expect(refused).toContain('frame')
    expect(channels).toContain('"stale"')
    expect(Object.keys(maps)).toHaveLength(EXCHANGES.length + 1)
    expect(readdirSync(folder)).toHaveLength(1)
  })

  it('plays as fast as it can to the same events, maps, channels and refusals, byte for byte', async () => {
    const events: string[] = []
    const pipeline = new Pipeline(undefined, (event) => events.push(JSON.stringify(event)))
    const play = await openCapturePlay(folder, pipeline)
    const figures = await play.play()
    expect(figures).toMatchObject({ strays: 0, firstStray: undefined, broken: undefined })
    expect(firstDifference(live, events)).toBeUndefined()
    expect(seen(pipeline)).toEqual(maps)
    expect(play.channels()).toEqual(JSON.parse(channels))
    expect(JSON.stringify(play.refused())).toBe(refused)
    await play.close()
  }, 60_000)

  it('is served as a replay of something simulated, with the maps that were seen live', async () => {
    const server = await started({ capture: { path: folder } })
    const { body } = await get(server.url, 'markets')
    const { markets, notices, replay } = MarketsSchema.parse(body)
    expect(new Set(markets.map(({ state }) => state))).toEqual(new Set(['replay']))
    expect(markets.every(({ simulated }) => simulated)).toBe(true)
    expect(notices[0]).toEqual({ level: 'simulated', text: expect.stringMatching(/recording.*Nothing in it is real/) })
    expect(replay).toMatchObject({ playing: false, at: replay?.to })
    for (const { id, price } of markets) {
      const live = JSON.parse(maps[id] ?? '{}')
      expect(price).toBe(live.facts.price)
      const { body: map } = await get(server.url, `map?market=${encodeURIComponent(id)}`)
      expect(map.price).toBe(live.map.price)
    }
  }, 60_000)

  it('is paused and goes on at another speed', async () => {
    const server = await started({ capture: { path: folder, speed: 2 } })
    const client = subscriber(server.url)
    await client.until((messages) => messages[0], 'the welcome')
    const at = async () => (await get(server.url, 'markets')).body.replay
    client.send({ op: 'replay', playing: false })
    await eventually(at, (replay) => replay.playing === false)
    // The record that was waited for still comes.
    await new Promise((resolve) => setTimeout(resolve, 400))
    const { at: paused } = await at()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect((await at()).at).toBe(paused)
    client.send({ op: 'replay', playing: true, speed: 100 })
    expect(await eventually(at, ({ playing }) => !playing)).toMatchObject({ speed: 100 })
    expect((await at()).at).toBeGreaterThan(paused)
  }, 60_000)
})

async function get(url: string, path: string) {
  const response = await fetch(`${url}/api/v1/${path}`)
  return { status: response.status, body: await response.json() }
}

/** Where two lists part, short enough to read. */
function firstDifference(one: readonly string[], other: readonly string[]): object | undefined {
  const at = Array.from({ length: Math.max(one.length, other.length) }, (_, n) => n).find((n) => one[n] !== other[n])
  if (at === undefined) return undefined
  const lengths = [one.length, other.length]
  return { at, lengths, live: one[at]?.slice(0, 300), replay: other[at]?.slice(0, 300) }
}
