import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as breathe } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { binanceDialect } from '../binance/dialect.ts'
import { SIM_CONTRACTS } from '../core/contract.ts'
import type { SimEvent } from '../core/event.ts'
import { SimMarket } from '../core/sim-market.ts'
import { MarketRecord } from '../record/market-record.ts'
import { Connection } from './connection.ts'
import type { Dialect, DialectService, RestReply, ServedMarket } from './dialect.ts'
import { Faults } from './faults.ts'

/** How often the markets catch up with the clock. Order books are published at this pace. */
const STEP_MS = 100
/** Warm-up is cut into pieces of this much simulated time, so that the process stays responsive. */
const WARMUP_PIECE_MS = 15 * 60_000
/** After a pause (a sleeping laptop) the markets catch up at no more than this per step. */
const MOST_PER_STEP_MS = 300_000
const DEFAULT_WARMUP_MS = 72 * 3_600_000
const MAX_INBOUND_BYTES = 64 * 1024

export interface SimVenueOptions {
  readonly seed?: number
  /** 0 takes a free one. */
  readonly port?: number
  readonly host?: string
  /** Simulated seconds per second of `now`. */
  readonly speed?: number
  /** Simulated history before the first moment that is served. */
  readonly warmupMs?: number
  /** Epoch ms. */
  readonly now: () => number
  readonly symbols?: readonly string[]
  readonly dialects?: readonly Dialect[]
}

/** A running venue on loopback. */
export interface SimVenue {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly restUrl: string
  /** `ws://127.0.0.1:port`, without a slash at the end. */
  readonly wsUrl: string
  readonly markets: readonly SimMarket[]
  readonly faults: Faults
  /** Connections that are open now. */
  readonly connections: number
  /** Brings the markets up to `now` and sends what happened, without waiting for the timer. */
  step(): void
  /** Ends every connection with 1001 and frees the port. */
  close(): Promise<void>
}

/**
 * Simulates `warmupMs` of history, then serves the markets in step with the clock.
 * @throws when the port is taken, or a symbol is unknown.
 */
export async function startSimVenue(options: SimVenueOptions): Promise<SimVenue> {
  const { now, speed = 1, host = '127.0.0.1', warmupMs = DEFAULT_WARMUP_MS, seed = 1 } = options
  const symbols = options.symbols ?? SIM_CONTRACTS.map(({ symbol }) => symbol)
  const wallStart = now()
  const simTime = (): number => Math.floor(wallStart + (now() - wallStart) * speed)
  const served = symbols.map(
    (symbol): ServedMarket => ({
      market: new SimMarket({ seed, symbol, startTime: wallStart - warmupMs }),
      record: new MarketRecord(),
    }),
  )
  await warmUp(served, simTime)
  const services = (options.dialects ?? [binanceDialect]).map((dialect) => dialect.open(served, simTime))
  const faults = new Faults(now)
  const connections = new Set<Connection>()
  const step = (): void => {
    advance(served, services, simTime())
    for (const connection of connections) connection.tick()
  }

  const server = createServer((request, response) => {
    if (!faults.dark) respond(services, faults, request, response, simTime())
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_INBOUND_BYTES })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const url = parseUrl(request)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      for (const service of services) {
        const connection = new Connection(webSocket, service.rules, faults, now)
        const session = url && service.accept(url.pathname, url.searchParams, connection)
        if (session === undefined) continue
        connections.add(connection)
        connection.serve(session, () => connections.delete(connection))
        return
      }
      webSocket.close(1008, 'no such stream')
    })
  })
  faults.connect(
    (code) => {
      for (const connection of connections) connection.close(code, 'dropped on purpose')
    },
    (text) => {
      for (const connection of connections) connection.sendRaw(text)
    },
  )
  const port = await listen(server, options.port ?? 0, host)
  for (const { market } of served) market.publishBook(true)
  const timer = setInterval(step, STEP_MS)

  return {
    restUrl: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}`,
    markets: served.map(({ market }) => market),
    faults,
    get connections() {
      return connections.size
    },
    step,
    async close() {
      clearInterval(timer)
      for (const connection of connections) connection.close(1001, 'venue closes')
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      // A client that does not answer the close frame is not waited for.
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 500).unref())])
      for (const connection of connections) connection.terminate()
      await closed
    },
  }
}

async function warmUp(served: readonly ServedMarket[], simTime: () => number): Promise<void> {
  for (const { market, record } of served) {
    for (;;) {
      const until = Math.min(market.time + WARMUP_PIECE_MS, simTime())
      market.run(until, (event) => record.apply(event))
      if (until >= simTime()) break
      await breathe()
    }
  }
}

function advance(served: readonly ServedMarket[], services: readonly DialectService[], target: number): void {
  for (const one of served) {
    const events: SimEvent[] = []
    const until = Math.min(target, one.market.time + MOST_PER_STEP_MS)
    one.market.run(until, (event) => {
      one.record.apply(event)
      events.push(event)
    })
    for (const service of services) service.publish(one, events, one.market.time)
  }
}

function respond(
  services: readonly DialectService[],
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
  time: number,
): void {
  const url = parseUrl(request)
  const refusal = faults.takeRefusal()
  let reply: RestReply | undefined
  if (refusal !== undefined) reply = { status: refusal, body: '{}', headers: { 'retry-after': '1' } }
  else if (url !== undefined)
    for (const service of services) {
      reply = service.answer({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        client: request.socket.remoteAddress ?? '',
        time,
      })
      if (reply !== undefined) break
    }
  const { status, body, headers } = reply ?? { status: 404, body: '{"message":"no such path"}', headers: {} }
  const send = (): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }
  if (faults.delayMs === 0) send()
  else setTimeout(send, faults.delayMs).unref()
}

function parseUrl(request: IncomingMessage): URL | undefined {
  const text = `http://venue${request.url ?? '/'}`
  return URL.canParse(text) ? new URL(text) : undefined
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address: AddressInfo | string | null = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
