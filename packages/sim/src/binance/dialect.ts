import type { Dialect, DialectService, Peer, ServedMarket, SocketRules, StreamSession } from '../serve/dialect.ts'
import { TopicHub } from '../serve/topic-hub.ts'
import { MarketPublisher } from './publisher.ts'
import { BinanceRest } from './rest.ts'
import { BinanceSession, type StreamRoute } from './session.ts'

/** Of the futures streams, checked 2026-11-22. */
const RULES: SocketRules = {
  ping: { everyMs: 3 * 60_000, pongWithinMs: 10 * 60_000 },
  lifeMs: 24 * 3_600_000,
  inboundPerSecond: 10,
}
const PATH = /^(?:\/(public|market))?\/(ws|stream)(?:\/(.*))?$/

/** Binance USD-M futures: the routes as they are since 2026-04-23. */
export const binanceDialect: Dialect = {
  name: 'binance',
  open(markets: readonly ServedMarket[]): DialectService {
    const hub = new TopicHub()
    const rest = new BinanceRest(markets)
    const publishers = new Map(markets.map((served) => [served, new MarketPublisher(served, hub)]))
    return {
      rules: RULES,
      answer: (request) => rest.answer(request),
      accept(path: string, query: URLSearchParams, peer: Peer): StreamSession | undefined {
        const match = PATH.exec(path)
        if (match === null) return undefined
        const [, route, mode, inPath] = match
        const combined = mode === 'stream'
        const named = combined ? (query.get('streams') ?? '') : (inPath ?? '')
        const streams = named.split('/').filter((stream) => stream !== '')
        return new BinanceSession(hub, { route: routeOf(route), combined, streams }, peer)
      },
      publish: (served, events, time) => publishers.get(served)?.publish(events, time),
    }
  },
}

function routeOf(prefix: string | undefined): StreamRoute {
  return prefix === 'public' || prefix === 'market' ? prefix : 'unrouted'
}
