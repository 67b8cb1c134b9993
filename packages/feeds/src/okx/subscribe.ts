import type { Instrument } from '@liqscope/market'
import type { SocketRules, Stream, StreamRequest, VenueAddresses } from '../venue/adapter.ts'

/** Checked 2026-11. */
export const SOCKETS: SocketRules = {
  // Half of 3 a second, rounded down.
  connections: { limit: 1, windowMs: 1_000 },
  streamsPerConnection: 200,
  sendsPerSecond: 2,
  // Half of 480 subscriptions an hour and connection.
  sendsPerHour: 240,
  rotateAfterMs: 23 * 3_600_000,
  // OKX ends a connection that was silent for 30 s.
  ping: { everyMs: 20_000, text: () => 'ping' },
}

/** A request may be 64 KiB; these are about 4. */
const ARGS_PER_REQUEST = 50
/** One stream serves all swaps. */
const LIQUIDATIONS: Stream = { route: 'public', name: 'liquidation-orders:SWAP', channels: ['liquidationOrder'] }

/** Names are `channel:instId`. */
export function streamsOf({ symbol }: Pick<Instrument, 'symbol'>): readonly Stream[] {
  const route = 'public'
  return [
    { route, name: `trades:${symbol}`, channels: ['trade'] },
    { route, name: `mark-price:${symbol}`, channels: ['markPrice'] },
    { route, name: `funding-rate:${symbol}`, channels: ['funding'] },
    { route, name: `open-interest:${symbol}`, channels: ['openInterest'] },
    { route, name: `books:${symbol}`, channels: ['orderBook'] },
    LIQUIDATIONS,
  ]
}

export function routeUrl({ wsUrl }: VenueAddresses): string {
  return `${wsUrl}/ws/v5/public`
}

export function requests(
  op: 'subscribe' | 'unsubscribe',
  names: readonly string[],
  nextId: () => number,
): StreamRequest[] {
  const made: StreamRequest[] = []
  for (let i = 0; i < names.length; i += ARGS_PER_REQUEST) {
    const asked = names.slice(i, i + ARGS_PER_REQUEST)
    const id = String(nextId())
    made.push({ id, names: asked, text: JSON.stringify({ id, op, args: asked.map(argOf) }) })
  }
  return made
}

function argOf(name: string): Record<string, string> {
  const colon = name.indexOf(':')
  const channel = name.slice(0, colon)
  return { channel, [channel === 'liquidation-orders' ? 'instType' : 'instId']: name.slice(colon + 1) }
}
