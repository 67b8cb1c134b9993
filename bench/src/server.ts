import { MapBuilder } from '@liqscope/engine'
import type { Bar, Instrument } from '@liqscope/market'
import type { MapSlice, MarketUpdate } from '@liqscope/protocol'
import { decodeFrame, encodeFrame } from '@liqscope/protocol/frame'
import { startServer } from '@liqscope/server'
import { WebSocket } from 'ws'
import type { Figure } from './figure.ts'

const CLIENTS = 100
const PATCHES = 40
const MINUTE_MS = 60_000
const START = Date.UTC(2026, 0, 1)
/** Bars before the measurement: half a day. */
const HISTORY = 720
const ENCODE_MS = 500

const INSTRUMENT: Instrument = {
  id: 'file:BTCUSDT',
  venue: 'file',
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  kind: 'linear',
  contractSize: 1,
  unitFactor: 1,
  tickSize: 0.1,
  simulated: false,
}

/** How fast updates are encoded, and how late a patch reaches the slowest of a hundred pages. */
export async function* serverBench(): AsyncIterable<Figure> {
  yield* encoding()
  yield* broadcast()
}

async function* encoding(): AsyncIterable<Figure> {
  const update = wholeUpdate()
  const frame = encodeFrame(update)
  const frames = perSecond(() => encodeFrame(update))
  const texts = perSecond(() => JSON.stringify(plain(update)))
  yield {
    name: 'protocol.encodeFrame',
    value: Math.round((frames * frame.length) / 1e6),
    unit: 'MB/s',
    ratio: round(frames / texts),
    against: 'JSON.stringify of the same update',
  }
  yield {
    name: 'protocol.frameSize',
    value: frame.length,
    unit: 'bytes',
    ratio: round(frame.length / JSON.stringify(plain(update)).length),
    against: 'JSON of the same update',
  }
  yield { name: 'protocol.decodeFrame', value: Math.round(perSecond(() => decodeFrame(frame))), unit: 'frames/s' }
}

/** A replay closes a bar per tick; a patch's latency runs from the first client that has it to each other client. */
async function* broadcast(): AsyncIterable<Figure> {
  const server = await startServer({
    port: 0,
    sim: false,
    bars: {
      instrument: INSTRUMENT,
      events: () => iterate(bars(HISTORY + 10 * PATCHES)),
      at: START + HISTORY * MINUTE_MS,
      speed: (MINUTE_MS / 250) * 1.2,
    },
  })
  const seen = new Map<number, number[]>()
  const sockets = Array.from({ length: CLIENTS }, () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`)
    socket.binaryType = 'arraybuffer'
    socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', market: INSTRUMENT.id, encoding: 'binary' })))
    socket.on('message', (data) => {
      const now = performance.now()
      const seq = data instanceof ArrayBuffer ? patchNumber(data) : undefined
      if (seq === undefined) return
      const times = seen.get(seq) ?? []
      times.push(now)
      seen.set(seq, times)
    })
    return socket
  })
  const complete = () => [...seen.values()].filter((times) => times.length === CLIENTS)
  for (let waited = 0; complete().length < PATCHES && waited < 60_000; waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100))
  const delays = complete()
    .flatMap((times) => times.map((time) => time - times[0]!))
    .sort((a, b) => a - b)
  for (const socket of sockets) socket.terminate()
  await server.close()
  if (delays.length === 0) throw new Error('no patch reached every client')
  yield {
    name: `server.broadcastP99.${CLIENTS}clients`,
    value: round(delays[Math.floor(delays.length * 0.99)] ?? Number.NaN),
    unit: 'ms after the first client, all in one process',
  }
}

/** The `seq` of a patch, read from the head of its frame: a hundred decoders in one process would be measured too. */
function patchNumber(frame: ArrayBuffer): number | undefined {
  const head = Buffer.from(frame, 0, Math.min(200, frame.byteLength)).toString('latin1')
  const match = /"type":"patch".*?"seq":(\d+)/.exec(head)
  return match ? Number(match[1]) : undefined
}

function wholeUpdate(): MarketUpdate {
  const builder = new MapBuilder({ instrument: INSTRUMENT.id })
  for (const bar of bars(HISTORY)) builder.apply(bar)
  const map = builder.map()
  if (!map) throw new Error('no map after half a day of bars')
  const slice: MapSlice = { ...map, from: 0, to: map.bins }
  return { type: 'snapshot', market: map.market, seq: 1, simulated: false, at: map.at, price: map.price, map: slice }
}

function plain(update: MarketUpdate): object {
  const entries = Object.entries(update.map ?? {}).map(([key, value]: [string, unknown]) => [
    key,
    value instanceof Float64Array ? Array.from(value) : value,
  ])
  return { ...update, map: Object.fromEntries(entries) }
}

function perSecond(work: () => unknown): number {
  for (let i = 0; i < 50; i++) work()
  const begun = performance.now()
  let count = 0
  while (performance.now() - begun < ENCODE_MS) {
    work()
    count++
  }
  return (count * 1000) / (performance.now() - begun)
}

function bars(count: number): Bar[] {
  const price = (i: number) => 70_000 * (1 + 0.02 * Math.sin(i / 60) + 0.004 * Math.sin(i / 7))
  return Array.from({ length: count }, (_, i) => ({
    kind: 'bar',
    instrument: INSTRUMENT.id,
    exchangeTime: START + i * MINUTE_MS,
    receivedTime: START + (i + 1) * MINUTE_MS,
    intervalMs: MINUTE_MS,
    open: price(i),
    high: Math.max(price(i), price(i + 1)) * 1.0006,
    low: Math.min(price(i), price(i + 1)) * 0.9994,
    close: price(i + 1),
    volume: 120,
    takerBuyVolume: 60,
    openInterest: 80_000 + 30 * Math.sin(i / 30),
  }))
}

async function* iterate<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
