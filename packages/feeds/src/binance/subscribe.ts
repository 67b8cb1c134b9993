import type { Channel } from '@liqscope/market'
import type { StreamRequest } from './messages.ts'

/** Since 2026-04-23 the un-routed address acknowledges every stream but sends only some: each has its own route. */
export type Route = 'public' | 'market'

export interface Stream {
  readonly route: Route
  /** `btcusdt@aggTrade` */
  readonly name: string
  /** The venue's symbol, `BTCUSDT`. */
  readonly symbol: string
  /** What it carries. */
  readonly channels: readonly Channel[]
}

/** Streams one connection may carry. Binance allows 1,024; at 200 one slow consumer does not delay too many. */
export const MAX_STREAMS_PER_CONNECTION = 200
/** Below half of Binance's 10 inbound messages a second (checked 2026-11): pings count too. */
export const SENDS_PER_SECOND = 4
/** Half of Binance's 300 connections per 5 minutes and address. */
export const CONNECTIONS = { limit: 150, windowMs: 300_000 }
/** Binance cuts at 24 h; we change connection an hour before. */
export const ROTATE_AFTER_MS = 23 * 3_600_000
/** Names in one SUBSCRIBE: a message stays below 4 KiB. */
const NAMES_PER_REQUEST = 50

/** The live streams of one instrument. Trades come from aggTrade alone: `trade` would deliver each match twice. */
export function streamsOf(symbol: string): Stream[] {
  const lower = symbol.toLowerCase()
  return [
    { route: 'market', name: `${lower}@aggTrade`, symbol, channels: ['trade'] },
    { route: 'market', name: `${lower}@markPrice@1s`, symbol, channels: ['markPrice', 'funding'] },
    { route: 'market', name: `${lower}@forceOrder`, symbol, channels: ['liquidationOrder'] },
    { route: 'public', name: `${lower}@depth@100ms`, symbol, channels: ['orderBook'] },
  ]
}

/** Where a route's connections go. Streams are asked for by message, so that a symbol can be added without a break. */
export function routeUrl(wsUrl: string, route: Route): string {
  return `${wsUrl.replace(/\/+$/, '')}/${route}/ws`
}

/** Requests for these streams, each small enough to send, with ids from `nextId`. */
export function streamRequests(
  method: StreamRequest['method'],
  names: readonly string[],
  nextId: () => number,
): StreamRequest[] {
  const requests: StreamRequest[] = []
  for (let i = 0; i < names.length; i += NAMES_PER_REQUEST)
    requests.push({ method, params: names.slice(i, i + NAMES_PER_REQUEST), id: nextId() })
  return requests
}
