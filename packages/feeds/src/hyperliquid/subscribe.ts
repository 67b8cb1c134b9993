import type { Instrument } from '@liqscope/market'
import type { SocketRules, Stream, StreamRequest } from '../venue/adapter.ts'
import { isRecord } from '../wire-values.ts'

/** Checked 2026-11; the documentation has since allowed 100 connections. */
export const SOCKETS: SocketRules = {
  // A third of 30 a minute and address; tracked accounts take a sixth.
  connections: { limit: 10, windowMs: 60_000 },
  // 1,000 in all on at most 10 connections: four connections hold what an address may ask for.
  streamsPerConnection: 200,
  // Half of 2,000 messages a minute.
  sendsPerSecond: 16,
  // The venue names no age; a fresh connection a day costs nothing.
  rotateAfterMs: 23 * 3_600_000,
  // Silence of 60 s ends a connection.
  ping: { everyMs: 20_000, text: () => '{"method":"ping"}' },
}

/** `trades:BTC`, `userFills:0x31ca...`: a subscription's type and what it is about. */
export function subscriptionName(subscription: unknown): string | undefined {
  if (!isRecord(subscription) || typeof subscription.type !== 'string') return undefined
  const about = subscription.coin ?? subscription.user
  return typeof about === 'string' ? `${subscription.type}:${about}` : undefined
}

/**
 * The live streams of one instrument. Forced orders are not among them: no public channel of Hyperliquid names them.
 * They come from the fills of tracked accounts (`truth/`).
 */
export function streamsOf({ symbol }: Pick<Instrument, 'symbol'>): Stream[] {
  return [
    { route: '', name: `trades:${symbol}`, channels: ['trade'] },
    { route: '', name: `activeAssetCtx:${symbol}`, channels: ['markPrice', 'openInterest', 'funding'] },
    { route: '', name: `l2Book:${symbol}`, channels: ['orderBook'] },
  ]
}

/** One subscription a message: the venue takes no lists. */
export function requests(op: 'subscribe' | 'unsubscribe', names: readonly string[]): StreamRequest[] {
  return names.map((name) => {
    const at = name.indexOf(':')
    const type = name.slice(0, at)
    const about = name.slice(at + 1)
    const subscription = type.startsWith('user') ? { type, user: about } : { type, coin: about }
    return { text: JSON.stringify({ method: op, subscription }), names: [name] }
  })
}
