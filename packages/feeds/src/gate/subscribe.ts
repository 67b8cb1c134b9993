import type { Instrument } from '@liqscope/market'
import type { SocketRules, Stream, StreamRequest } from '../venue/adapter.ts'

/** What a contract is settled in: each has its own socket and its own REST path. */
export type Settle = 'usdt' | 'btc'

export function settleOf({ settle }: Pick<Instrument, 'settle'>): Settle {
  return settle === 'BTC' ? 'btc' : 'usdt'
}

/** Checked 2026-11: no limit on messages is published, 100 connections a host are recommended. */
export const SOCKETS: SocketRules = {
  connections: { limit: 50, windowMs: 300_000 },
  // A connection that does not keep up is closed: few streams each.
  streamsPerConnection: 120,
  sendsPerSecond: 20,
  rotateAfterMs: 23 * 3_600_000,
  ping: {
    everyMs: 15_000,
    text: (now) => JSON.stringify({ time: Math.floor(now / 1_000), channel: 'futures.ping' }),
  },
}

/** Levels of the book and how often it changes: the deepest that Gate sends at 100 ms. */
const BOOK_DEPTH = ['100ms', '100'] as const

/** The live streams of one instrument. Open interest comes with the ticker, in contracts. */
export function streamsOf(instrument: Pick<Instrument, 'symbol' | 'settle'>): Stream[] {
  const route = settleOf(instrument)
  const { symbol } = instrument
  return [
    { route, name: `futures.trades:${symbol}`, channels: ['trade'] },
    { route, name: `futures.tickers:${symbol}`, channels: ['markPrice', 'openInterest', 'funding'] },
    { route, name: `futures.public_liquidates:${symbol}`, channels: ['liquidationOrder'] },
    { route, name: `futures.order_book_update:${symbol}`, channels: ['orderBook'] },
  ]
}

/** A request's `time` must be there and is not looked at: this one is of the documentation's examples. */
const REQUEST_TIME = 123_456

/** One contract a message, so that a contract which is refused does not take others with it. */
export function requests(
  event: 'subscribe' | 'unsubscribe',
  names: readonly string[],
  nextId: () => number,
): StreamRequest[] {
  return names.map((name) => {
    const at = name.indexOf(':')
    const channel = name.slice(0, at)
    const contract = name.slice(at + 1)
    const payload = channel === 'futures.order_book_update' ? [contract, ...BOOK_DEPTH] : [contract]
    const id = nextId()
    return { text: JSON.stringify({ time: REQUEST_TIME, id, channel, event, payload }), id: String(id), names: [name] }
  })
}
