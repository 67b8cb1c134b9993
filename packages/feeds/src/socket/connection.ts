import type { Clock, TimerHandle } from '../clock.ts'
import type { Dial, Wire } from './dial.ts'
import { Pacer, type SendLimit } from './pacer.ts'

export interface ConnectionLimits {
  /** After this silence we ask for a pong, ms. */
  readonly pingAfterMs: number
  /** After this silence the connection is taken for half-open and ended, ms. */
  readonly deadAfterMs: number
  readonly handshakeMs: number
  readonly headers?: Readonly<Record<string, string>>
  readonly maxFrameBytes: number
  readonly sends: readonly SendLimit[]
  /** The venue's own ping text, sent this often at least and instead of the protocol's ping. */
  readonly ping?: { readonly everyMs: number; text(now: number): string }
}

export interface ConnectionEvents {
  opened(connection: Connection): void
  text(connection: Connection, text: string): void
  unreadable(connection: Connection, problem: string): void
  /** Exactly once, last, and not after `end()`. */
  ended(connection: Connection, reason: string): void
}

/** How often the silence is looked at, ms: `deadAfterMs` plus this bounds the life of a half-open connection. */
const HEARTBEAT_MS = 5_000

/** One WebSocket from dial to end, with its heartbeat and its paced sends. It never comes back: see Socket. */
export class Connection {
  /** Set when the handshake is done, epoch ms. */
  openedAt: number | undefined
  /** The owner's mark: market data came over it. */
  deliveredData = false
  readonly epoch: number
  readonly #clock: Clock
  readonly #limits: ConnectionLimits
  readonly #events: ConnectionEvents
  readonly #wire: Wire
  readonly #pacer: Pacer
  #heartbeat: TimerHandle | undefined
  #handshake: TimerHandle | undefined
  #lastHeard: number
  #lastPing = 0
  #ended = false

  constructor(
    epoch: number,
    url: string,
    dial: Dial,
    clock: Clock,
    limits: ConnectionLimits,
    events: ConnectionEvents,
  ) {
    this.epoch = epoch
    this.#clock = clock
    this.#limits = limits
    this.#events = events
    this.#lastHeard = clock.now()
    this.#pacer = new Pacer(clock, limits.sends, (text) => this.#wire.send(text))
    this.#handshake = clock.setTimeout(() => this.#fail('no handshake in time'), limits.handshakeMs)
    this.#wire = dial(url, limits, {
      opened: () => this.#opened(),
      text: (text) => {
        if (this.#hear()) events.text(this, text)
      },
      unreadable: (problem) => {
        if (this.#hear()) events.unreadable(this, problem)
      },
      alive: () => this.#hear(),
      ended: (reason) => this.#fail(reason),
    })
  }

  send(text: string): void {
    if (!this.#ended) this.#pacer.push(text)
  }

  /** Ends it on our wish: politely when `graceful`, and without an `ended` call. */
  end(graceful: boolean): void {
    if (this.#ended) return
    this.#stop()
    if (graceful) this.#wire.close()
    else this.#wire.terminate()
  }

  #opened(): void {
    if (this.#ended) return
    if (this.#handshake !== undefined) this.#clock.clearTimeout(this.#handshake)
    this.openedAt = this.#clock.now()
    this.#lastHeard = this.openedAt
    this.#lastPing = this.openedAt
    this.#heartbeat = this.#clock.setTimeout(() => this.#beat(), HEARTBEAT_MS)
    this.#events.opened(this)
  }

  #hear(): boolean {
    this.#lastHeard = this.#clock.now()
    return !this.#ended
  }

  #beat(): void {
    const now = this.#clock.now()
    const silence = now - this.#lastHeard
    if (silence >= this.#limits.deadAfterMs) {
      this.#fail(`half-open: nothing heard for ${silence} ms`)
      return
    }
    this.#pingIfDue(now, silence)
    this.#heartbeat = this.#clock.setTimeout(() => this.#beat(), HEARTBEAT_MS)
  }

  /** Not paced: venues count subscriptions, not the pings they ask for. */
  #pingIfDue(now: number, silence: number): void {
    const { ping, pingAfterMs } = this.#limits
    // The next look comes after a heartbeat: a ping that would be late then is sent now.
    const isDue = ping !== undefined && now - this.#lastPing > ping.everyMs - HEARTBEAT_MS
    if (!isDue && silence < pingAfterMs) return
    this.#lastPing = now
    if (ping === undefined) this.#wire.ping()
    else this.#wire.send(ping.text(now))
  }

  #fail(reason: string): void {
    if (this.#ended) return
    this.#stop()
    this.#wire.terminate()
    this.#events.ended(this, reason)
  }

  #stop(): void {
    this.#ended = true
    this.#pacer.stop()
    for (const timer of [this.#heartbeat, this.#handshake]) if (timer !== undefined) this.#clock.clearTimeout(timer)
  }
}
