import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlertMoment } from '@liqscope/engine'
import { describe, expect, test } from 'vitest'
import { AlertService, type StoredRule, type ToldAlert } from './alert-service.ts'
import type { Session } from './local-time.ts'
import { type Post, SendError } from './sender.ts'
import type { AlertSettings } from './settings.ts'
import { FakeClock } from './testing/fake-clock.ts'

const CANARY = 'CANARY-7f3a'
const SETTINGS: AlertSettings = {
  telegram: { token: `1:${CANARY}`, chat: '42' },
  webhook: { url: `https://example.org/${CANARY}`, secret: CANARY },
}
const RULE: StoredRule = {
  id: 'near',
  market: 'binance:BTCUSDT',
  condition: { kind: 'approach', within: 0.01 },
  cooldownMs: 0,
  hysteresis: 0.2,
  channels: ['telegram', 'webhook'],
}

function moment(at: number, price: number): AlertMoment {
  return {
    market: 'binance:BTCUSDT',
    at,
    price,
    simulated: false,
    clusters: [{ key: 'c1', side: 'short', low: 71_000, high: 71_200, price: 71_100, notional: 58e6 }],
    changes: [],
    forcedOrders: [],
    zone: undefined,
    isStale: false,
  }
}

function service(change: {
  directory?: string
  clock?: FakeClock
  settings?: AlertSettings
  fails?: boolean
  digest?: (session: Session) => readonly string[]
}) {
  const { clock = new FakeClock(), settings = SETTINGS, directory, digest } = change
  const posts: Post[] = []
  const told: ToldAlert[] = []
  const one = new AlertService({
    settings,
    clock,
    random: () => 0,
    send: async (post) => {
      if (change.fails) throw new SendError('answered 503', true)
      posts.push(post)
    },
    onAlert: (alert) => told.push(alert),
    ...(directory === undefined ? {} : { directory }),
    ...(digest ? { digest } : {}),
  })
  return { service: one, clock, posts, told }
}

const folder = () => mkdtempSync(join(tmpdir(), 'liqscope-alerts-'))

describe('the alert service', () => {
  test('tells the page at once and each channel of the rule in its own form', async () => {
    const { service: one, clock, posts, told } = service({})
    one.setRule(RULE)
    one.observe(moment(Date.UTC(2026, 2, 19, 14, 32), 70_500))
    expect(told.length).toBe(1)
    await clock.advance(2_000)
    const [telegram, webhook] = posts
    expect(JSON.parse(String(telegram?.body))).toEqual({
      chat_id: '42',
      disable_notification: false,
      text:
        'binance:BTCUSDT: price nears a cluster\n' +
        'Mark 70,500 at 2026-03-19 14:32 UTC\n' +
        'Estimated: $58.0M of shorts at 71,000–71,200, +0.71 % from the mark',
    })
    expect(JSON.parse(String(webhook?.body))).toMatchObject({ facts: { kind: 'approach', cluster: { key: 'c1' } } })
    expect(webhook?.headers?.['x-liqscope-signature']).toMatch(/^sha256=[0-9a-f]{64}$/)
  })

  test('says whose positions a cluster of several venues is, and how far in average true ranges', () => {
    const { service: one, told } = service({})
    one.setRule(RULE)
    const byVenue = [
      { venue: 'okx', notional: 17.4e6 },
      { venue: 'binance', notional: 40.6e6 },
    ]
    one.observe({ ...moment(1, 70_500), factsOf: () => ({ byVenue, distanceAtr: 1.42 }) })
    expect(told[0]?.message.lines.slice(1)).toEqual([
      'Estimated: $58.0M of shorts at 71,000–71,200, +0.71 % from the mark (1.4 ATR)',
      'Estimated by venue: binance 70 %, okx 30 %',
    ])
  })

  test('says SIMULATED first of a simulated market', () => {
    const { service: one, told } = service({})
    one.setRule({ ...RULE, market: 'sim:BTCUSDT' })
    one.observe({ ...moment(1, 70_500), market: 'sim:BTCUSDT', simulated: true })
    expect(told[0]?.message.title).toMatch(/^SIMULATED /)
  })

  test('goes on after a restart: rules, what was told, and what was not delivered yet', async () => {
    const directory = folder()
    const clock = new FakeClock()
    const first = service({ directory, clock, fails: true })
    first.service.setRule(RULE)
    first.service.observe(moment(1, 70_500))
    await clock.advance(2_000)
    first.service.close()
    const second = service({ directory, clock })
    expect(second.service.rules()).toEqual([RULE])
    second.service.observe(moment(2, 70_510)) // still near: told already
    await clock.advance(20_000)
    expect(second.told).toEqual([])
    expect(second.posts.map(({ url }) => new URL(url).host)).toEqual(['api.telegram.org', 'example.org'])
  })

  test('keeps secrets out of everything it hands out or writes down', async () => {
    const directory = folder()
    const { service: one, clock } = service({ directory, fails: true })
    one.setRule(RULE)
    one.observe(moment(1, 70_500))
    await clock.advance(2_000)
    const seen = JSON.stringify([one.rules(), one.history(), one.channels()])
    const written = ['alert-rules.json', 'alert-outbox.ndjson'].map((name) =>
      readFileSync(join(directory, name), 'utf8'),
    )
    expect(seen + written.join()).not.toContain(CANARY)
    expect(one.channels()).toMatchObject([{ name: 'telegram', waiting: 1, lastProblem: 'answered 503' }, {}])
  })

  test('sends nothing while it is muted, and what was told meanwhile afterwards', async () => {
    const { service: one, clock, posts, told } = service({})
    one.setRule(RULE)
    one.mute(3_600_000)
    one.observe(moment(1, 70_500))
    await clock.advance(600_000)
    expect([told.length, posts.length, one.muted]).toEqual([1, 0, 3_600_000])
    await clock.advance(3_600_000)
    expect([posts.length, one.muted]).toEqual([2, undefined])
  })

  test('sends a digest at the open, once, also when it was down at the moment itself', async () => {
    const directory = folder()
    const settings = { ...SETTINGS, digest: ['newYork'] as const }
    const digest = () => ['BTC 70,500']
    const clock = new FakeClock(Date.UTC(2026, 2, 16, 13, 0)) // New York opens at 13:30
    const first = service({ directory, clock, settings, digest })
    await clock.advance(1_000)
    expect(first.posts).toEqual([])
    first.service.close()
    await clock.advance(45 * 60_000) // 13:45
    const second = service({ directory, clock, settings, digest })
    await clock.advance(2_000)
    expect(second.posts.length).toBe(2)
    expect(JSON.parse(String(second.posts[0]?.body)).text).toBe('New York open\nBTC 70,500')
    second.service.close()
    const third = service({ directory, clock, settings, digest })
    await clock.advance(10_000)
    expect(third.posts).toEqual([])
    await clock.advance(24 * 3_600_000)
    expect(third.posts.length).toBe(2)
  })

  test('refuses a rule for a channel that is not set up, and never overwrites rules it cannot read', () => {
    const { service: one } = service({ settings: {} })
    expect(() => one.setRule(RULE)).toThrow('no channel "telegram"; set up: none')
    const directory = folder()
    writeFileSync(join(directory, 'alert-rules.json'), '{"rules": 7')
    expect(() => service({ directory })).toThrow('alert-rules.json cannot be read; correct it or move it away')
    expect(readFileSync(join(directory, 'alert-rules.json'), 'utf8')).toBe('{"rules": 7')
  })
})
