import type { Dialect, DialectService, Peer, ServedMarket, SocketRules, StreamSession } from '../serve/dialect.ts'
import type { Welcome } from '../serve/op-session.ts'
import { TopicHub } from '../serve/topic-hub.ts'
import { HyperliquidInfo } from './info.ts'
import { HyperliquidPublisher } from './publisher.ts'
import { HyperliquidSession, type SubscriptionRules } from './session.ts'
import { accountOf } from './wording.ts'

/** Checked 2026-11-24. */
const RULES: SocketRules = {
  clientSilenceMs: 60_000,
  connects: { limit: 30, windowMs: 60_000 },
}
const PATH = '/ws'
const ADDRESS = /^0x[0-9a-f]{40}$/i

/** Hyperliquid perpetuals. */
export const hyperliquidDialect: Dialect = {
  name: 'hyperliquid',
  open(markets: readonly ServedMarket[], clock: () => number): DialectService {
    const hub = new TopicHub()
    const publishers = markets.map((served, place) => new HyperliquidPublisher(served, place, hub))
    const byMarket = new Map(markets.map((served, place) => [served, publishers[place]]))
    const byTopic = new Map(publishers.flatMap((one) => one.topics.map((name) => [name, one] as const)))
    const info = new HyperliquidInfo(markets, publishers)
    const rules: SubscriptionRules = {
      topicOf({ type, coin, user }) {
        if (type === 'userFills') {
          return typeof user === 'string' && ADDRESS.test(user) ? `userFills:${user.toLowerCase()}` : undefined
        }
        const name = `${String(type)}:${String(coin)}`
        return byTopic.has(name) ? name : undefined
      },
      normal(subscription) {
        if (subscription.type === 'l2Book') return { nSigFigs: null, mantissa: null, ...subscription }
        return subscription.type === 'userFills' ? { aggregateByTime: false, ...subscription } : subscription
      },
      welcome(topic): readonly Welcome[] {
        const [channel = '', about = ''] = topic.split(':')
        if (channel !== 'userFills') return byTopic.get(topic)?.welcome(channel, clock()) ?? []
        const account = accountOf(about)
        const fills =
          account === undefined
            ? []
            : (publishers[account.market]?.fillsOf(account.accountId, 0, Number.POSITIVE_INFINITY) ?? [])
        const data = { isSnapshot: true, user: about, fills }
        return [{ kind: 'liquidation', message: { channel: 'userFills', data } }]
      },
    }
    return {
      rules: RULES,
      answer: (request) => info.answer(request),
      accept(path: string, _query: URLSearchParams, peer: Peer): StreamSession | undefined {
        return path === PATH ? new HyperliquidSession(hub, rules, peer) : undefined
      },
      publish: (served, events, time) => byMarket.get(served)?.publish(events, time),
    }
  },
}
