import type { WebSocket } from '@fastify/websocket'
import type { Clock } from '@liqscope/feeds'
import type { ServerMessage } from '@liqscope/protocol'

/** Unsent bytes at which a client gets no more patches, only a fresh snapshot once it has caught up. */
const COALESCE_BYTES = 1024 * 1024
/** Unsent bytes at which it counts as caught up. */
const CAUGHT_UP_BYTES = 256 * 1024
/** Unsent bytes, or time behind, at which it is closed: it would only ever see the past. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024
const MAX_BEHIND_MS = 10_000
/** After a close frame the peer has this long to answer; then the connection is cut. */
const CLOSE_GRACE_MS = 2_000
/** A silent client is pinged this often, and cut when nothing came from it for so long: its machine is gone. */
const PING_MS = 25_000
const SILENT_MS = 60_000
/** A second's messages and the most at once: a snapshot costs us much and asking for one costs nothing. */
const MESSAGES_PER_SECOND = 20
const MESSAGE_BURST = 100

export const CLOSE_GOING_AWAY = 1001
export const CLOSE_POLICY = 1008

/** One connection: what may still be sent to it, and when it must go. */
export class Client {
  private status = ''
  private lastHeard: number
  private lastPing: number
  private behindSince: number | undefined
  private allowance = MESSAGE_BURST
  private allowanceAt: number

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
  ) {
    this.allowanceAt = this.lastHeard = this.lastPing = clock.now()
    for (const event of ['message', 'pong']) socket.on(event, () => (this.lastHeard = clock.now()))
  }

  /** False while the client is behind: skip the message, and send a snapshot when it is true again. */
  canTake(): boolean {
    const unsent = this.socket.bufferedAmount
    if (this.behindSince === undefined ? unsent <= COALESCE_BYTES : unsent <= CAUGHT_UP_BYTES) {
      this.behindSince = undefined
      return true
    }
    this.behindSince ??= this.clock.now()
    return false
  }

  /** Closes a client that is too slow to be served. True when it did. */
  closeIfHopeless(): boolean {
    if (!this.isOpen) return false
    this.canTake()
    const late = this.behindSince !== undefined && this.clock.now() - this.behindSince >= MAX_BEHIND_MS
    if (!late && this.socket.bufferedAmount < MAX_UNSENT_BYTES) return false
    this.close(CLOSE_POLICY, 'too slow: the client did not read what it was sent')
    return true
  }

  send(data: string | Uint8Array): void {
    if (!this.isOpen) return
    this.socket.send(data)
  }

  /** Sends a status that differs from the last one; a client that is behind gets it later. */
  tellStatus(status: string): void {
    if (status === this.status || !this.canTake()) return
    this.status = status
    this.send(status)
  }

  /** Asks a silent client whether it is there, and cuts one that is not. */
  checkAlive(): void {
    const now = this.clock.now()
    if (now - this.lastHeard >= SILENT_MS) this.socket.terminate()
    else if (now - Math.max(this.lastHeard, this.lastPing) >= PING_MS) {
      this.lastPing = now
      this.socket.ping()
    }
  }

  say(message: ServerMessage): void {
    this.send(JSON.stringify(message))
  }

  /** Counts a message from the client. False when it sends more than it may. */
  mayAsk(): boolean {
    const now = this.clock.now()
    const earned = ((now - this.allowanceAt) / 1000) * MESSAGES_PER_SECOND
    this.allowance = Math.min(MESSAGE_BURST, this.allowance + earned) - 1
    this.allowanceAt = now
    return this.allowance >= 0
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return
    this.socket.close(code, reason)
    const cut = this.clock.setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS)
    this.socket.once('close', () => this.clock.clearTimeout(cut))
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }
}
