import { createServer, type Server, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

/** One client of the scripted venue. */
export interface Client {
  readonly route: string
  readonly socket: WebSocket
  /** Names it subscribed to, now. */
  readonly streams: Set<string>
}

/**
 * A venue on loopback that speaks Binance's protocol and does what the test says: no market of its own. By default it
 * acknowledges every request and answers REST with what `rest` returns.
 */
export class ScriptedVenue {
  readonly clients: Client[] = []
  /** Every REST request so far, path and query. */
  readonly requests: string[] = []
  /** Every name ever subscribed to, repetitions included. */
  readonly subscriptions: string[] = []
  /** Connections begun, also refused ones. */
  connections = 0
  /** Answers a GET. `undefined`: 404. */
  rest: (url: URL) => unknown = () => undefined
  /** Takes a GET completely into its hands. */
  respond: ((url: URL, response: ServerResponse) => boolean) | undefined
  /** Names that are refused with an error. */
  readonly refusedStreams = new Set<string>()
  /** Handshakes are answered with 503. */
  refuseConnections = false
  readonly #http: Server
  readonly #sockets: WebSocketServer
  #port = 0

  private constructor() {
    this.#http = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://venue')
      this.requests.push(url.pathname + url.search)
      if (this.respond?.(url, response)) return
      const body = this.rest(url)
      response.statusCode = body === undefined ? 404 : 200
      response.end(JSON.stringify(body ?? { code: -1, msg: 'unknown route' }))
    })
    this.#sockets = new WebSocketServer({
      server: this.#http,
      verifyClient: (_info, answer) => {
        this.connections++
        answer(!this.refuseConnections, 503)
      },
    })
    this.#sockets.on('connection', (socket, request) => this.#accept(socket, request.url ?? ''))
  }

  static async open(): Promise<ScriptedVenue> {
    const venue = new ScriptedVenue()
    await new Promise<void>((resolve) => venue.#http.listen(0, '127.0.0.1', resolve))
    const address = venue.#http.address()
    if (typeof address === 'object' && address !== null) venue.#port = address.port
    return venue
  }

  get restUrl(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  /** Sends to every open client that subscribed to the stream. */
  publish(stream: string, message: unknown): void {
    for (const client of this.clients)
      if (client.streams.has(stream) && client.socket.readyState === client.socket.OPEN)
        client.socket.send(JSON.stringify(message))
  }

  /** The clients connected now. */
  get open(): Client[] {
    return this.clients.filter(({ socket }) => socket.readyState === socket.OPEN)
  }

  isSubscribed(stream: string): boolean {
    return this.open.some((client) => client.streams.has(stream))
  }

  async close(): Promise<void> {
    for (const { socket } of this.clients) socket.terminate()
    this.#sockets.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #accept(socket: WebSocket, route: string): void {
    const client: Client = { route, socket, streams: new Set() }
    this.clients.push(client)
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const { method, params, id } = JSON.parse(String(data))
      if (params.some((name: string) => this.refusedStreams.has(name))) {
        socket.send(JSON.stringify({ error: { code: 2, msg: 'Invalid request' }, id }))
        return
      }
      for (const name of params) {
        if (method === 'SUBSCRIBE') {
          this.subscriptions.push(name)
          client.streams.add(name)
        } else client.streams.delete(name)
      }
      socket.send(JSON.stringify({ result: null, id }))
    })
  }
}
