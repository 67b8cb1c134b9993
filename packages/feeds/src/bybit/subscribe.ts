import type { Instrument } from '@liqscope/market'
import type { SocketRules, Stream, StreamRequest, VenueAddresses } from '../venue/adapter.ts'

/** Checked 2026-11. */
export const SOCKETS: SocketRules = {
  // Half of 500 per 5 minutes.
  connections: { limit: 250, windowMs: 300_000 },
  // All topics of a connection may be 21,000 characters long; one is at most 40.
  streamsPerConnection: 200,
  sendsPerSecond: 5,
  rotateAfterMs: 23 * 3_600_000,
  ping: { everyMs: 20_000, text: () => '{"op":"ping"}' },
}

const ARGS_PER_REQUEST = 50

/** Linear and inverse contracts have their own sockets. */
export function streamsOf({ symbol, kind }: Pick<Instrument, 'symbol' | 'kind'>): readonly Stream[] {
  return [
    { route: kind, name: `publicTrade.${symbol}`, channels: ['trade'] },
    { route: kind, name: `tickers.${symbol}`, channels: ['markPrice', 'funding', 'openInterest'] },
    { route: kind, name: `allLiquidation.${symbol}`, channels: ['liquidationOrder'] },
    { route: kind, name: `orderbook.200.${symbol}`, channels: ['orderBook'] },
  ]
}

export function routeUrl({ wsUrl }: VenueAddresses, route: string): string {
  return `${wsUrl}/v5/public/${route}`
}

export function requests(
  op: 'subscribe' | 'unsubscribe',
  names: readonly string[],
  nextId: () => number,
): StreamRequest[] {
  const made: StreamRequest[] = []
  for (let i = 0; i < names.length; i += ARGS_PER_REQUEST) {
    const args = names.slice(i, i + ARGS_PER_REQUEST)
    const id = String(nextId())
    made.push({ id, names: args, text: JSON.stringify({ req_id: id, op, args }) })
  }
  return made
}
