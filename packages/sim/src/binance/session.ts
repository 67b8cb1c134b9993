import type { Peer, StreamSession } from '../serve/dialect.ts'
import { isObject } from '../serve/inbound.ts'
import { Subscriber, type TopicHub } from '../serve/topic-hub.ts'

/**
 * The routes of the venue's sockets. The un-routed address of old still connects and acknowledges everything, but
 * sends only what never moved to `/market`.
 */
export type StreamRoute = 'public' | 'market' | 'unrouted'

const CARRIED: Record<StreamRoute, RegExp> = {
  public: /@(depth|bookTicker|trade$)/,
  market: /@(aggTrade|kline_|markPrice|ticker|forceOrder)|^!(markPrice|forceOrder|ticker)@/,
  unrouted: /@(depth|bookTicker|trade$|ticker)/,
}
const MAX_STREAMS = 1024

interface BinanceConnect {
  readonly route: StreamRoute
  /** Payloads in an envelope with the stream's name. */
  readonly combined: boolean
  /** Named in the address. */
  readonly streams: readonly string[]
}

/** Whatever is asked for is accepted; what the route does not carry never comes, as on the venue. */
export class BinanceSession implements StreamSession {
  readonly #peer: Peer
  readonly #combined: boolean
  readonly #subscriber: Subscriber

  constructor(hub: TopicHub, { route, combined, streams }: BinanceConnect, peer: Peer) {
    this.#peer = peer
    this.#combined = combined
    this.#subscriber = new Subscriber(hub, (stream, kind, text) => {
      if (!CARRIED[route].test(stream)) return
      peer.send(combined ? `{"stream":"${stream}","data":${text}}` : text, kind, stream)
    })
    for (const stream of streams) this.#subscriber.subscribe(stream)
  }

  receive(text: string): void {
    let request: unknown
    try {
      request = JSON.parse(text)
    } catch {
      this.#refuse(3, 'Invalid JSON: expected value at line 1 column 1', undefined)
      return
    }
    if (!isObject(request)) {
      this.#refuse(2, 'Invalid request: request must be an object', undefined)
      return
    }
    const { method, params, id } = request
    const idIsValid = (typeof id === 'number' && Number.isInteger(id) && id >= 0) || typeof id === 'string'
    if (!idIsValid && id !== null) {
      this.#refuse(2, 'Invalid request: request ID must be an unsigned integer', undefined)
      return
    }
    switch (method) {
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
        this.#change(method, params, id)
        return
      case 'LIST_SUBSCRIPTIONS':
        this.#answer({ result: [...this.#subscriber.topics], id })
        return
      case 'GET_PROPERTY':
        this.#answer({ result: this.#combined, id })
        return
      default:
        this.#refuse(
          2,
          'Invalid request: unknown variant, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `GET_PROPERTY`',
          id,
        )
    }
  }

  closed(): void {
    this.#subscriber.unsubscribeAll()
  }

  #change(method: 'SUBSCRIBE' | 'UNSUBSCRIBE', params: unknown, id: unknown): void {
    if (!Array.isArray(params) || params.length === 0 || !params.every((param) => typeof param === 'string')) {
      this.#refuse(2, 'Invalid request: params must be a non-empty array of stream names', id)
      return
    }
    if (method === 'SUBSCRIBE' && this.#subscriber.topics.size + params.length > MAX_STREAMS) {
      this.#refuse(2, `Invalid request: a connection carries at most ${MAX_STREAMS} streams`, id)
      return
    }
    for (const stream of params) {
      if (method === 'SUBSCRIBE') this.#subscriber.subscribe(stream)
      else this.#subscriber.unsubscribe(stream)
    }
    this.#answer({ result: null, id })
  }

  #refuse(code: number, msg: string, id: unknown): void {
    this.#answer(id === undefined ? { error: { code, msg } } : { error: { code, msg }, id })
  }

  #answer(answer: object): void {
    this.#peer.send(JSON.stringify(answer), 'control', '')
  }
}
