import { WebSocket } from 'ws'

/** One WebSocket as the connection life needs it: what a test can replace by a script. */
export interface Wire {
  send(text: string): void
  ping(): void
  /** Reads no more until it is let go: the venue has to wait. */
  hold(isHeld: boolean): void
  /** Says goodbye and waits for the other side. */
  close(): void
  /** Ends at once, without a word. */
  terminate(): void
}

/** What happens on a wire. `ended` comes exactly once and last. */
export interface WireEvents {
  opened(): void
  /** One whole text message, valid UTF-8. */
  text(text: string): void
  /** A message we cannot read. The wire stays. */
  unreadable(problem: string): void
  /** A ping or pong: nothing to read, but the other side is there. */
  alive(): void
  ended(reason: string): void
}

export interface DialLimits {
  /** Longest message accepted, bytes. A longer one ends the wire: it cannot be skipped. */
  readonly maxFrameBytes: number
  /** Longest wait for the handshake, ms. */
  readonly handshakeMs: number
  readonly headers?: Readonly<Record<string, string>>
}

export type Dial = (url: string, limits: DialLimits, events: WireEvents) => Wire

/** How long a polite close may take, ms, before the wire is cut: a dead peer must not hold the process. */
const GOODBYE_MS = 1_000

/** Dials with `ws`. No compression (a small frame must not become a large one) and no redirect to another host. */
export const dialWebSocket: Dial = (url, limits, events) => {
  const socket = new WebSocket(url, {
    maxPayload: limits.maxFrameBytes,
    handshakeTimeout: limits.handshakeMs,
    headers: { ...limits.headers },
    perMessageDeflate: false,
    followRedirects: false,
  })
  let failure: string | undefined
  socket.on('open', () => events.opened())
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) events.unreadable('binary frame')
    else events.text(data.toString('utf8'))
  })
  socket.on('ping', () => events.alive())
  socket.on('pong', () => events.alive())
  // An error is always followed by 'close'; it only says why.
  socket.on('error', (error) => {
    failure = error.message
  })
  socket.on('close', (code, reason) => {
    const said = reason.toString('utf8').slice(0, 120)
    events.ended(failure ?? `closed with code ${code}${said === '' ? '' : ` (${said})`}`)
  })
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping()
    },
    hold: (isHeld) => {
      if (isHeld) socket.pause()
      else socket.resume()
    },
    close: () => {
      socket.close(1000)
      setTimeout(() => socket.terminate(), GOODBYE_MS).unref()
    },
    terminate: () => socket.terminate(),
  }
}
