import type { Dialect, DialectService, Peer, ServedMarket, SocketRules, StreamSession } from '../serve/dialect.ts'
import { type OpProblem, OpSession, type OpStyle } from '../serve/op-session.ts'
import { TopicHub } from '../serve/topic-hub.ts'
import { PRODUCT } from './contract.ts'
import { type ApiVersion, BitgetPublisher, LIQUIDATION_TOPIC } from './publisher.ts'
import { BitgetRest } from './rest.ts'

/** Checked 2026-11-24. */
const RULES: SocketRules = {
  clientSilenceMs: 2 * 60_000,
  inboundPerSecond: 10,
  connects: { limit: 300, windowMs: 5 * 60_000 },
}
const REQUESTS_PER_HOUR = 240
const PATH = /^\/(v2|v3)\/ws\/public$/
const PROBLEMS: Readonly<Record<OpProblem, readonly [code: number, msg: string]>> = {
  'not a request': [30003, 'Illegal request'],
  'unknown operation': [30002, 'Unrecognized request: '],
  'unknown stream': [30001, "doesn't exist: "],
  'too often': [30006, 'request too many'],
}

/** Bitget's USDT futures, by version 2 of the sockets and by version 3, which alone has forced orders. */
export const bitgetDialect: Dialect = {
  name: 'bitget',
  open(markets: readonly ServedMarket[], clock: () => number): DialectService {
    const hub = new TopicHub()
    const rest = new BitgetRest(markets)
    const publishers = new Map(markets.map((served) => [served, new BitgetPublisher(served, hub)]))
    const byTopic = new Map([...publishers.values()].flatMap((one) => one.topics.map((name) => [name, one] as const)))
    const styleOf = (version: ApiVersion): OpStyle => ({
      clock,
      requestsPerHour: REQUESTS_PER_HOUR,
      topicOf(arg) {
        const { instType } = arg
        const [channel, symbol] = version === 'v2' ? [arg.channel, arg.instId] : [arg.topic, arg.symbol]
        if (instType !== (version === 'v2' ? PRODUCT : PRODUCT.toLowerCase())) return undefined
        if (version === 'v3' && channel === 'liquidation') return LIQUIDATION_TOPIC
        const topic = `${version}:${String(channel)}:${String(symbol)}`
        return byTopic.has(topic) ? topic : undefined
      },
      acknowledge: (event, arg) => ({ event, arg }),
      refuse(problem, subject) {
        const [code, msg] = PROBLEMS[problem]
        const about = problem === 'unknown stream' ? { arg: subject } : {}
        return { event: 'error', ...about, code, msg: `${msg}${JSON.stringify(subject).slice(0, 200)}` }
      },
      welcome: (topic) => byTopic.get(topic)?.welcome(topic, clock()) ?? [],
    })
    return {
      rules: RULES,
      answer: (request) => rest.answer(request),
      accept(path: string, _query: URLSearchParams, peer: Peer): StreamSession | undefined {
        const version = PATH.exec(path)?.[1]
        return version === 'v2' || version === 'v3' ? new OpSession(hub, styleOf(version), peer) : undefined
      },
      publish: (served, events, time) => publishers.get(served)?.publish(events, time),
    }
  },
}
