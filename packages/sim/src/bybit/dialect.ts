import type { Dialect, DialectService, Peer, ServedMarket, SocketRules, StreamSession } from '../serve/dialect.ts'
import { TopicHub } from '../serve/topic-hub.ts'
import { BybitPublisher } from './publisher.ts'
import { BybitRest } from './rest.ts'
import { BybitSession } from './session.ts'

/** Checked 2026-11-24. */
const RULES: SocketRules = {
  clientSilenceMs: 10 * 60_000,
  connects: { limit: 500, windowMs: 5 * 60_000 },
}
const PATH = '/v5/public/linear'

/** Bybit v5, USDT perpetuals. */
export const bybitDialect: Dialect = {
  name: 'bybit',
  open(markets: readonly ServedMarket[], clock: () => number): DialectService {
    const hub = new TopicHub()
    const rest = new BybitRest(markets)
    const publishers = new Map(markets.map((served) => [served, new BybitPublisher(served, hub)]))
    const byTopic = new Map([...publishers.values()].flatMap((one) => one.topics.map((name) => [name, one] as const)))
    let connections = 0
    return {
      rules: RULES,
      answer: (request) => rest.answer(request),
      accept(path: string, _query: URLSearchParams, peer: Peer): StreamSession | undefined {
        if (path !== PATH) return undefined
        return new BybitSession(
          hub,
          peer,
          `51a51a51-0000-4000-8000-${(++connections).toString(16).padStart(12, '0')}`,
          (topic) => byTopic.has(topic),
          (topic) => byTopic.get(topic)?.welcome(topic, clock()) ?? [],
        )
      },
      publish: (served, events, time) => publishers.get(served)?.publish(events, time),
    }
  },
}
