import type { Clock, TimerHandle } from '../clock.ts'
import type { Connection } from '../socket/connection.ts'
import { ConnectionBudget } from '../socket/connection-budget.ts'
import { Socket } from '../socket/socket.ts'
import { type BinanceMessage, type Listing, parseFrame } from './parse.ts'
import {
  CONNECTIONS,
  MAX_STREAMS_PER_CONNECTION,
  type Route,
  routeUrl,
  SENDS_PER_SECOND,
  type Stream,
  streamRequests,
} from './subscribe.ts'

export interface StreamPoolOptions {
  readonly wsUrl: string
  readonly clock: Clock
  readonly random: () => number
  /** Age at which a connection is replaced, ms. */
  readonly rotateAfterMs: number
  /** Read at each frame: the subscribed instruments. */
  readonly listing: Listing
  readonly events: StreamPoolEvents
}

export interface StreamPoolEvents {
  /** Anything but a reply. */
  onMessage(message: BinanceMessage, text: string): void
  onUnreadable(problem: string): void
  /** A connection for this stream is up; it is not acknowledged yet. Not called for the successor of a rotation. */
  onConnected(stream: Stream): void
  onAcknowledged(stream: Stream): void
  /** The venue refused this one stream; it is given up, the others stay. */
  onRefused(stream: Stream, problem: string): void
  /** No connection is left for these streams. */
  onDown(streams: readonly Stream[], reason: string): void
}

/** A connection is half-open after 20 s of silence, found by a heartbeat of 5 s: ended within 25 s. */
const CONNECTION_LIMITS = {
  pingAfterMs: 10_000,
  deadAfterMs: 20_000,
  handshakeMs: 10_000,
  maxFrameBytes: 1024 * 1024,
  sendsPerSecond: SENDS_PER_SECOND,
}
/** Both connections of a rotation deliver for this long after the new one's last acknowledgement, ms. */
const OVERLAP_MS = 3_000

/** Spreads streams over as few sockets as the venue's limits allow, per route, and keeps them subscribed. */
export class StreamPool {
  readonly #options: StreamPoolOptions
  readonly #budget = new ConnectionBudget(CONNECTIONS.limit, CONNECTIONS.windowMs)
  #members: Member[] = []

  constructor(options: StreamPoolOptions) {
    this.#options = options
  }

  add(stream: Stream): void {
    const free = this.#members.find(
      (member) => member.route === stream.route && member.size < MAX_STREAMS_PER_CONNECTION,
    )
    if (free !== undefined) {
      free.add(stream)
      return
    }
    const member = new Member(stream.route, this.#options, this.#budget)
    this.#members.push(member)
    member.add(stream)
  }

  /** A socket without streams is closed. */
  remove(name: string): void {
    for (const member of this.#members) {
      member.remove(name)
      if (member.size === 0) member.close()
    }
    this.#members = this.#members.filter((member) => member.size > 0)
  }

