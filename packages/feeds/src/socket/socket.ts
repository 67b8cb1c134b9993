import type { Clock, TimerHandle } from '../clock.ts'
import { Backoff } from './backoff.ts'
import { Connection, type ConnectionLimits } from './connection.ts'
import type { ConnectionBudget } from './connection-budget.ts'
import { type Dial, dialWebSocket } from './dial.ts'

export interface SocketOptions {
  readonly url: string
  readonly clock: Clock
  /** Uniform in [0, 1): jitter of retries and rotation. */
  readonly random: () => number
  /** The venue's, shared by all its sockets. */
  readonly budget: ConnectionBudget
  readonly limits: ConnectionLimits
  /** Age at which a successor is opened, ms: before the venue cuts the connection itself. */
  readonly rotateAfterMs: number
  readonly dial?: Dial
  readonly events: SocketEvents
}

export interface SocketEvents {
  /** A connection is up: subscribe everything on it. A successor is up beside the current one until `promote`. */
  onOpen(connection: Connection, isSuccessor: boolean): void
  /** One text frame. Return true when it was market data: that is what makes a connection stable. */
  onFrame(text: string, receivedTime: number, connection: Connection): boolean
  onUnreadable(problem: string): void
  /** A successor carries on alone, the one before it was promoted or lost: what it was not told yet is not delivered. */
  onSucceeded?(connection: Connection, reason: string): void
  /** No connection is left; another one is on its way. */
  onDown(reason: string): void
}

/** A successor that was never promoted takes over after this, ms. */
const PROMOTE_AFTER_MS = 30_000
/** How long the old connection is still read after a promotion, ms: its last frames may be on the way. */
const DRAIN_MS = 2_000
/** Rotation is spread over this part of its age, so that a venue's sockets do not all rotate at once. */
const ROTATE_SPREAD = 0.05

/**
 * A connection that stays: dials, retries with back-off inside the venue's budget, and changes connection before the
 * venue's cut (make before break). Guarantees:
 *
 * - Frames carry the epoch of their connection, epochs only grow, and a connection that was given up delivers nothing
 *   more, whatever still arrives on it. During a rotation two epochs deliver: the owner drops duplicates.
 * - `onOpen` comes before the first frame of its epoch; `onDown` only when no connection is left.
 * - After `close()` nothing is called.
 */
export class Socket {
  readonly #options: SocketOptions
  readonly #backoff: Backoff
  readonly #timers = new Set<TimerHandle>()
  #epoch = 0
  #current: Connection | undefined
  #successor: Connection | undefined
  /** From the decision to dial until the handshake is over: there is never more than one. */
  #dialPending = false
  #dialing: Connection | undefined
  #draining: Connection | undefined
  #rotation: TimerHandle | undefined
  #closed = false

  constructor(options: SocketOptions) {
    this.#options = options
    this.#backoff = new Backoff(options.random)
    this.#dialIn(0)
  }

  get isOpen(): boolean {
    return this.#current !== undefined
  }

  /** The current connection and, during a rotation, its successor: what has to be told on both. */
  get connections(): readonly Connection[] {
    return [this.#current, this.#successor].filter((connection) => connection !== undefined)
  }

  /** The successor delivers everything the current one does: take it and let the old one go. Else ignored. */
  promote(epoch: number): void {
    if (this.#successor?.epoch !== epoch) return
    const old = this.#current
    this.#succeed(this.#successor, 'the connection was replaced')
    if (old === undefined) return
    this.#draining?.end(true)
    this.#draining = old
    this.#after(DRAIN_MS, () => {
      if (this.#draining !== old) return
      this.#draining = undefined
      old.end(true)
    })
  }

  /** Changes connection now, make before break: the venue said that it will end this one. */
  rotate(): void {
    if (this.#current !== undefined && this.#successor === undefined) this.#dialIn(0)
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers) this.#options.clock.clearTimeout(timer)
    for (const connection of [this.#current, this.#successor, this.#draining]) connection?.end(true)
    this.#dialing?.end(false)
    this.#current = this.#successor = this.#draining = this.#dialing = undefined
  }

  /** Dials after `ms`, or at the first moment after it that the venue's budget allows. */
  #dialIn(ms: number): void {
    if (this.#dialPending) return
    this.#dialPending = true
    const { budget, clock } = this.#options
    this.#after(ms, () => {
      const now = clock.now()
      const wait = budget.reserve(now) - now
      if (wait > 0) this.#after(wait, () => this.#dialNow())
      else this.#dialNow()
    })
  }

  #dialNow(): void {
    const { url, dial = dialWebSocket, clock, limits, events } = this.#options
    this.#dialing = new Connection(++this.#epoch, url, dial, clock, limits, {
      opened: (connection) => this.#opened(connection),
      text: (connection, text) => {
        if (events.onFrame(text, clock.now(), connection)) connection.deliveredData = true
      },
      unreadable: (_connection, problem) => events.onUnreadable(problem),
      ended: (connection, reason) => this.#ended(connection, reason),
    })
  }

  #opened(connection: Connection): void {
    this.#dialing = undefined
    this.#dialPending = false
    if (this.#current === undefined) this.#take(connection)
    else {
      this.#successor = connection
      this.#after(PROMOTE_AFTER_MS, () => this.promote(connection.epoch))
    }
    this.#options.events.onOpen(connection, this.#current !== connection)
  }

  #succeed(successor: Connection, reason: string): void {
    this.#take(successor)
    this.#successor = undefined
    this.#options.events.onSucceeded?.(successor, reason)
  }

  /** Makes it the current one and plans its rotation. */
  #take(connection: Connection): void {
    const { clock, random, rotateAfterMs } = this.#options
    this.#current = connection
    if (this.#rotation !== undefined) {
      clock.clearTimeout(this.#rotation)
      this.#timers.delete(this.#rotation)
    }
    this.#rotation = this.#after(rotateAfterMs * (1 - ROTATE_SPREAD * random()), () => this.#dialIn(0))
  }

  #ended(connection: Connection, reason: string): void {
    const { clock, events } = this.#options
    if (connection === this.#draining) {
      this.#draining = undefined
      return
    }
    const openMs = connection.openedAt === undefined ? 0 : clock.now() - connection.openedAt
    this.#backoff.ended(openMs, connection.deliveredData)
    if (connection === this.#dialing) {
      this.#dialing = undefined
      this.#dialPending = false
    } else if (connection === this.#successor) this.#successor = undefined
    else if (connection === this.#current) {
      this.#current = undefined
      if (this.#successor !== undefined) {
        this.#succeed(this.#successor, reason)
        return
      }
    }
    this.#dialIn(this.#backoff.next())
    if (this.#current === undefined) events.onDown(reason)
  }

  #after(ms: number, callback: () => void): TimerHandle {
    const { clock } = this.#options
    const timer = clock.setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#closed) callback()
    }, ms)
    this.#timers.add(timer)
    return timer
  }
}
