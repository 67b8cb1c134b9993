import type { Clock } from '../clock.ts'
import { ConnectionBudget } from '../socket/connection-budget.ts'
import type { Dial } from '../socket/dial.ts'
import type { SocketRules, Stream, VenueAdapter } from './adapter.ts'
import type { Listing, RefusedPart, VenueMessage } from './message.ts'
import { StreamSocket } from './stream-socket.ts'

export interface StreamPoolOptions {
  readonly adapter: Pick<VenueAdapter, 'headers' | 'requests' | 'openReader'>
  readonly rules: SocketRules
  urlOf(route: string): string
  readonly clock: Clock
  readonly random: () => number
  readonly dial: Dial
  /** Read at each frame: the subscribed instruments. */
  readonly listing: Listing
  readonly events: StreamPoolEvents
}

/** A stream and the symbols it is wanted for: many where one stream serves all instruments. */
export interface StreamUse {
  readonly stream: Stream
  readonly symbols: ReadonlySet<string>
}

export interface StreamPoolEvents {
  onEvents(message: Extract<VenueMessage, { kind: 'events' }>, text: string): void
  /** `epoch` of the connection: a book is built from the messages of one connection. */
  onBook(message: Extract<VenueMessage, { kind: 'book' }>, epoch: number): void
  onRefusedPart(part: RefusedPart, text: string): void
  onNotice(text: string): void
  onUnreadable(problem: string): void
  /** A connection for this stream is up; it is not acknowledged yet. Not called for the successor of a rotation. */
  onConnected(use: StreamUse): void
  onAcknowledged(use: StreamUse): void
  /** The venue refused this one stream; it is given up, the others stay. */
  onRefused(use: StreamUse, problem: string): void
  /** No connection is left for these streams. */
  onDown(uses: readonly StreamUse[], reason: string): void
}

/** Spreads streams over as few sockets as the venue's limits allow, per route, and keeps them subscribed. */
export class StreamPool {
  readonly #options: StreamPoolOptions
  readonly #budget: ConnectionBudget
  #sockets: StreamSocket[] = []

  constructor(options: StreamPoolOptions) {
    this.#options = options
    const { limit, windowMs } = options.rules.connections
    this.#budget = new ConnectionBudget(limit, windowMs)
  }

  add(stream: Stream, symbol: string): void {
    const { streamsPerConnection } = this.#options.rules
    const socket =
      this.#sockets.find((known) => known.has(stream.name)) ??
      this.#sockets.find((known) => known.route === stream.route && known.size < streamsPerConnection) ??
      this.#open(stream.route)
    socket.add(stream, symbol)
  }

  /** A stream that no symbol needs any more is given up, a socket without streams closed. */
  remove(name: string, symbol: string): void {
    for (const socket of this.#sockets) {
      socket.remove(name, symbol)
      if (socket.size === 0) socket.close()
    }
    this.#sockets = this.#sockets.filter((socket) => socket.size > 0)
  }

  /** Asks again for a stream that was acknowledged and stays silent, or for its first message. */
  resubscribe(name: string): void {
    for (const socket of this.#sockets) socket.resubscribe(name)
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
  }

  #open(route: string): StreamSocket {
    const socket = new StreamSocket(route, this.#options, this.#budget)
    this.#sockets.push(socket)
    return socket
  }
}