  /** Asks again for a stream that was acknowledged and stays silent. */
  resubscribe(name: string): void {
    for (const member of this.#members) member.resubscribe(name)
  }

  close(): void {
    for (const member of this.#members) member.close()
  }
}

/** Requests of one connection that are not answered yet, by id. */
type Pending = Map<number, readonly string[]>

/** One socket and its streams. */
class Member {
  readonly route: Route
  readonly #options: StreamPoolOptions
  readonly #socket: Socket
  readonly #streams = new Map<string, Stream>()
  readonly #pending = new Map<number, Pending>()
  readonly #added = new Set<string>()
  #flush: TimerHandle | undefined
  #promotion: TimerHandle | undefined
  #lastId = 0

  constructor(route: Route, options: StreamPoolOptions, budget: ConnectionBudget) {
    const { wsUrl, clock, random, rotateAfterMs, events } = options
    this.route = route
    this.#options = options
    this.#socket = new Socket({
      url: routeUrl(wsUrl, route),
      clock,
      random,
      budget,
      limits: CONNECTION_LIMITS,
      rotateAfterMs,
      events: {
        onOpen: (connection, isSuccessor) => this.#opened(connection, isSuccessor),
        onFrame: (text, receivedTime, connection) => this.#frame(text, receivedTime, connection),
        onUnreadable: (problem) => events.onUnreadable(problem),
        onDown: (reason) => {
          this.#pending.clear()
          events.onDown([...this.#streams.values()], reason)
        },
      },
    })
  }

  get size(): number {
    return this.#streams.size
  }

  /** Streams added in one turn are asked for together. */
  add(stream: Stream): void {
    this.#streams.set(stream.name, stream)
    if (!this.#socket.isOpen) return
    this.#options.events.onConnected(stream)
    this.#added.add(stream.name)
    this.#flush ??= this.#options.clock.setTimeout(() => {
      this.#flush = undefined
      const names = [...this.#added].filter((name) => this.#streams.has(name))
      this.#added.clear()
      for (const connection of this.#socket.connections) this.#request(connection, names)
    }, 0)
  }

  remove(name: string): void {
    if (!this.#streams.delete(name)) return
    for (const connection of this.#socket.connections)
      for (const request of streamRequests('UNSUBSCRIBE', [name], () => ++this.#lastId))
        connection.send(JSON.stringify(request))
  }

  resubscribe(name: string): void {
    if (!this.#streams.has(name)) return
    for (const connection of this.#socket.connections) {
      for (const request of streamRequests('UNSUBSCRIBE', [name], () => ++this.#lastId))
        connection.send(JSON.stringify(request))
      this.#request(connection, [name])
    }
  }

  close(): void {
    for (const timer of [this.#flush, this.#promotion]) if (timer !== undefined) this.#options.clock.clearTimeout(timer)
    this.#socket.close()
  }

  #opened(connection: Connection, isSuccessor: boolean): void {
    if (!isSuccessor) for (const stream of this.#streams.values()) this.#options.events.onConnected(stream)
    this.#request(connection, [...this.#streams.keys()])
  }

  #request(connection: Connection, names: readonly string[]): void {
    if (names.length === 0) return
    const pending: Pending = this.#pending.get(connection.epoch) ?? new Map()
    this.#pending.set(connection.epoch, pending)
    for (const request of streamRequests('SUBSCRIBE', names, () => ++this.#lastId)) {
      pending.set(request.id, request.params)
      connection.send(JSON.stringify(request))
    }
  }

  #frame(text: string, receivedTime: number, connection: Connection): boolean {
    const message = parseFrame(text, receivedTime, this.#options.listing)
    if (message.kind === 'reply') {
      this.#replied(message.id, message.problem, connection)
      return false
    }
    this.#options.events.onMessage(message, text)
    return message.kind === 'events' || message.kind === 'depth'
  }

  #replied(id: number, problem: string | undefined, connection: Connection): void {
    const pending = this.#pending.get(connection.epoch)
    const names = pending?.get(id)
    if (pending === undefined || names === undefined) return
    pending.delete(id)
    if (problem !== undefined) this.#refused(names, problem, connection)
    else
      for (const name of names) {
        const stream = this.#streams.get(name)
        if (stream !== undefined) this.#options.events.onAcknowledged(stream)
      }
    if (pending.size > 0) return
    this.#pending.delete(connection.epoch)
    this.#promotion = this.#options.clock.setTimeout(() => this.#socket.promote(connection.epoch), OVERLAP_MS)
  }

  /** One bad name refuses its whole request: ask for each alone, so that only the bad one is given up. */
  #refused(names: readonly string[], problem: string, connection: Connection): void {
    if (names.length > 1) {
      for (const name of names) this.#request(connection, [name])
      return
    }
    for (const name of names) {
      const stream = this.#streams.get(name)
      this.#streams.delete(name)
      if (stream !== undefined) this.#options.events.onRefused(stream, problem)
    }
  }
}
