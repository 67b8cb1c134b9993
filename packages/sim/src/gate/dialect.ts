import type { Dialect, DialectService, Peer, ServedMarket, SocketRules, StreamSession } from '../serve/dialect.ts'
import { TopicHub } from '../serve/topic-hub.ts'
import { ALL, GatePublisher } from './publisher.ts'
import { GateRest } from './rest.ts'
import { GateSession } from './session.ts'

/** Checked 2026-11-24. */
const RULES: SocketRules = {
  ping: { everyMs: 20_000, pongWithinMs: 60_000 },
  connects: { limit: 300, windowMs: 5 * 60_000 },
}
const PATH = '/v4/ws/usdt'
const BOOK_CHANNEL = 'futures.order_book_update'
const USUAL_DEPTH = '100'

/** Gate futures v4, USDT contracts. */
export const gateDialect: Dialect = {
  name: 'gate',
  open(markets: readonly ServedMarket[], clock: () => number): DialectService {
    const hub = new TopicHub()
    const rest = new GateRest(markets)
    const publishers = new Map(markets.map((served) => [served, new GatePublisher(served, hub)]))
    const byTopic = new Map([...publishers.values()].flatMap((one) => one.topics.map((name) => [name, one] as const)))
    const known = new Set([...byTopic.keys(), `futures.public_liquidates:${ALL}`])
    const rules = {
      clock,
      begins: (topic: string) => byTopic.get(topic)?.begins(topic),
      topicsOf(channel: string, payload: readonly string[]): readonly string[] | string {
        const [contract = '', pace, depth = USUAL_DEPTH] = payload
        // One contract with how it is wanted, or several contracts.
        if (channel === BOOK_CHANNEL && pace !== '100ms') return `frequency ${String(pace)} is not served`
        const topics =
          channel === BOOK_CHANNEL
            ? [`${channel}:${contract}:${depth}`]
            : channel === 'futures.contract_stats'
              ? [`${channel}:${contract}`]
              : payload.map((name) => `${channel}:${name}`)
        const unknown = topics.find((topic) => !known.has(topic))
        return unknown === undefined ? topics : `unknown channel or contract ${unknown}`
      },
    }
    return {
      rules: RULES,
      answer: (request) => rest.answer(request),
      accept(path: string, _query: URLSearchParams, peer: Peer): StreamSession | undefined {
        return path === PATH || path === `${PATH}/` ? new GateSession(hub, rules, peer) : undefined
      },
      publish: (served, events, time) => publishers.get(served)?.publish(events, time),
    }
  },
}
