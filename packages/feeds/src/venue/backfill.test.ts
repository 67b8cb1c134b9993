import type { Bar, Funding, Gap, OpenInterest } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { BTC } from '../../test/instruments.ts'
import { FeedError } from '../feed.ts'
import { adapterOf } from '../venues.ts'
import { backfill } from './backfill.ts'

const MINUTE = 60_000
/** Binance's. */
const RULES = adapterOf('binance').history
/** A whole 5 minutes. */
const T = 1_790_000_100_000
const NOW = T + 86_400_000

const bar = (minute: number, change: Partial<Bar> = {}): Bar => ({
  kind: 'bar',
  instrument: BTC.id,
  exchangeTime: T + minute * MINUTE,
  receivedTime: T + minute * MINUTE,
  intervalMs: MINUTE,
  open: 100,
  high: 101,
  low: 99,
  close: 100,
  volume: 5,
  takerBuyVolume: 2,
  ...change,
})

const stamp = (minute: number, size: number): OpenInterest => ({
  kind: 'openInterest',
  instrument: BTC.id,
  exchangeTime: T + minute * MINUTE,
  receivedTime: T + minute * MINUTE,
  size,
})

interface History {
  bars: readonly Bar[]
  stamps?: readonly OpenInterest[] | FeedError
  fundings?: readonly Funding[]
}

function history({ bars, stamps = [], fundings = [] }: History) {
  const asked: { from: number; to: number }[] = []
  const inside = <E extends { exchangeTime: number }>(events: readonly E[], from: number, to: number) =>
    events.filter(({ exchangeTime }) => exchangeTime >= from && exchangeTime <= to)
  return {
    asked,
    bars: async (_: unknown, from: number, to: number) => {
      asked.push({ from, to })
      return inside(bars, from, to - 1)
    },
    openInterestHistory: async (_: unknown, from: number, to: number) => {
      if (stamps instanceof FeedError) throw stamps
      return inside(stamps, from, to)
    },
    fundingHistory: async (_: unknown, from: number, to: number) => inside(fundings, from, to),
  }
}

async function collect(source: AsyncIterable<Bar | Gap | Funding>): Promise<(Bar | Gap | Funding)[]> {
  const events: (Bar | Gap | Funding)[] = []
  for await (const event of source) events.push(event)
  return events
}

const gaps = (events: readonly (Bar | Gap | Funding)[]) =>
  events
    .filter((event): event is Gap => event.kind === 'gap')
    .map(({ channel, from, to }) => [channel, (from - T) / MINUTE, (to - T) / MINUTE])

