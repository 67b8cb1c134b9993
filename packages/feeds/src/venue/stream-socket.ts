import type { TimerHandle } from '../clock.ts'
import type { Connection } from '../socket/connection.ts'
import type { ConnectionBudget } from '../socket/connection-budget.ts'
import { Socket } from '../socket/socket.ts'
import type { FrameReader, SocketRules, Stream } from './adapter.ts'
import type { VenueReply } from './message.ts'
import type { StreamPoolOptions, StreamUse } from './stream-pool.ts'

/** A connection is half-open after 20 s of silence, found by a heartbeat of 5 s: ended within 25 s. */
const SILENCE = { pingAfterMs: 10_000, deadAfterMs: 20_000 }
const HANDSHAKE_MS = 10_000
const MAX_FRAME_BYTES = 4 * 1024 * 1024
/** Both connections of a rotation deliver for this long after the new one's last acknowledgement, ms. */
const OVERLAP_MS = 3_000

/** Requests of one connection that are not answered yet, oldest first. */
interface Pending {
  readonly id?: string
  readonly names: Set<string>
}

interface Use extends StreamUse {
  readonly symbols: Set<string>
  acknowledged: boolean
}

/** One socket of a venue and the streams asked for on it. */
export class StreamSocket {
  readonly route: string
  readonly #options: StreamPoolOptions
  readonly #socket: Socket
  readonly #uses = new Map<string, Use>()
  readonly #pending = new Map<number, Pending[]>()
  readonly #readers = new Map<number, FrameReader>()
  readonly #added = new Set<string>()
  #flush: TimerHandle | undefined
  #promotion: TimerHandle | undefined
  #lastId = 0

