import type { Dialect, DialectService, Peer, ServedMarket, SocketRules, StreamSession } from '../serve/dialect.ts'
import { type OpProblem, OpSession, type OpStyle, type Welcome } from '../serve/op-session.ts'
import { TopicHub } from '../serve/topic-hub.ts'
import { INSTRUMENT_TYPE } from './contract.ts'
import { OkxPublisher, topic } from './publisher.ts'
import { OkxRest } from './rest.ts'

/** Checked 2026-11-24. */
const RULES: SocketRules = {
  idle: { ms: 30_000, code: 4004, reason: 'No data received in 30s.' },
  connects: { limit: 3, windowMs: 1000 },
}
const REQUESTS_PER_HOUR = 480
const PATH = /^\/ws\/v5\/(public|business)$/
const NOTICE = 'The connection will soon be closed for a service upgrade. Please reconnect.'
const PROBLEMS: Readonly<Record<OpProblem, readonly [code: string, msg: string]>> = {
  'not a request': ['60012', 'Invalid request: '],
  'unknown operation': ['60012', 'Invalid request: '],
  'unknown stream': ['60018', "Wrong URL or channel doesn't exist: "],
  'too often': ['60014', 'Requests too frequent: '],
}

/** OKX v5, USDT swaps. */
export const okxDialect: Dialect = {
  name: 'okx',
  open(markets: readonly ServedMarket[], clock: () => number): DialectService {
    const hub = new TopicHub()
    const rest = new OkxRest(markets)
    const publishers = new Map(markets.map((served) => [served, new OkxPublisher(served, hub)]))
    const byTopic = new Map([...publishers.values()].flatMap((one) => one.topics.map((name) => [name, one] as const)))
    const ofType = new Set(['liquidation-orders', 'instruments'].map((channel) => topic(channel, INSTRUMENT_TYPE)))
    let connections = 0
    const styleOf = (connId: string): OpStyle => ({
      clock,
      requestsPerHour: REQUESTS_PER_HOUR,
      topicOf({ channel, instId, instType }) {
        const name = topic(String(channel), String(instId ?? instType))
        return byTopic.has(name) || ofType.has(name) ? name : undefined
      },
      acknowledge: (event, arg, id) => ({ ...(id === undefined ? {} : { id }), event, arg, connId }),
      refuse(problem, subject, id) {
        const [code, msg] = PROBLEMS[problem]
        const about = typeof subject === 'string' ? subject : JSON.stringify(subject)
        return { ...(id === undefined ? {} : { id }), event: 'error', code, msg: msg + about, connId }
      },
      welcome(name, arg): readonly Welcome[] {
        const channel = String(arg.channel)
        if (channel === 'instruments') {
          const data = [...publishers.values()].map(({ listing }) => listing)
          return [{ kind: 'ticker', message: { arg: { channel, instType: INSTRUMENT_TYPE }, data } }]
        }
        return byTopic.get(name)?.welcome(channel, clock()) ?? []
      },
      notice: () => ({ event: 'notice', code: '64008', msg: NOTICE, connId }),
    })
    return {
      rules: RULES,
      answer: (request) => rest.answer(request),
      accept(path: string, _query: URLSearchParams, peer: Peer): StreamSession | undefined {
        if (!PATH.test(path)) return undefined
        return new OpSession(hub, styleOf((++connections).toString(16).padStart(8, '0')), peer)
      },
      publish: (served, events, time) => publishers.get(served)?.publish(events, time),
    }
  },
}
