import type { MessageKind, Peer, StreamSession } from './dialect.ts'
import { isObject, readObject } from './inbound.ts'
import { Subscriber, type TopicHub } from './topic-hub.ts'

/** What a venue sends at once to who subscribes. */
export interface Welcome {
  readonly kind: MessageKind
  readonly message: object
}

export type OpProblem = 'not a request' | 'unknown operation' | 'unknown stream' | 'too often'

/** How a venue that is asked by `{"op": "subscribe", "args": [{...}]}` words its answers. */
export interface OpStyle {
  /** The hub's topic that an argument names. Undefined when the venue has no such stream. */
  readonly topicOf: (arg: Readonly<Record<string, unknown>>) => string | undefined
  readonly acknowledge: (op: string, arg: unknown, id: unknown) => object
  readonly refuse: (problem: OpProblem, subject: unknown, id: unknown) => object
  /** Called before the client joins the topic. */
  readonly welcome: (topic: string, arg: Readonly<Record<string, unknown>>) => readonly Welcome[]
  readonly notice?: () => object
  /** Requests to subscribe, unsubscribe and log in that one connection may send. */
  readonly requestsPerHour?: number
  readonly clock: () => number
}

const HOUR_MS = 3_600_000

/** A client of a venue that is asked by `op` and `args` objects, pings with the text `ping`, and is told of each argument. */
export class OpSession implements StreamSession {
  readonly #style: OpStyle
  readonly #peer: Peer
  readonly #subscriber: Subscriber
  #hour = 0
  #requests = 0
  readonly notice?: () => void

  constructor(hub: TopicHub, style: OpStyle, peer: Peer) {
    this.#style = style
    this.#peer = peer
    this.#subscriber = new Subscriber(hub, (topic, kind, text) => peer.send(text, kind, topic))
    const { notice } = style
    if (notice !== undefined) this.notice = () => this.#answer(notice())
  }

  receive(text: string): void {
    if (text === 'ping') {
      this.#peer.send('pong', 'control', '')
      return
    }
    const request = readObject(text)
    const args = request?.args
    if (request === undefined || !Array.isArray(args) || args.length === 0 || !args.every(isObject)) {
      this.#answer(this.#style.refuse('not a request', text, request?.id))
      return
    }
    const { op, id } = request
    if (op !== 'subscribe' && op !== 'unsubscribe') {
      this.#answer(this.#style.refuse('unknown operation', String(op), id))
      return
    }
    if (!this.#mayAsk()) {
      this.#answer(this.#style.refuse('too often', text, id))
      return
    }
    for (const arg of args) this.#change(op, arg, id)
  }

  closed(): void {
    this.#subscriber.unsubscribeAll()
  }

  #change(op: 'subscribe' | 'unsubscribe', arg: Readonly<Record<string, unknown>>, id: unknown): void {
    const style = this.#style
    const topic = style.topicOf(arg)
    if (topic === undefined) {
      this.#answer(style.refuse('unknown stream', arg, id))
      return
    }
    this.#answer(style.acknowledge(op, arg, id))
    if (op === 'unsubscribe') {
      this.#subscriber.unsubscribe(topic)
      return
    }
    const welcomes = style.welcome(topic, arg)
    this.#subscriber.subscribe(topic)
    for (const { kind, message } of welcomes) this.#peer.send(JSON.stringify(message), kind, topic)
  }

  #mayAsk(): boolean {
    const hour = Math.floor(this.#style.clock() / HOUR_MS)
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#requests = 0
    }
    return ++this.#requests <= (this.#style.requestsPerHour ?? Number.POSITIVE_INFINITY)
  }

  #answer(message: object): void {
    this.#peer.send(JSON.stringify(message), 'control', '')
  }
}
