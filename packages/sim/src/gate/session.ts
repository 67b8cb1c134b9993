import type { Peer, StreamSession } from '../serve/dialect.ts'
import { readObject } from '../serve/inbound.ts'
import { Subscriber, type TopicHub } from '../serve/topic-hub.ts'
import { envelope } from './message.ts'

interface SessionRules {
  /** The hub's topics of a request; a string says what is wrong with it. */
  readonly topicsOf: (channel: string, payload: readonly string[]) => readonly string[] | string
  /** Called before the client joins. */
  readonly begins: (topic: string) => void
  readonly clock: () => number
}

/** One client. A request is about one channel and answered as a whole, with its id. */
export class GateSession implements StreamSession {
  readonly #peer: Peer
  readonly #rules: SessionRules
  readonly #subscriber: Subscriber

  constructor(hub: TopicHub, rules: SessionRules, peer: Peer) {
    this.#peer = peer
    this.#rules = rules
    this.#subscriber = new Subscriber(hub, (topic, kind, text) => peer.send(text, kind, topic))
  }

  receive(text: string): void {
    const request = readObject(text)
    const channel = String(request?.channel ?? '')
    if (channel === 'futures.ping') {
      this.#answer('futures.pong', '', { result: null })
      return
    }
    const { event, payload, id } = request ?? {}
    const named = { ...(id === undefined ? {} : { id }), payload }
    if (event !== 'subscribe' && event !== 'unsubscribe') {
      this.#refuse(channel, String(event ?? ''), named, 1, 'invalid argument struct')
      return
    }
    const topics = isTexts(payload) ? this.#rules.topicsOf(channel, payload) : 'invalid payload'
    if (typeof topics === 'string') {
      this.#refuse(channel, event, named, 2, topics)
      return
    }
    this.#answer(channel, event, { ...named, result: { status: 'success' } })
    for (const topic of topics)
      if (event === 'unsubscribe') this.#subscriber.unsubscribe(topic)
      else {
        this.#rules.begins(topic)
        this.#subscriber.subscribe(topic)
      }
  }

  closed(): void {
    this.#subscriber.unsubscribeAll()
  }

  #refuse(channel: string, event: string, named: object, code: number, message: string): void {
    this.#answer(channel, event, { ...named, error: { code, message }, result: { status: 'fail' } })
  }

  #answer(channel: string, event: string, rest: object): void {
    this.#peer.send(JSON.stringify(envelope(channel, event, this.#rules.clock(), rest)), 'control', '')
  }
}

function isTexts(payload: unknown): payload is readonly string[] {
  return Array.isArray(payload) && payload.length > 0 && payload.every((part) => typeof part === 'string')
}