describe('history', () => {
  it('joins the open interest stamped at the END of a period with the bar that closes there', async () => {
    const rest = history({
      bars: Array.from({ length: 10 }, (_, i) => bar(i)),
      stamps: [stamp(5, 800), stamp(10, 900)],
    })
    const events = await collect(backfill({ rest, rules: RULES }, BTC, T, T + 10 * MINUTE, NOW))
    const known = events.flatMap((event) =>
      event.kind === 'bar' && event.openInterest !== undefined
        ? [[(event.exchangeTime - T) / MINUTE, event.openInterest]]
        : [],
    )
    // the bar of minute 4 closes at minute 5
    expect(known).toEqual([
      [4, 800],
      [9, 900],
    ])
    expect(gaps(events)).toEqual([])
  })

  it('says which minutes the venue lacks, as one Gap per hole', async () => {
    const rest = history({
      bars: [0, 1, 5, 6, 9].map((minute) => bar(minute)),
      stamps: [stamp(5, 800), stamp(10, 900)],
    })
    const events = await collect(backfill({ rest, rules: RULES }, BTC, T, T + 10 * MINUTE, NOW))
    expect(gaps(events)).toEqual([
      ['bar', 2, 5],
      ['bar', 7, 9],
    ])
  })

  it('says which periods have no open interest', async () => {
    const rest = history({ bars: Array.from({ length: 15 }, (_, i) => bar(i)), stamps: [stamp(10, 900)] })
    const events = await collect(backfill({ rest, rules: RULES }, BTC, T, T + 15 * MINUTE, NOW))
    expect(gaps(events)).toEqual([
      ['openInterest', 0, 5],
      ['openInterest', 10, 15],
    ])
  })

  it('keeps the bars when the open interest cannot be had, and says why', async () => {
    const refusal = new FeedError('binance', '/futures/data/openInterestHist', 'HTTP 400')
    const rest = history({ bars: Array.from({ length: 5 }, (_, i) => bar(i)), stamps: refusal })
    const events = await collect(backfill({ rest, rules: RULES }, BTC, T, T + 5 * MINUTE, NOW))
    expect(events.filter(({ kind }) => kind === 'bar')).toHaveLength(5)
    expect(events.find(({ kind }) => kind === 'gap')).toMatchObject({
      channel: 'openInterest',
      reason: refusal.message,
    })
  })

  it('gives whole minutes only, each once, and none that is not over', async () => {
    const twice = [bar(0), bar(1), bar(1, { close: 99.5 }), bar(2), bar(3)]
    const events = await collect(
      backfill({ rest: history({ bars: twice }), rules: RULES }, BTC, T + 1, T + 10 * MINUTE, T + 3.5 * MINUTE),
    )
    const minutes = events.filter(({ kind }) => kind === 'bar').map(({ exchangeTime }) => (exchangeTime - T) / MINUTE)
    expect(minutes).toEqual([1, 2])
  })

  it('asks page by page and comes in time order with the funding in between', async () => {
    const fundings: Funding[] = [1, 1_600].map((minute) => ({
      kind: 'funding',
      instrument: BTC.id,
      exchangeTime: T + minute * MINUTE + 5,
      receivedTime: T + minute * MINUTE + 5,
      rate: 0.0001,
    }))
    const rest = history({ bars: Array.from({ length: 3_200 }, (_, i) => bar(i)), fundings })
    const events = await collect(backfill({ rest, rules: RULES }, BTC, T, T + 3_200 * MINUTE, T + 4_000 * MINUTE))
    expect(rest.asked.map(({ from, to }) => [(from - T) / MINUTE, (to - T) / MINUTE])).toEqual([
      [0, 1_500],
      [1_500, 3_000],
      [3_000, 3_200],
    ])
    expect(events.filter(({ kind }) => kind === 'bar')).toHaveLength(3_200)
    expect(events.filter(({ kind }) => kind === 'funding')).toEqual(fundings)
    const times = events.map(({ exchangeTime }) => exchangeTime)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('says that open interest older than 30 days is not to be had, without asking for it', async () => {
    const now = T + 40 * 86_400_000
    const rest = history({ bars: [bar(0), bar(1), bar(2), bar(3), bar(4)] })
    const asked = { ...rest, openInterestHistory: () => Promise.reject(new Error('asked')) }
    const events = await collect(backfill({ rest: asked, rules: RULES }, BTC, T, T + 5 * MINUTE, now))
    expect(gaps(events)).toEqual([['openInterest', 0, 5]])
  })

  it('ends with an error when the bars cannot be had', async () => {
    const rest = {
      ...history({ bars: [] }),
      bars: () => Promise.reject(new FeedError('binance', 'klines', 'HTTP 418')),
    }
    await expect(collect(backfill({ rest, rules: RULES }, BTC, T, T + MINUTE, NOW))).rejects.toThrow('HTTP 418')
  })

  it('ends when it is aborted', async () => {
    const rest = history({ bars: Array.from({ length: 5 }, (_, i) => bar(i)) })
    await expect(
      collect(backfill({ rest, rules: RULES }, BTC, T, T + 5 * MINUTE, NOW, AbortSignal.abort())),
    ).rejects.toThrow('aborted')
  })
})