  constructor(route: string, options: StreamPoolOptions, budget: ConnectionBudget) {
    const { urlOf, clock, random, dial, rules, events } = options
    this.route = route
    this.#options = options
    this.#socket = new Socket({
      url: urlOf(route),
      clock,
      random,
      dial,
      budget,
      limits: {
        ...SILENCE,
        handshakeMs: HANDSHAKE_MS,
        maxFrameBytes: MAX_FRAME_BYTES,
        headers: options.adapter.headers ?? {},
        ...sendLimits(rules),
      },
      rotateAfterMs: rules.rotateAfterMs,
      events: {
        onOpen: (connection, isSuccessor) => this.#opened(connection, isSuccessor),
        onFrame: (text, receivedTime, connection) => this.#frame(text, receivedTime, connection),
        onUnreadable: (problem) => events.onUnreadable(problem),
        onSucceeded: (connection, reason) => this.#succeeded(connection, reason),
        onDown: (reason) => {
          this.#pending.clear()
          for (const use of this.#uses.values()) use.acknowledged = false
          events.onDown([...this.#uses.values()], reason)
        },
      },
    })
  }

  get size(): number {
    return this.#uses.size
  }

  has(name: string): boolean {
    return this.#uses.has(name)
  }

  /** Streams added in one turn are asked for together. */
  add(stream: Stream, symbol: string): void {
    const known = this.#uses.get(stream.name)
    if (known !== undefined) {
      known.symbols.add(symbol)
      const joined = { stream, symbols: new Set([symbol]) }
      if (this.#socket.isOpen) this.#options.events.onConnected(joined)
      if (known.acknowledged) this.#options.events.onAcknowledged(joined)
      return
    }
    const use: Use = { stream, symbols: new Set([symbol]), acknowledged: false }
    this.#uses.set(stream.name, use)
    if (!this.#socket.isOpen) return
    this.#options.events.onConnected(use)
    this.#added.add(stream.name)
    this.#flush ??= this.#options.clock.setTimeout(() => {
      this.#flush = undefined
      const names = [...this.#added].filter((name) => this.#uses.has(name))
      this.#added.clear()
      for (const connection of this.#socket.connections) this.#request(connection, names)
    }, 0)
  }

  remove(name: string, symbol: string): void {
    const use = this.#uses.get(name)
    if (use === undefined) return
    use.symbols.delete(symbol)
    if (use.symbols.size > 0) return
    this.#uses.delete(name)
    for (const connection of this.#socket.connections) this.#giveUp(connection, name)
  }

  resubscribe(name: string): void {
    if (!this.#uses.has(name)) return
    for (const connection of this.#socket.connections) {
      this.#giveUp(connection, name)
      this.#request(connection, [name])
    }
  }

  close(): void {
    for (const timer of [this.#flush, this.#promotion]) if (timer !== undefined) this.#options.clock.clearTimeout(timer)
    this.#socket.close()
  }

  #opened(connection: Connection, isSuccessor: boolean): void {
    const alive = new Set(this.#socket.connections.map(({ epoch }) => epoch))
    for (const epoch of this.#readers.keys()) if (!alive.has(epoch)) this.#readers.delete(epoch)
    if (!isSuccessor) for (const use of this.#uses.values()) this.#options.events.onConnected(use)
    this.#request(connection, [...this.#uses.keys()])
  }

  /** Streams that the successor has not acknowledged yet are interrupted until it does. */
  #succeeded(connection: Connection, reason: string): void {
    const names = new Set(this.#pending.get(connection.epoch)?.flatMap((request) => [...request.names]))
    const uses = [...this.#uses.values()].filter(({ stream }) => names.has(stream.name))
    if (uses.length === 0) return
    for (const use of uses) use.acknowledged = false
    this.#options.events.onDown(uses, reason)
    for (const use of uses) this.#options.events.onConnected(use)
  }

  #request(connection: Connection, names: readonly string[]): void {
    if (names.length === 0) return
    const pending = this.#pending.get(connection.epoch) ?? []
    this.#pending.set(connection.epoch, pending)
    for (const { id, text, names: asked } of this.#options.adapter.requests('subscribe', names, () => ++this.#lastId)) {
      pending.push({ ...(id === undefined ? {} : { id }), names: new Set(asked) })
      connection.send(text)
    }
  }

  #giveUp(connection: Connection, name: string): void {
    for (const { text } of this.#options.adapter.requests('unsubscribe', [name], () => ++this.#lastId))
      connection.send(text)
  }

  /** True when it was market data. */
  #frame(text: string, receivedTime: number, connection: Connection): boolean {
    const { adapter, listing, events } = this.#options
    let read = this.#readers.get(connection.epoch)
    if (read === undefined) {
      read = adapter.openReader()
      this.#readers.set(connection.epoch, read)
    }
    const message = read(text, receivedTime, listing)
    switch (message.kind) {
      case 'events':
        events.onEvents(message, text)
        return true
      case 'book':
        events.onBook(message, connection.epoch)
        return true
      case 'bad':
      case 'unused':
        events.onRefusedPart(message, text)
        return false
      case 'reply':
        this.#replied(message, connection)
        return false
      case 'notice':
        events.onNotice(message.text)
        if (message.closing) this.#socket.rotate()
        return false
      case 'alive':
        return false
    }
  }

  #replied({ id, stream, problem }: VenueReply, connection: Connection): void {
    const pending = this.#pending.get(connection.epoch)
    const asked =
      id === undefined && stream !== undefined
        ? pending?.find(({ names }) => names.has(stream))
        : pending?.find((request) => id === undefined || request.id === id)
    if (pending === undefined || asked === undefined) return
    const names = stream === undefined ? [...asked.names] : [...asked.names].filter((name) => name === stream)
    for (const name of names) asked.names.delete(name)
    if (asked.names.size === 0) pending.splice(pending.indexOf(asked), 1)
    if (problem !== undefined) this.#refused(names, problem, connection)
    else for (const name of names) this.#acknowledged(name)
    if (pending.length > 0) return
    this.#pending.delete(connection.epoch)
    this.#promotion = this.#options.clock.setTimeout(() => this.#socket.promote(connection.epoch), OVERLAP_MS)
  }

  #acknowledged(name: string): void {
    const use = this.#uses.get(name)
    if (use === undefined) return
    use.acknowledged = true
    this.#options.events.onAcknowledged(use)
  }

  /** One bad name refuses its whole request: ask for each alone, so that only the bad one is given up. */
  #refused(names: readonly string[], problem: string, connection: Connection): void {
    if (names.length > 1) {
      for (const name of names) this.#request(connection, [name])
      return
    }
    for (const name of names) {
      const use = this.#uses.get(name)
      this.#uses.delete(name)
      if (use !== undefined) this.#options.events.onRefused(use, problem)
    }
  }
}

function sendLimits({ sendsPerSecond, sendsPerHour, ping }: SocketRules) {
  const perSecond = { limit: sendsPerSecond, windowMs: 1_000 }
  return {
    sends: sendsPerHour === undefined ? [perSecond] : [perSecond, { limit: sendsPerHour, windowMs: 3_600_000 }],
    ...(ping === undefined ? {} : { ping }),
  }
}
