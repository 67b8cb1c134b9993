import type { Peer, StreamSession } from '../serve/dialect.ts'
import { isObject, readObject } from '../serve/inbound.ts'
import type { Welcome } from '../serve/op-session.ts'
import { Subscriber, type TopicHub } from '../serve/topic-hub.ts'

const MAX_SUBSCRIPTIONS = 1000
/** Users whose fills one client may follow. */
const MAX_USERS = 10

export interface SubscriptionRules {
  /** The hub's topic of a subscription. Undefined when the venue has no such thing. */
  readonly topicOf: (subscription: Readonly<Record<string, unknown>>) => string | undefined
  /** The subscription as the venue repeats it, with what was left out. */
  readonly normal: (subscription: Readonly<Record<string, unknown>>) => object
  readonly welcome: (topic: string) => readonly Welcome[]
}

/** One client. One subscription per message. */
export class HyperliquidSession implements StreamSession {
  readonly #peer: Peer
  readonly #rules: SubscriptionRules
  readonly #subscriber: Subscriber

  constructor(hub: TopicHub, rules: SubscriptionRules, peer: Peer) {
    this.#peer = peer
    this.#rules = rules
    this.#subscriber = new Subscriber(hub, (topic, kind, text) => peer.send(text, kind, topic))
  }

  receive(text: string): void {
    const { method, subscription } = readObject(text) ?? {}
    if (method === 'ping') {
      this.#answer({ channel: 'pong' })
      return
    }
    if ((method !== 'subscribe' && method !== 'unsubscribe') || !isObject(subscription)) {
      this.#refuse(`Error parsing JSON into valid websocket request: ${text.slice(0, 200)}`)
      return
    }
    const topic = this.#rules.topicOf(subscription)
    if (topic === undefined) this.#refuse(`Invalid subscription ${JSON.stringify(subscription)}`)
    else if (method === 'subscribe') this.#subscribe(topic, subscription)
    else this.#unsubscribe(topic, subscription)
  }

  closed(): void {
    this.#subscriber.unsubscribeAll()
  }

  #subscribe(topic: string, subscription: Readonly<Record<string, unknown>>): void {
    const { topics } = this.#subscriber
    const named = this.#rules.normal(subscription)
    if (topics.has(topic)) this.#refuse(`Already subscribed: ${JSON.stringify(named)}`)
    else if (topics.size >= MAX_SUBSCRIPTIONS)
      this.#refuse(`Cannot subscribe to more than ${MAX_SUBSCRIPTIONS} topics.`)
    else if (topic.startsWith('user') && [...topics].filter((one) => one.startsWith('user')).length >= MAX_USERS)
      this.#refuse(`Cannot track more than ${MAX_USERS} total users.`)
    else {
      this.#answer({ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription: named } })
      const welcomes = this.#rules.welcome(topic)
      this.#subscriber.subscribe(topic)
      for (const { kind, message } of welcomes) this.#peer.send(JSON.stringify(message), kind, topic)
    }
  }

  #unsubscribe(topic: string, subscription: Readonly<Record<string, unknown>>): void {
    const named = this.#rules.normal(subscription)
    if (!this.#subscriber.topics.has(topic)) {
      this.#refuse(`Already unsubscribed: ${JSON.stringify(named)}`)
      return
    }
    this.#subscriber.unsubscribe(topic)
    this.#answer({ channel: 'subscriptionResponse', data: { method: 'unsubscribe', subscription: named } })
  }

  #refuse(data: string): void {
    this.#answer({ channel: 'error', data })
  }

  #answer(message: object): void {
    this.#peer.send(JSON.stringify(message), 'control', '')
  }
}
