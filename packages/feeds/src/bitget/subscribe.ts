import type { Instrument } from '@liqscope/market'
import type { SocketRules, Stream, StreamRequest } from '../venue/adapter.ts'
import { isRecord } from '../wire-values.ts'
import type { Argument } from './messages.ts'
import { productOf } from './product.ts'

/** Checked 2026-11, each half of what is allowed. */
export const SOCKETS: SocketRules = {
  connections: { limit: 150, windowMs: 300_000 },
  // Bitget allows 1,000 and recommends 50.
  streamsPerConnection: 50,
  sendsPerSecond: 4,
  sendsPerHour: 120,
  // Bitget cuts at 24 h.
  rotateAfterMs: 23 * 3_600_000,
  ping: { everyMs: 25_000, text: () => 'ping' },
}

/** `usdt-futures/ticker/BTCUSDT`, `usdt-futures/liquidation`: what a frame or an answer is about. */
export function streamName(arg: unknown): string | undefined {
  if (!isRecord(arg)) return undefined
  const { instType, topic, symbol }: Argument = arg
  if (typeof instType !== 'string' || typeof topic !== 'string') return undefined
  return typeof symbol === 'string' ? `${instType}/${topic}/${symbol}` : `${instType}/${topic}`
}

/** The live streams of one instrument. Forced orders of a product come in one stream for all its symbols. */
export function streamsOf(instrument: Pick<Instrument, 'symbol' | 'kind' | 'settle'>): Stream[] {
  const product = productOf(instrument)
  const { symbol } = instrument
  return [
    { route: '', name: `${product}/publicTrade/${symbol}`, channels: ['trade'] },
    { route: '', name: `${product}/ticker/${symbol}`, channels: ['markPrice', 'openInterest', 'funding'] },
    { route: '', name: `${product}/liquidation`, channels: ['liquidationOrder'] },
    { route: '', name: `${product}/books/${symbol}`, channels: ['orderBook'] },
  ]
}

/** Subscriptions in one message: it stays below 4 KiB. */
const ARGS_PER_REQUEST = 40

export function requests(op: 'subscribe' | 'unsubscribe', names: readonly string[]): StreamRequest[] {
  const found: StreamRequest[] = []
  for (let i = 0; i < names.length; i += ARGS_PER_REQUEST) {
    const some = names.slice(i, i + ARGS_PER_REQUEST)
    const args = some.map((name) => {
      const [instType, topic, symbol] = name.split('/')
      return symbol === undefined ? { instType, topic } : { instType, topic, symbol }
    })
    found.push({ text: JSON.stringify({ op, args }), names: some })
  }
  return found
}
