import { WebSocket } from 'ws'

/** A message as it came, parsed. */
export interface Received {
  readonly text: string
  readonly stream: string | undefined
  /** The payload: what the envelope holds, or the message itself. */
  readonly data: Record<string, unknown>
}

/** A client that keeps what it hears. */
export class Client {
  readonly received: Received[] = []
  readonly broken: string[] = []
  pings = 0
  closeCode: number | undefined
  readonly socket: WebSocket
  readonly #opened: Promise<void>

  constructor(url: string) {
    this.socket = new WebSocket(url)
    this.#opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve)
      this.socket.once('error', reject)
    })
    this.#opened.catch(() => {})
    this.socket.on('error', () => {})
    this.socket.on('ping', () => {
      this.pings++
    })
    this.socket.on('close', (code) => {
      this.closeCode = code
    })
    this.socket.on('message', (data) => this.#keep(String(data)))
  }

  async open(): Promise<this> {
    await this.#opened
    return this
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** What came on this stream. */
  on(stream: string): Record<string, unknown>[] {
    return this.received.filter((one) => one.stream === stream).map(({ data }) => data)
  }

  close(): void {
    this.socket.terminate()
  }

  #keep(text: string): void {
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch {
      this.broken.push(text)
      return
    }
    if (!isRecord(parsed)) return
    const data = isRecord(parsed.data) ? parsed.data : parsed
    const stream = typeof parsed.stream === 'string' ? parsed.stream : undefined
    this.received.push({ text, stream, data })
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Waits until the condition holds. @throws after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
