import type { MessageKind, Peer, StreamSession } from '../serve/dialect.ts'

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

/** All sessions of one venue and who listens to what. */
export class StreamHub {
  readonly #listeners = new Map<string, Set<BinanceSession>>()

  open(route: StreamRoute, combined: boolean, streams: readonly string[], peer: Peer): StreamSession {
    const session = new BinanceSession(this, route, combined, peer)
    for (const stream of streams) session.subscribe(stream)
    return session
  }

  wanted(stream: string): boolean {
    return this.#listeners.has(stream)
  }

  publish(stream: string, kind: MessageKind, payload: object): void {
    const listeners = this.#listeners.get(stream)
    if (listeners === undefined) return
    const text = JSON.stringify(payload)
    const enveloped = `{"stream":"${stream}","data":${text}}`
    for (const session of listeners) session.deliver(stream, kind, session.combined ? enveloped : text)
  }

  listen(stream: string, session: BinanceSession): void {
    const listeners = this.#listeners.get(stream)
    if (listeners === undefined) this.#listeners.set(stream, new Set([session]))
    else listeners.add(session)
  }

  forget(stream: string, session: BinanceSession): void {
    const listeners = this.#listeners.get(stream)
    if (listeners === undefined) return
    listeners.delete(session)
    if (listeners.size === 0) this.#listeners.delete(stream)
  }
}

class BinanceSession implements StreamSession {
  readonly #hub: StreamHub
  readonly #route: StreamRoute
  readonly #peer: Peer
  readonly #streams = new Set<string>()

  constructor(
    hub: StreamHub,
    route: StreamRoute,
    readonly combined: boolean,
    peer: Peer,
  ) {
    this.#hub = hub
    this.#route = route
    this.#peer = peer
  }

  /** Whatever is asked for is accepted; what the route does not carry never comes, as on the venue. */
  subscribe(stream: string): void {
    this.#streams.add(stream)
    this.#hub.listen(stream, this)
  }

  deliver(stream: string, kind: MessageKind, text: string): void {
    if (CARRIED[this.#route].test(stream)) this.#peer.send(text, kind, stream)
  }

  receive(text: string): void {
    let request: unknown
    try {
      request = JSON.parse(text)
    } catch {
      this.#refuse(3, 'Invalid JSON: expected value at line 1 column 1', undefined)
      return
    }
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
      this.#refuse(2, 'Invalid request: request must be an object', undefined)
      return
    }
    const method = 'method' in request ? request.method : undefined
    const params = 'params' in request ? request.params : undefined
    const id = 'id' in request ? request.id : undefined
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
        this.#answer({ result: [...this.#streams], id })
        return
      case 'GET_PROPERTY':
        this.#answer({ result: this.combined, id })
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
    for (const stream of this.#streams) this.#hub.forget(stream, this)
    this.#streams.clear()
  }

  #change(method: 'SUBSCRIBE' | 'UNSUBSCRIBE', params: unknown, id: unknown): void {
    if (!Array.isArray(params) || params.length === 0 || !params.every((param) => typeof param === 'string')) {
      this.#refuse(2, 'Invalid request: params must be a non-empty array of stream names', id)
      return
    }
    if (method === 'SUBSCRIBE' && this.#streams.size + params.length > MAX_STREAMS) {
      this.#refuse(2, `Invalid request: a connection carries at most ${MAX_STREAMS} streams`, id)
      return
    }
    for (const stream of params) {
      if (method === 'SUBSCRIBE') this.subscribe(stream)
      else {
        this.#streams.delete(stream)
        this.#hub.forget(stream, this)
      }
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
