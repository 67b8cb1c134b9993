import { MapBuilder } from '@liqscope/engine'
import { EXCHANGES } from '@liqscope/feeds'
import type { Bar, Gap, MarketEvent } from '@liqscope/market'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driven, TwinFeeds, type Twins } from './twin-feeds.ts'

const MINUTE_MS = 60_000
const WARMUP_MS = 6 * 3_600_000
const OUTAGE_MS = 150_000
const STEP_MS = 500
/** Whose history reaches every trade of the minutes at both ends of the outage. */
const WITH_TRADES: ReadonlySet<string> = new Set(['binance', 'okx', 'bybit', 'gate', 'bitget'])

let feeds: TwinFeeds
/** When the line was cut and when the venue answers again, epoch ms. */
let cut: number
let back: number
/** Minutes of before, and of the outage, as the undisturbed venue's history has them. */
const history = new Map<string, { readonly past: Bar[]; readonly missed: Bar[] }>()

beforeAll(async () => {
  feeds = await TwinFeeds.open(EXCHANGES, 3, WARMUP_MS)
  await feeds.run(70_000, undefined, STEP_MS)
  cut = feeds.clock.now()
  for (const { faulty } of feeds.twins) {
    faulty.venue.faults.blackHole(OUTAGE_MS)
    faulty.venue.faults.dropConnections()
  }
  feeds.shock(-0.01)
  await feeds.run(OUTAGE_MS, undefined, STEP_MS)
  back = feeds.clock.now()
  await feeds.whole()
  // The minute in which it came back closes, and one after it.
  await feeds.run(125_000, undefined, STEP_MS)
  for (const twins of feeds.twins) history.set(twins.exchange, await driven(feeds.clock, historyOf(twins)))
}, 240_000)
afterAll(() => feeds.close())

describe('after an outage of two and a half minutes', () => {
  it.each(EXCHANGES)('%s: a gap of each channel says exactly from when to when it is missing', (exchange) => {
    const { quiet, faulty } = twinsOf(exchange)
    const gaps = faulty.events.filter((event): event is Gap => event.kind === 'gap')
    const before = (channel: string) =>
      faulty.events.filter((event) => event.kind === channel && event.exchangeTime <= cut)
    const channels = new Set(
      quiet.events.filter(({ kind }) => kind === 'markPrice' || kind === 'funding').map(({ kind }) => kind),
    )
    for (const channel of channels) {
      const own = gaps.filter((gap) => gap.channel === channel)
      expect(own, channel).toHaveLength(1)
      const { from, to } = own[0]!
      // Nothing of it within, the newest event of the stream before it at its beginning.
      expect(before(channel).every(({ exchangeTime }) => exchangeTime <= from)).toBe(true)
      expect(cut - from).toBeLessThan(1_500)
      // What is told once a second bears a stamp of up to a second ago.
      expect(to).toBeGreaterThan(back - 1_500)
      // A request that fell into the outage is repeated after a minute.
      expect(to - back).toBeLessThan(130_000)
      const first = faulty.events.find((event) => event.kind === channel && event.exchangeTime > cut)
      expect(first?.exchangeTime).toBeGreaterThanOrEqual(to)
    }
  })

  it.each(EXCHANGES)('%s: the map is that of an undisturbed run that lacks what the gaps say', (exchange) => {
    const twins = twinsOf(exchange)
    const { past, missed: minutes } = history.get(exchange)!
    const gaps = twins.faulty.events.filter((event): event is Gap => event.kind === 'gap')
    // Whole minutes come as bars, unless so few trades are missing that each is fetched.
    const bars = new Set(
      twins.faulty.events.filter(({ kind }) => kind === 'bar').map(({ exchangeTime }) => exchangeTime),
    )
    const missed = minutes.filter(({ exchangeTime }) => bars.has(exchangeTime))
    expect(missed.length).toBe(exchange === 'binance' ? 0 : minutes.length)
    expect(bars.size).toBe(missed.length)
    const tradeGaps = gaps.filter(({ channel }) => channel === 'trade')
    expect(tradeGaps.length > 0).toBe(!WITH_TRADES.has(exchange))
    const covered = (event: MarketEvent) =>
      gaps.some((gap) => gap.channel === event.kind && event.exchangeTime >= gap.from && event.exchangeTime < gap.to) ||
      (event.kind === 'trade' && missed.some((bar) => isWithin(event, bar)))
    const reference = twins.quiet.events.filter((event) => event.kind !== 'bar' && !covered(event))
    // Where open interest is asked for, each feed has its own moments.
    const asked = exchange === 'binance' ? twins.faulty.events.filter(({ kind }) => kind === 'openInterest') : []
    const others = asked.length > 0 ? reference.filter(({ kind }) => kind !== 'openInterest') : reference
    const expected = mapOf(twins, past, [...others, ...asked, ...missed, ...gaps])
    const got = mapOf(twins, past, twins.faulty.events)
    expect(got.long.some((usd) => usd > 0) && got.short.some((usd) => usd > 0)).toBe(true)
    for (const side of ['long', 'short'] as const)
      for (let i = 0; i < expected.bins; i++)
        expect(Math.abs(got[side][i]! - expected[side][i]!)).toBeLessThanOrEqual(1e-9 * (1 + expected[side][i]!))
  })
})

function twinsOf(exchange: string): Twins {
  return feeds.twins.find((twins) => twins.exchange === exchange)!
}

function isWithin({ exchangeTime }: MarketEvent, bar: Bar): boolean {
  return exchangeTime >= bar.exchangeTime && exchangeTime < bar.exchangeTime + bar.intervalMs
}

async function historyOf({ quiet }: Twins): Promise<{ past: Bar[]; missed: Bar[] }> {
  const start = Math.floor((quiet.events[0]?.exchangeTime ?? cut) / MINUTE_MS) * MINUTE_MS
  const bars = async (from: number, to: number) => {
    const found: Bar[] = []
    for await (const event of quiet.feed.backfill(quiet.instrument, from, to))
      if (event.kind === 'bar') found.push(event)
    return found
  }
  const firstMinute = Math.ceil(cut / MINUTE_MS) * MINUTE_MS
  const lastMinute = Math.floor(back / MINUTE_MS) * MINUTE_MS
  return {
    past: await bars(start - 3_600_000, start),
    missed: (await bars(firstMinute, lastMinute)).map(withoutInterest),
  }
}

/** The history of a hole is asked for its trading alone. */
function withoutInterest({ openInterest: _, ...bar }: Bar): Bar {
  return bar
}

/** The map at the last whole minute that both have, of the past and these events in exchange time. */
function mapOf({ quiet }: Twins, past: readonly Bar[], events: readonly MarketEvent[]) {
  const builder = new MapBuilder({ instrument: quiet.instrument.id })
  const end = Math.floor((feeds.clock.now() - 2_000) / MINUTE_MS) * MINUTE_MS
  for (const bar of past) builder.apply(bar)
  const start = past.at(-1)!.exchangeTime + MINUTE_MS
  const ordered = events
    .filter((event) => event.exchangeTime >= start && event.exchangeTime < end && event.kind !== 'marginTable')
    .toSorted(
      (a, b) => a.exchangeTime - b.exchangeTime || a.kind.localeCompare(b.kind) || idOf(a).localeCompare(idOf(b)),
    )
  for (const event of ordered) builder.apply(event)
  return builder.map()!
}

function idOf(event: MarketEvent): string {
  return event.kind === 'trade' ? event.tradeId : ''
}
