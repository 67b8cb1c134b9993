import type { LiquidationOrder, MarkPrice } from '@liqscope/market'
import type { AlertsJson, MapJson } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { eventually, started, subscriber, withVenue } from './running.ts'
import { BTC, bars, MINUTE, START } from './scripted-market.ts'

const COUNT = 1440
const END = START + COUNT * MINUTE
const CANARY = 'CANARY-91bc'

interface Post {
  readonly url: string
  readonly body: string | Uint8Array
}

async function withAlerts() {
  const posts: Post[] = []
  const server = await withVenue([BTC], () => bars(BTC, COUNT), {
    alerts: {
      settings: { webhook: { url: `https://example.org/${CANARY}`, secret: CANARY } },
      send: async (post) => void posts.push(post),
    },
  })
  const ask = async (path: string, method = 'GET', body?: object) => {
    const response = await fetch(`${server.url}/api/v1/${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, text, json: text === '' ? undefined : JSON.parse(text) }
  }
  await eventually(
    () => server.feed.subscribed.length,
    (count) => count === 1,
  )
  server.feed.emit(mark(END, 70_000)) // the first live event says where history ends
  const map = await eventually(
    async () => (await ask(`map?market=${BTC.id}`)).json as MapJson,
    ({ price, clusters }) => price === 70_000 && clusters.length > 2,
  )
  return { server, posts, ask, map, feed: server.feed }
}

function mark(time: number, price: number): MarkPrice {
  return { kind: 'markPrice', instrument: BTC.id, exchangeTime: time, receivedTime: time, price }
}

function forced(time: number, size: number): LiquidationOrder {
  return {
    kind: 'liquidationOrder',
    instrument: BTC.id,
    exchangeTime: time,
    receivedTime: time,
    positionSide: 'long',
    price: 70_000,
    priceKind: 'average',
    size,
  }
}

describe('alerts of a running server', () => {
  it('tell page and channel when price nears a cluster, once', async () => {
    const { server, posts, ask, map, feed } = await withAlerts()
    const client = subscriber(server.url)
    await client.until((messages) => messages.find(({ type }) => type === 'welcome'), 'the welcome')
    const made = await ask('alerts/rules', 'PUT', {
      market: 'BTC',
      condition: { kind: 'approach', within: 0.002 },
      channels: ['webhook'],
      cooldownMs: 0,
    })
    expect(made.json).toMatchObject({ id: 'approach-1', market: BTC.id, hysteresis: 0.25 })
    const ahead = map.clusters.find(({ distance }) => Math.abs(distance) > 0.004)!
    const near = ahead.side === 'short' ? ahead.low * 0.9995 : ahead.high * 1.0005
    feed.emit(mark(END + 1_000, map.price))
    await new Promise((resolve) => setTimeout(resolve, 600))
    const before = (await ask('alerts')).json.told.length
    feed.emit(mark(END + 2_000, near))
    const alert = await client.until(
      (messages) => messages.flatMap((message) => (message.type === 'alert' ? [message] : [])).at(before),
      'the alert',
    )
    expect(alert).toMatchObject({ kind: 'approach', market: BTC.id, simulated: false, at: END + 2_000 })
    expect(alert.lines.join('\n')).toMatch(
      /Estimated: \$[\d.]+[BMK]? of (longs|shorts) at .* from the mark \(\d+\.\d ATR\)/,
    )
    const [post] = await eventually(
      () => posts,
      ({ length }) => length > 0,
    )
    expect(String(post?.body)).toContain('price nears a cluster')
    feed.emit(mark(END + 3_000, near * 1.00001))
    await new Promise((resolve) => setTimeout(resolve, 600))
    const told = (await ask('alerts')).json as AlertsJson
    expect(told.told.filter(({ at }) => at > END + 2_000)).toEqual([])
  })

  it('tell a flood of observed forced orders and that the data stopped', async () => {
    const { ask, feed } = await withAlerts()
    await ask('alerts/rules', 'PUT', { market: 'BTC', condition: { kind: 'cascade', leastNotional: 1e6 } })
    await ask('alerts/rules', 'PUT', { market: 'BTC', condition: { kind: 'stale' } })
    feed.emit(mark(END + 1_000, 70_000))
    await new Promise((resolve) => setTimeout(resolve, 400))
    feed.emit(forced(END + 2_000, 10), forced(END + 2_500, 10))
    const { told } = await eventually(
      async () => (await ask('alerts')).json as AlertsJson,
      (alerts) => alerts.told.some(({ kind }) => kind === 'cascade'),
    )
    expect(told.find(({ kind }) => kind === 'cascade')?.lines.join()).toContain('Observed: $1.40M of longs')
    // The recorded time is long past by our clock: the data are not live.
    expect(told.some(({ kind }) => kind === 'stale')).toBe(true)
  })

  it('can be listed, replaced and removed, tried out and muted, and never show a secret', async () => {
    const { ask, posts } = await withAlerts()
    const rule = { id: 'mine', market: BTC.id, condition: { kind: 'sweep', side: 'long' }, channels: ['webhook'] }
    await ask('alerts/rules', 'PUT', rule)
    await ask('alerts/rules', 'PUT', { ...rule, condition: { kind: 'newCluster', leastNotional: 1e6 } })
    expect((await ask('alerts')).json.rules).toMatchObject([{ id: 'mine', condition: { kind: 'newCluster' } }])
    expect((await ask('alerts/channels/webhook/test', 'POST')).status).toBe(204)
    expect(String(posts[0]?.body)).toContain('This channel works')
    expect((await ask('alerts/mute', 'PUT', { minutes: 60 })).json.mutedUntil).toBeGreaterThan(Date.now())
    expect((await ask('alerts/mute', 'PUT', { minutes: 0 })).json.mutedUntil).toBeNull()
    expect((await ask('alerts/rules/mine', 'DELETE')).status).toBe(204)
    expect((await ask('alerts/rules/mine', 'DELETE')).status).toBe(404)
    const everything = await Promise.all(['alerts', 'health', 'markets'].map((path) => ask(path)))
    expect(everything.map(({ text }) => text).join()).not.toContain(CANARY)
    expect((await ask('alerts')).json.channels).toMatchObject([{ name: 'webhook', kind: 'webhook' }])
  })

  it('refuse what cannot be meant, by name', async () => {
    const { ask } = await withAlerts()
    const put = (body: object) => ask('alerts/rules', 'PUT', body)
    const stale = { kind: 'stale' }
    expect((await put({ market: 'NOPE', condition: stale })).json).toMatchObject({
      status: 404,
      type: 'unknown-market',
    })
    expect((await put({ market: 'BTC', condition: { kind: 'approach', within: 3 } })).status).toBe(400)
    expect((await put({ market: 'BTC', condition: { kind: 'approach' } })).status).toBe(400)
    expect((await put({ market: 'BTC', condition: stale, channels: ['pager'] })).json.detail).toContain(
      'set up: webhook',
    )
    expect((await put({ id: '../x', market: 'BTC', condition: stale })).status).toBe(400)
    expect((await ask('alerts/channels/pager/test', 'POST')).status).toBe(502)
  })

  it('are read-only where others reach the server', async () => {
    const server = await started({ host: '0.0.0.0', sim: false })
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    const answer = await fetch(`${url}/api/v1/alerts/rules`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ market: 'BTC', condition: { kind: 'stale' } }),
    })
    expect(answer.status).toBe(403)
    expect((await (await fetch(`${url}/api/v1/alerts`)).json()).mayChange).toBe(false)
  })
})
