import type { MarketUpdate, ServerMessage } from '@liqscope/protocol'
import { decodeFrame } from '@liqscope/protocol/frame'
import { WebSocket } from 'ws'

export type Message = ServerMessage | MarketUpdate

/** A client of `/ws` that keeps everything it was told. */
export class Subscriber {
  readonly messages: Message[] = []
  readonly socket: WebSocket
  closed: { code: number; reason: string } | undefined
  private readonly waiting = new Set<() => void>()

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })
    this.socket.on('message', (data, isBinary) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)
      this.messages.push(isBinary ? decodeFrame(bytes) : JSON.parse(bytes.toString()))
      this.wake()
    })
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
      this.wake()
    })
    this.socket.on('error', () => this.wake())
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** The first thing `pick` finds in what was told so far or will be. */
  async until<T>(pick: (messages: readonly Message[]) => T | undefined, what: string, ms = 10_000): Promise<T> {
    const deadline = Date.now() + ms
    for (;;) {
      const found = pick(this.messages)
      if (found !== undefined) return found
      if (Date.now() > deadline)
        throw new Error(`waited ${ms} ms for ${what}; got ${this.messages.map(({ type }) => type).join(' ')}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, 50)
        const { waiting } = this
        function done() {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        waiting.add(done)
      })
    }
  }

  updates(market?: string): MarketUpdate[] {
    return this.messages.filter(isUpdate).filter((update) => market === undefined || update.market === market)
  }

  snapshot(count = 1): Promise<MarketUpdate> {
    return this.until(() => this.updates().filter(({ type }) => type === 'snapshot')[count - 1], `snapshot ${count}`)
  }

  untilClosed(ms?: number): Promise<{ code: number; reason: string }> {
    return this.until(() => this.closed, 'the close', ms)
  }

  private wake(): void {
    for (const done of [...this.waiting]) done()
  }
}

function isUpdate(message: Message): message is MarketUpdate {
  return message.type === 'snapshot' || message.type === 'patch'
}
