import { createServer, type Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

/** One request as it came. */
export interface AskedRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed, when there was one. */
  readonly body: unknown
}

/** A venue on loopback that says what the test tells it to, whatever its protocol. */
export class LoopbackVenue {
  readonly requests: AskedRequest[] = []
  /** Texts that came over sockets, oldest first, with the path they came on. */
  readonly texts: { readonly path: string; readonly text: string }[] = []
  readonly handshakes: Readonly<Record<string, string | string[] | undefined>>[] = []
  readonly sockets = new Set<WebSocket>()
  /** Answers a request; `undefined`: 404. */
  answer: (request: AskedRequest) => unknown = () => undefined
  /** Texts to send when one came. */
  reply: (text: string, path: string) => readonly string[] = () => []
  readonly #http: Server
  readonly #server: WebSocketServer
  #port = 0

  private constructor() {
    this.#http = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://venue')
        const text = Buffer.concat(chunks).toString('utf8')
        const body: unknown = text === '' ? undefined : JSON.parse(text)
        const asked = { path: url.pathname, query: url.searchParams, headers: request.headers, body }
        this.requests.push(asked)
        const answer = this.answer(asked)
        response.statusCode = answer === undefined ? 404 : 200
        response.end(JSON.stringify(answer ?? {}))
      })
    })
    this.#server = new WebSocketServer({ server: this.#http })
    this.#server.on('connection', (socket, request) => {
      const path = request.url ?? '/'
      this.handshakes.push(request.headers)
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
      socket.on('message', (data) => {
        const text = Buffer.isBuffer(data) ? data.toString('utf8') : ''
        this.texts.push({ path, text })
        for (const answer of this.reply(text, path)) socket.send(answer)
      })
    })
  }

  static async open(): Promise<LoopbackVenue> {
    const venue = new LoopbackVenue()
    await new Promise<void>((resolve) => venue.#http.listen(0, '127.0.0.1', resolve))
    const address = venue.#http.address()
    if (typeof address === 'object' && address !== null) venue.#port = address.port
    return venue
  }

  get addresses() {
    return { restUrl: `http://127.0.0.1:${this.#port}`, wsUrl: `ws://127.0.0.1:${this.#port}` }
  }

  send(payload: unknown): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(payload))
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate()
    this.#server.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }
}

/** Resolves when `holds` does; fails after `ms`. */
export async function eventually(holds: () => boolean, ms = 5_000): Promise<void> {
  const started = Date.now()
  while (!holds()) {
    if (Date.now() - started > ms) throw new Error(`not within ${ms} ms: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
