import type { Peer, StreamSession } from '../serve/dialect.ts'
import { readObject } from '../serve/inbound.ts'
import type { Welcome } from '../serve/op-session.ts'
import { Subscriber, type TopicHub } from '../serve/topic-hub.ts'

/** All names of one request together, characters. */
const MAX_ARGS_LENGTH = 21_000

/** One client. A request is answered as a whole: one unknown name refuses all of it. */
export class BybitSession implements StreamSession {
  readonly #peer: Peer
  readonly #connId: string
  readonly #knows: (topic: string) => boolean
  readonly #welcome: (topic: string) => readonly Welcome[]
  readonly #subscriber: Subscriber

  constructor(
    hub: TopicHub,
    peer: Peer,
    connId: string,
    knows: (topic: string) => boolean,
    welcome: (topic: string) => readonly Welcome[],
  ) {
    this.#peer = peer
    this.#connId = connId
    this.#knows = knows
    this.#welcome = welcome
    this.#subscriber = new Subscriber(hub, (topic, kind, text) => peer.send(text, kind, topic))
  }

  receive(text: string): void {
    const request = readObject(text)
    const id = request?.req_id
    const { op, args } = request ?? {}
    if (op === 'ping') {
      this.#answer(true, 'pong', 'ping', id)
      return
    }
    if (op !== 'subscribe' && op !== 'unsubscribe') {
      this.#answer(false, `error:unknown op:${String(op)}`, String(op), id)
      return
    }
    const topics = topicsOf(args)
    const problem = topics === undefined ? 'error:args must be a list of topics' : this.#problemOf(topics)
    this.#answer(problem === undefined, problem ?? '', op, id)
    if (problem === undefined) for (const topic of topics ?? []) this.#change(op, topic)
  }

  closed(): void {
    this.#subscriber.unsubscribeAll()
  }

  #problemOf(topics: readonly string[]): string | undefined {
    if (topics.join('').length > MAX_ARGS_LENGTH) return `error:args length over ${MAX_ARGS_LENGTH}`
    const unknown = topics.find((topic) => !this.#knows(topic))
    return unknown === undefined ? undefined : `error:handler not found,topic:${unknown}`
  }

  #change(op: 'subscribe' | 'unsubscribe', topic: string): void {
    if (op === 'unsubscribe') {
      this.#subscriber.unsubscribe(topic)
      return
    }
    const welcomes = this.#welcome(topic)
    this.#subscriber.subscribe(topic)
    for (const { kind, message } of welcomes) this.#peer.send(JSON.stringify(message), kind, topic)
  }

  #answer(success: boolean, message: string, op: string, id: unknown): void {
    const answer = { success, ret_msg: message, conn_id: this.#connId, ...(id === undefined ? {} : { req_id: id }), op }
    this.#peer.send(JSON.stringify(answer), 'control', '')
  }
}

function topicsOf(args: unknown): readonly string[] | undefined {
  return Array.isArray(args) && args.length > 0 && args.every((arg) => typeof arg === 'string') ? args : undefined
}
