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
    if (request === undefined) return this.#answer(false, 'error:request json format invalid', '', undefined)
    const { op, args } = request
    if (op === 'ping') return this.#answer(true, 'pong', 'ping', id)
    if (op !== 'subscribe' && op !== 'unsubscribe')
      return this.#answer(false, `error:unknown op:${String(op)}`, String(op), id)
    if (!Array.isArray(args) || args.length === 0 || !args.every((arg) => typeof arg === 'string'))
      return this.#answer(false, 'error:args must be a list of topics', op, id)
    if (args.join('').length > MAX_ARGS_LENGTH)
      return this.#answer(false, `error:args length over ${MAX_ARGS_LENGTH}`, op, id)
    const unknown = args.find((topic) => !this.#knows(topic))
    if (unknown !== undefined) return this.#answer(false, `error:handler not found,topic:${unknown}`, op, id)
    this.#answer(true, '', op, id)
    for (const topic of args) this.#change(op, topic)
  }

  closed(): void {
    this.#subscriber.unsubscribeAll()
  }

  #change(op: 'subscribe' | 'unsubscribe', topic: string): void {
    if (op === 'unsubscribe') return this.#subscriber.unsubscribe(topic)
    const welcomes = this.#welcome(topic)
    this.#subscriber.subscribe(topic)
    for (const { kind, message } of welcomes) this.#peer.send(JSON.stringify(message), kind, topic)
  }

  #answer(success: boolean, message: string, op: string, id: unknown): void {
    const answer = { success, ret_msg: message, conn_id: this.#connId, ...(id === undefined ? {} : { req_id: id }), op }
    this.#peer.send(JSON.stringify(answer), 'control', '')
  }
}
