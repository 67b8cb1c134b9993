import { WebSocket } from 'ws'
import type { MessageKind, Peer, SocketRules, StreamSession } from './dialect.ts'
import type { Faults } from './faults.ts'

/** Above this many unsent bytes, what the next message replaces anyway is left out. */
const COALESCE_ABOVE = 1024 * 1024
/** A client with more unsent bytes, or above the first limit for longer, is cut off. */
const CLOSE_ABOVE = 4 * 1024 * 1024
const CLOSE_AFTER_MS = 10_000
const REPLACEABLE: ReadonlySet<MessageKind> = new Set(['mark', 'candle', 'ticker', 'top'])

/**
 * One client's socket: bounded sending, ping and pong, life time, silence, inbound budget, faults.
 * Nothing is called after `closed`.
 */
export class Connection implements Peer {
  readonly #socket: WebSocket
  readonly #rules: SocketRules
  readonly #faults: Faults
  readonly #now: () => number
  readonly #openedAt: number
  #session: StreamSession | undefined
  #pingedAt: number
  #pongedAt: number
  #sentAt: number
  #heardAt: number
  #fullSince: number | undefined
  #inboundSecond = 0
  #inbound = 0
  #held: string | undefined

  constructor(socket: WebSocket, rules: SocketRules, faults: Faults, now: () => number) {
    this.#socket = socket
    this.#rules = rules
    this.#faults = faults
    this.#now = now
    this.#openedAt = now()
    this.#pingedAt = this.#openedAt
    this.#pongedAt = this.#openedAt
    this.#sentAt = this.#openedAt
    this.#heardAt = this.#openedAt
  }

  serve(session: StreamSession, onClosed: () => void): void {
    this.#session = session
    this.#socket.on('message', (data) => this.#receive(String(data)))
    this.#socket.on('ping', () => {
      this.#heardAt = this.#now()
    })
    this.#socket.on('pong', () => {
      this.#pongedAt = this.#now()
    })
    // The close event follows every error: it is handled there, once.
    this.#socket.on('error', () => {})
    this.#socket.once('close', () => {
      session.closed()
      onClosed()
    })
  }

  send(text: string, kind: MessageKind, channel: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const fate = this.#faults.fate(kind, channel)
    if (fate === 'lost' || !this.#hasRoom(kind)) return
    if (fate === 'held' && this.#held === undefined) {
      this.#held = text
      return
    }
    this.#write(fate === 'cut' ? text.slice(0, Math.ceil(text.length / 2)) : text)
    if (fate === 'twice') this.#write(text)
    if (this.#held === undefined) return
    this.#write(this.#held)
    this.#held = undefined
  }

  /** 1006 cuts the line without a close frame. */
  close(code: number, reason: string): void {
    if (code === 1006) this.#socket.terminate()
    else this.#socket.close(code, reason)
  }

  /** Sends bytes as one text frame, as they are, past every fault. */
  sendRaw(text: string | Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text, { binary: false })
  }

  /** The venue's word before an upgrade, where it has one. */
  notice(): void {
    this.#session?.notice?.()
  }

  terminate(): void {
    this.#socket.terminate()
  }

  /** Pings when due, and ends what is dead, silent, stuck or too old. */
  tick(): void {
    const now = this.#now()
    const { ping, lifeMs } = this.#rules
    if (lifeMs !== undefined && now - this.#openedAt > lifeMs) {
      this.close(1001, 'connection lifetime reached')
      return
    }
    if (this.#fullSince !== undefined && now - this.#fullSince > CLOSE_AFTER_MS) {
      this.#hasRoom('control')
      if (this.#fullSince !== undefined) this.#cutOff()
      return
    }
    if (this.#endsForSilence(now)) return
    if (ping === undefined) return
    if (this.#pingedAt - this.#pongedAt > 0 && now - this.#pongedAt > ping.pongWithinMs) {
      this.#socket.terminate()
      return
    }
    if (now - this.#pingedAt < ping.everyMs || this.#faults.dark) return
    this.#pingedAt = now
    this.#socket.ping(String(now))
  }

  /** True when the line was closed because too long nothing was said. A black hole ends nothing. */
  #endsForSilence(now: number): boolean {
    if (this.#faults.dark) return false
    const { idle, clientSilenceMs } = this.#rules
    if (idle !== undefined && now - this.#sentAt > idle.ms) this.close(idle.code, idle.reason)
    else if (clientSilenceMs !== undefined && now - this.#heardAt > clientSilenceMs) this.close(1000, 'Inactive')
    else return false
    return true
  }

  #receive(text: string): void {
    if (this.#faults.dark) return
    this.#heardAt = this.#now()
    const second = Math.floor(this.#heardAt / 1000)
    if (second !== this.#inboundSecond) {
      this.#inboundSecond = second
      this.#inbound = 0
    }
    const { inboundPerSecond = Number.POSITIVE_INFINITY } = this.#rules
    if (++this.#inbound > inboundPerSecond) this.close(1008, 'Too many requests')
    else this.#session?.receive(text)
  }

  #hasRoom(kind: MessageKind): boolean {
    const waiting = this.#socket.bufferedAmount
    if (waiting > CLOSE_ABOVE) {
      this.#cutOff()
      return false
    }
    if (waiting <= COALESCE_ABOVE) {
      this.#fullSince = undefined
      return true
    }
    this.#fullSince ??= this.#now()
    return !REPLACEABLE.has(kind)
  }

  /** A close frame would wait behind what the client does not read: the line is cut shortly after. */
  #cutOff(): void {
    this.#socket.close(1008, 'slow consumer')
    setTimeout(() => this.#socket.terminate(), 1000).unref()
  }

  #write(text: string): void {
    this.#sentAt = this.#now()
    const { delayMs } = this.#faults
    if (delayMs === 0) this.#socket.send(text)
    else setTimeout(() => this.sendRaw(text), delayMs).unref()
  }
}
