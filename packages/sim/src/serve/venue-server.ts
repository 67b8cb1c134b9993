import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { SimEvent } from '../core/event.ts'
import { Connection } from './connection.ts'
import type { Dialect, DialectService, Listing, RestReply, ServedMarket } from './dialect.ts'
import { Faults } from './faults.ts'
import type { FloorMarket } from './market-floor.ts'
import { RequestBudget } from './request-budget.ts'

const MAX_INBOUND_BYTES = 64 * 1024
/** A venue that closes waits this long for its clients to say goodbye. */
const GOODBYE_MS = 500

/** One venue's port: the HTTP and WebSocket ends of a dialect over its markets. */
export class VenueServer {
  readonly faults: Faults
  readonly connections = new Set<Connection>()
  readonly #served: ReadonlyMap<FloorMarket, ServedMarket & { listing: Listing }>
  readonly #service: DialectService
  readonly #connects: RequestBudget | undefined
  readonly #now: () => number
  readonly #clock: () => number
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_INBOUND_BYTES })

  /** `now`: the wall clock. `marketTime`: where the markets should be. Epoch ms. */
  constructor(dialect: Dialect, markets: readonly FloorMarket[], now: () => number, marketTime: () => number) {
    this.#now = now
    this.faults = new Faults(now)
    this.#clock = () => marketTime() + this.faults.clockSkewMs
    this.#served = new Map(
      markets.map((one) => [one, { market: one.market, record: one.record, listing: { listed: true, unitFactor: 1 } }]),
    )
    this.#service = dialect.open([...this.#served.values()], this.#clock)
    const { connects } = this.#service.rules
    this.#connects = connects === undefined ? undefined : new RequestBudget(connects)
    this.#server = createServer((request, response) => {
      if (!this.faults.dark) void this.#respond(request, response)
    })
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    this.faults.connect({
      dropAll: (code) => this.#each((connection) => connection.close(code, 'dropped on purpose')),
      sendAll: (frame) => this.#each((connection) => connection.sendRaw(frame)),
      noticeAll: () => this.#each((connection) => connection.notice()),
      list: (symbol, change) => this.#list(symbol, change),
    })
  }

  /** @returns the port. Rejects when it is taken. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        const address: AddressInfo | string | null = this.#server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : port)
      })
    })
  }

  /** Sends what happened, and looks after the connections. */
  tick(happened: ReadonlyMap<FloorMarket, readonly SimEvent[]>): void {
    this.faults.tick()
    const skew = this.faults.clockSkewMs
    for (const [one, served] of this.#served) {
      const events = happened.get(one) ?? []
      if (!served.listing.listed) continue
      const stamped = skew === 0 ? events : events.map((event) => ({ ...event, time: event.time + skew }))
      this.#service.publish(served, stamped, served.market.time + skew)
    }
    this.#each((connection) => connection.tick())
  }

  /** Ends every connection with 1001 and frees the port. */
  async close(): Promise<void> {
    this.#each((connection) => connection.close(1001, 'venue closes'))
    this.#sockets.close()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())])
    this.#each((connection) => connection.terminate())
    this.#server.closeAllConnections()
    await closed
  }

  #each(act: (connection: Connection) => void): void {
    for (const connection of [...this.connections]) act(connection)
  }

  #list(symbol: string, change: { readonly listed?: boolean; readonly unitFactor?: number }): void {
    const served = [...this.#served.values()].find(({ market }) => market.contract.symbol === symbol)
    if (served === undefined) throw new RangeError(`this venue does not serve "${symbol}"`)
    served.listing = { ...served.listing, ...change }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const verdict = this.#connects?.charge(request.socket.remoteAddress ?? '', 1, this.#now())
    if (verdict !== undefined && verdict.kind !== 'allowed') {
      socket.end('HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const url = parseUrl(request)
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, this.#service.rules, this.faults, this.#now)
      const session = url && this.#service.accept(url.pathname, url.searchParams, connection)
      if (session === undefined) {
        webSocket.close(1008, 'no such stream')
        return
      }
      this.connections.add(connection)
      connection.serve(session, () => this.connections.delete(connection))
    })
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.#reply(request)
    const { status, body, headers } = reply ?? { status: 404, body: '{"message":"no such path"}', headers: {} }
    const send = (): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    }
    const { delayMs } = this.faults
    if (delayMs === 0) send()
    else setTimeout(send, delayMs).unref()
  }

  async #reply(request: IncomingMessage): Promise<RestReply | undefined> {
    const body = await readBody(request)
    if (body === undefined) return { status: 413, body: '{}' }
    const refusal = this.faults.takeRefusal()
    if (refusal !== undefined) return { status: refusal, body: '{}', headers: { 'retry-after': '1' } }
    const url = parseUrl(request)
    return (
      url &&
      this.#service.answer({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        body,
        client: request.socket.remoteAddress ?? '',
        time: this.#clock(),
      })
    )
  }
}

/** Undefined when it is too long, or the client went away. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue
      bytes += chunk.length
      if (bytes > MAX_INBOUND_BYTES) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString()
}

function parseUrl(request: IncomingMessage): URL | undefined {
  const text = `http://venue${request.url ?? '/'}`
  return URL.canParse(text) ? new URL(text) : undefined
}
