import type { MessageKind } from './dialect.ts'

/** Who listens to what on one venue. A topic is the venue's own name of a stream. */
export class TopicHub {
  readonly #audience = new Map<string, Set<Subscriber>>()

  wanted(topic: string): boolean {
    return this.#audience.has(topic)
  }

  publish(topic: string, kind: MessageKind, message: object): void {
    const audience = this.#audience.get(topic)
    if (audience === undefined) return
    const text = JSON.stringify(message)
    for (const subscriber of audience) subscriber.deliver(topic, kind, text)
  }

  join(topic: string, subscriber: Subscriber): void {
    const audience = this.#audience.get(topic)
    if (audience === undefined) this.#audience.set(topic, new Set([subscriber]))
    else audience.add(subscriber)
  }

  leave(topic: string, subscriber: Subscriber): void {
    const audience = this.#audience.get(topic)
    if (audience === undefined) return
    audience.delete(subscriber)
    if (audience.size === 0) this.#audience.delete(topic)
  }
}

/** One session's place in the hub. */
export class Subscriber {
  readonly #hub: TopicHub
  readonly #topics = new Set<string>()
  /** Hands a message of one topic to the client, or not. */
  readonly deliver: (topic: string, kind: MessageKind, text: string) => void

  constructor(hub: TopicHub, deliver: (topic: string, kind: MessageKind, text: string) => void) {
    this.#hub = hub
    this.deliver = deliver
  }

  get topics(): ReadonlySet<string> {
    return this.#topics
  }

  subscribe(topic: string): void {
    this.#topics.add(topic)
    this.#hub.join(topic, this)
  }

  unsubscribe(topic: string): void {
    this.#topics.delete(topic)
    this.#hub.leave(topic, this)
  }

  unsubscribeAll(): void {
    for (const topic of [...this.#topics]) this.unsubscribe(topic)
  }
}
