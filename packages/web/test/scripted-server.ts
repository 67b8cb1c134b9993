import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MarketJson, MarketUpdate } from '@liqscope/protocol'
import { encodeFrame } from '@liqscope/protocol/frame'
import type { Page, WebSocketRoute } from 'playwright-core'
import { clustersOf, heatmapOf, marketsOf, positionsOf, type ScriptedMarket, snapshotOf } from './scripted-market.ts'

/** The built page, answered from the disk, and a server whose every message the test decides. */
export interface ScriptedServer {
  readonly url: string
  /** What the page said on the socket, parsed, in order. */
  readonly heard: unknown[]
  readonly send: (update: MarketUpdate) => void
  /** Cuts the socket; while `refuse` holds a new one is cut at once. */
  readonly cut: () => void
  refuse: boolean
  /** While it holds, nothing is answered and nothing sent: a socket that is open and dead. */
  stall: boolean
  /** What is sent, instead of a snapshot, to who says what it has. */
  missed: readonly MarketUpdate[]
  /** Requests of the history so far. */
  reads: number
  /** Says what the markets' list would. */
  readonly tellStatus: (state: MarketJson['state']) => void
  /** Another one is another run of the server. */
  epoch: string
}

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))
const ORIGIN = 'http://page.test'
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** As strict as the page promises to live with: nothing inline, nothing from elsewhere. */
const POLICY = "default-src 'self'; connect-src 'self' ws://page.test"

export async function scriptServer(page: Page, market: ScriptedMarket): Promise<ScriptedServer> {
  if (!existsSync(join(DIST, 'index.html'))) throw new Error('the page is not built: run `npm run build` first')
  let socket: WebSocketRoute | undefined
  const server: ScriptedServer = {
    url: `${ORIGIN}/`,
    heard: [],
    refuse: false,
    stall: false,
    epoch: 'one',
    missed: [],
    reads: 0,
    tellStatus(state) {
      const { markets, ...rest } = marketsOf(market)
      const told = markets.map((one) => (one.id === market.id ? { ...one, state } : one))
      socket?.send(JSON.stringify({ type: 'status', ...rest, markets: told }))
    },
    send: (update) => {
      if (!server.stall) socket?.send(Buffer.from(encodeFrame(update, 'f64')))
    },
    cut: () => void socket?.close(),
  }
  await page.routeWebSocket(`ws://page.test/ws`, (opened) => {
    if (server.stall) return
    if (server.refuse) {
      void opened.close()
      return
    }
    socket = opened
    opened.send(JSON.stringify({ type: 'welcome', version: 'test', epoch: server.epoch }))
    opened.send(JSON.stringify({ type: 'status', ...marketsOf(market) }))
    opened.onMessage((text) => {
      const message: unknown = JSON.parse(String(text))
      server.heard.push(message)
      const op: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'op') : undefined
      if (op === 'ping' && !server.stall) opened.send(JSON.stringify({ type: 'pong', time: 0 }))
      const hasSome = typeof message === 'object' && message !== null && Reflect.has(message, 'since')
      if (op === 'subscribe' && hasSome) for (const update of server.missed) server.send(update)
      else if (op === 'subscribe' || op === 'resync') server.send(snapshotOf(market))
    })
  })
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url())
    const headers = { 'content-security-policy': POLICY }
    if (pathname === '/api/v1/markets') return route.fulfill({ json: marketsOf(market), headers })
    if (pathname === '/api/v1/heatmap') server.reads++
    if (pathname === '/api/v1/heatmap') return route.fulfill({ json: heatmapOf(market), headers })
    if (pathname === '/api/v1/clusters') return route.fulfill({ json: clustersOf(market), headers })
    if (pathname === '/api/v1/positions') return route.fulfill({ json: positionsOf(market), headers })
    if (pathname === '/api/v1/score' && market.score) return route.fulfill({ json: market.score, headers })
    if (pathname === '/api/v1/health')
      return route.fulfill({
        json: { status: 'ok', version: 'test', startedAt: 0, channels: [], refused: [] },
        headers,
      })
    const file = join(DIST, pathname === '/' ? 'index.html' : pathname)
    if (!existsSync(file)) return route.fulfill({ status: 404, body: 'not found', headers })
    const contentType = TYPES[extname(file)] ?? 'application/octet-stream'
    return route.fulfill({ body: readFileSync(file), contentType, headers })
  })
  return server
}
