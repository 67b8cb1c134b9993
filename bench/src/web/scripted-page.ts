import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BarJson, HeatmapJson, MapSlice, MarketsJson, MarketUpdate } from '@liqscope/protocol'
import { encodeFrame } from '@liqscope/protocol/frame'
import { type WebSocket, WebSocketServer } from 'ws'

/** Grid of the map, ln(price). */
const STEP = 0.0005
const INTERVAL_MS = 60_000
const PRICE = 71_184.2
const MARKET = 'file:BTCUSDT'
/** The newest column closes here. */
const NOW = Date.UTC(2026, 2, 19, 14, 30)
const GROUPS = 5

export interface Cells {
  readonly columns: number
  readonly rows: number
}

export interface ScriptedPage {
  readonly url: string
  /** Sends updates this often to whoever listens, Hz; 0 stops. */
  readonly live: (hertz: number) => void
  readonly sent: () => number
  readonly close: () => Promise<void>
}

const WEB = fileURLToPath(new URL('../../../packages/web/dist/', import.meta.url))
const RIVALS = fileURLToPath(new URL('../../web-pages/', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The built page, its rivals and one market of a given size, all from one address. Updates are the same for all. */
export async function serveScripted(cells: Cells): Promise<ScriptedPage> {
  const require = createRequire(import.meta.url)
  const heat = heatmapOf(cells)
  const bodies: Readonly<Record<string, string>> = {
    '/api/v1/markets': JSON.stringify(marketsOf(cells)),
    '/api/v1/heatmap': JSON.stringify(heat),
    '/api/v1/health': JSON.stringify({ status: 'ok', version: 'bench', startedAt: 0, channels: [], refused: [] }),
  }
  const files: Readonly<Record<string, string>> = {
    '/echarts.js': require.resolve('echarts/dist/echarts.min.js'),
    '/lightweight-charts.js': fileURLToPath(
      new URL('lightweight-charts.standalone.production.js', import.meta.resolve('lightweight-charts')),
    ),
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bench')
    const body = bodies[pathname]
    if (body !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
      return
    }
    const place = pathname.startsWith('/rival/') ? join(RIVALS, pathname.slice(7)) : join(WEB, pathname)
    const path = files[pathname] ?? (pathname === '/' ? join(WEB, 'index.html') : place)
    try {
      const content = readFileSync(path)
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  const sockets = new WebSocketServer({ server, path: '/ws' })
  const listening = new Map<WebSocket, number>()
  let sent = 0
  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ type: 'welcome', version: 'bench', epoch: 'bench' }))
    socket.send(JSON.stringify({ type: 'status', ...marketsOf(cells) }))
    socket.on('close', () => listening.delete(socket))
    socket.on('message', (text) => {
      const { op }: { op?: string } = JSON.parse(String(text))
      if (op === 'subscribe' || op === 'resync') {
        listening.set(socket, 1)
        socket.send(encodeFrame(updateOf(cells, 'snapshot', 1, 0)))
      } else if (op === 'ping') socket.send(JSON.stringify({ type: 'pong', time: 0 }))
    })
  })
  let timer: ReturnType<typeof setInterval> | undefined
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    live(hertz) {
      clearInterval(timer)
      if (hertz <= 0) return
      timer = setInterval(() => {
        sent++
        for (const [socket, seq] of listening) {
          listening.set(socket, seq + 1)
          socket.send(encodeFrame(updateOf(cells, 'patch', seq + 1, sent)))
        }
      }, 1000 / hertz)
    },
    sent: () => sent,
    async close() {
      clearInterval(timer)
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function firstBinOf(rows: number): number {
  return Math.floor(Math.log(PRICE) / STEP) - Math.floor(rows / 2)
}

/** USD of bin i at a time: hills that drift, so that no two columns are alike. */
function massOf(i: number, rows: number, time: number): number {
  const hill = (at: number, height: number, width: number) => height * Math.exp(-(((i - at) / width) ** 2))
  return (
    1e5 +
    hill(rows * (0.2 + 0.02 * Math.sin(time / 40)), 8e6, rows / 40) +
    hill(rows * 0.38, 3e6, rows / 70) +
    hill(rows * (0.62 + 0.03 * Math.sin(time / 90)), 4e6, rows / 60) +
    hill(rows * 0.8, 9e6, rows / 35)
  )
}

function barAt(openTime: number): BarJson {
  const at = openTime / INTERVAL_MS
  const wave = (x: number) => PRICE * (1 + 0.006 * Math.sin(x / 170) + 0.002 * Math.sin(x / 23))
  const [open, close] = [wave(at - 1), wave(at)]
  return {
    openTime,
    open,
    high: Math.max(open, close) * 1.0004,
    low: Math.min(open, close) * 0.9996,
    close,
    volume: 200 + 150 * Math.abs(Math.sin(at / 3)),
    takerBuyVolume: 100 + 60 * Math.abs(Math.sin(at / 4)),
    openInterest: 80_000 + 900 * Math.sin(at / 20),
    fundingRate: 0.00006 * Math.sin(at / 30),
    longLiquidated: 3 * Math.max(0, Math.sin(at / 9)),
    shortLiquidated: 3 * Math.max(0, Math.cos(at / 11)),
  }
}

function heatmapOf({ columns, rows }: Cells): HeatmapJson {
  const openTimes = Array.from({ length: columns }, (_, c) => NOW - (columns - c) * INTERVAL_MS)
  const bars = openTimes.map(barAt)
  return {
    market: MARKET,
    simulated: false,
    intervalMs: INTERVAL_MS,
    gridStep: STEP,
    firstBin: firstBinOf(rows),
    bins: rows,
    openTimes,
    prices: bars.map(({ close }) => close),
    values: openTimes.flatMap((_, c) => Array.from({ length: rows }, (_unused, i) => Math.round(massOf(i, rows, c)))),
    bars,
    forcedOrders: [],
    gaps: [],
    complete: true,
  }
}

function updateOf(cells: Cells, type: 'snapshot' | 'patch', seq: number, tick: number): MarketUpdate {
  const at = NOW + 5_000 + tick * 10
  const price = PRICE * (1 + 0.0004 * Math.sin(tick / 7))
  return {
    type,
    market: MARKET,
    seq,
    simulated: false,
    at,
    price,
    map: sliceOf(cells.rows, at, price, tick),
    clusters: [],
    model: { name: 'bench', version: '1', weights: 'prior', notes: [] },
    openInterest: { size: 80_000, notional: 5.7e9 },
    fundingRate: 0.00006,
    bars: [{ ...barAt(NOW), close: price, high: PRICE * 1.001, low: PRICE * 0.999, intervalMs: 60_000, closed: false }],
  }
}

function sliceOf(rows: number, at: number, price: number, tick: number): MapSlice {
  const firstBin = firstBinOf(rows)
  const mark = Math.log(price) / STEP - firstBin
  const mass = Array.from({ length: rows }, (_, i) => massOf(i, rows, tick / 4))
  const long = mass.map((usd, i) => (i + 1 <= mark ? usd : 0))
  const short = mass.map((usd, i) => (i >= mark ? usd : 0))
  const scaled = (side: readonly number[], factor: number) => side.map((usd) => factor * usd)
  return {
    at,
    price,
    step: STEP,
    firstBin,
    bins: rows,
    from: 0,
    to: rows,
    long,
    short,
    longLow: scaled(long, 0.6),
    longHigh: scaled(long, 1.6),
    shortLow: scaled(short, 0.6),
    shortHigh: scaled(short, 1.6),
    byLeverage: Array.from({ length: GROUPS }, (_, group) => mass.map((usd) => (usd * (group + 1)) / 15)).flat(),
  }
}

function marketsOf({ columns }: Cells): MarketsJson {
  return {
    markets: [
      {
        id: MARKET,
        symbol: 'BTC/USDT:USDT',
        venue: 'file',
        venueName: 'File',
        base: 'BTC',
        quote: 'USDT',
        tickSize: 0.1,
        simulated: false,
        sumOf: null,
        choiceOf: null,
        state: 'live',
        price: PRICE,
        change24h: 0.01,
        openInterestNotional: 5.7e9,
        fundingRate: 0.00006,
        nextFundingTime: null,
        from: NOW - columns * INTERVAL_MS,
        to: NOW + 5_000,
        coverage: 1,
      },
    ],
    default: MARKET,
    notices: [],
    replay: null,
  }
}
