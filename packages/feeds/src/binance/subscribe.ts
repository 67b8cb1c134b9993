import type { Instrument } from '@liqscope/market'
import type { SocketRules, Stream, StreamRequest, VenueAddresses } from '../venue/adapter.ts'

/** Checked 2026-11. */
export const SOCKETS: SocketRules = {
  // Half of 300 per 5 minutes and address.
  connections: { limit: 150, windowMs: 300_000 },
  // Binance allows 1,024; at 200 one slow consumer does not delay too many.
  streamsPerConnection: 200,
  // Below half of 10 inbound messages a second: pings count too.
  sendsPerSecond: 4,
  // Binance cuts at 24 h.
  rotateAfterMs: 23 * 3_600_000,
}
/** Names in one SUBSCRIBE: a message stays below 4 KiB. */
const NAMES_PER_REQUEST = 50

/**
 * The live streams of one instrument. Trades come from aggTrade alone: `trade` would deliver each match twice. Since
 * 2026-04-23 USD-M's un-routed address acknowledges every stream but sends only some: each has its own route. COIN-M has
 * a host of its own and one route.
 */
export function streamsOf({ symbol, kind }: Pick<Instrument, 'symbol' | 'kind'>): readonly Stream[] {
  const lower = symbol.toLowerCase()
  const [market, open] = kind === 'linear' ? ['market', 'public'] : ['inverse', 'inverse']
  return [
    { route: market, name: `${lower}@aggTrade`, channels: ['trade'] },
    { route: market, name: `${lower}@markPrice@1s`, channels: ['markPrice', 'funding'] },
    { route: market, name: `${lower}@forceOrder`, channels: ['liquidationOrder'] },
    { route: open, name: `${lower}@depth@100ms`, channels: ['orderBook'] },
  ]
}

/** Streams are asked for by message, so that a symbol can be added without a break. */
export function routeUrl({ wsUrl, inverseWsUrl = wsUrl }: VenueAddresses, route: string): string {
  return route === 'inverse' ? `${inverseWsUrl}/ws` : `${wsUrl}/${route}/ws`
}

/** Each small enough to send. */
export function requests(
  op: 'subscribe' | 'unsubscribe',
  names: readonly string[],
  nextId: () => number,
): StreamRequest[] {
  const made: StreamRequest[] = []
  for (let i = 0; i < names.length; i += NAMES_PER_REQUEST) {
    const params = names.slice(i, i + NAMES_PER_REQUEST)
    const id = nextId()
    made.push({ id: String(id), names: params, text: JSON.stringify({ method: op.toUpperCase(), params, id }) })
  }
  return made
}
