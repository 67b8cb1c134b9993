import { readFileSync } from 'node:fs'
import type { Exchange, VenueMessage } from '@liqscope/feeds'
import type { Instrument } from '@liqscope/market'

/** Few enough that a round fits between two turns of a busy machine. */
const MESSAGES = 400

/** When every text was received, epoch ms. */
export const RECEIVED = 1_790_000_000_150

/** Contracts that the fixtures are about: `[symbol, contract size]`, and inverse ones. */
const CONTRACTS: Readonly<
  Record<Exchange, { readonly linear: [string, number]; readonly inverse?: [string, number] }>
> = {
  binance: { linear: ['BTCUSDT', 1], inverse: ['BTCUSD_PERP', 100] },
  okx: { linear: ['BTC-USDT-SWAP', 0.01], inverse: ['BTC-USD-SWAP', 100] },
  bybit: { linear: ['BTCUSDT', 1], inverse: ['BTCUSD', 1] },
  hyperliquid: { linear: ['BTC', 1] },
  gate: { linear: ['BTC_USDT', 0.0001], inverse: ['BTC_USD', 1] },
  bitget: { linear: ['BTCUSDT', 1], inverse: ['BTCUSD', 1] },
}

export type Listing = ReadonlyMap<string, Instrument>

export function listingOf(exchange: Exchange): Listing {
  const { linear, inverse } = CONTRACTS[exchange]
  const contract = ([symbol, contractSize]: [string, number], kind: Instrument['kind']): Instrument => ({
    id: `${exchange}:${symbol}`,
    venue: exchange,
    symbol,
    base: 'BTC',
    quote: kind === 'linear' ? 'USDT' : 'USD',
    settle: kind === 'linear' ? 'USDT' : 'BTC',
    kind,
    contractSize,
    unitFactor: 1,
    tickSize: 0.1,
    simulated: false,
  })
  const all = [contract(linear, 'linear'), ...(inverse === undefined ? [] : [contract(inverse, 'inverse')])]
  return new Map(all.map((instrument) => [instrument.symbol, instrument]))
}

/** The fixtures of an exchange, by their names. */
export function payloadsOf(exchange: Exchange): Record<string, unknown> {
  const file = new URL(`../../packages/feeds/src/${exchange}/fixtures/messages.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** As many texts like `text` as a round needs, every number varied as live ones do. */
export function textsLike(text: string): string[] {
  return Array.from({ length: MESSAGES }, (_, i) => varied(text, i))
}

/** The last digits of every decimal in text, and of every time, differ from message to message. */
function varied(text: string, i: number): string {
  return text
    .replace(/"(\d+\.\d*?)\d"/g, (_, head: string) => `"${head}${1 + (i % 9)}"`)
    .replace(/1790000\d{6}/g, (time) => String(Number(time) + i * 100))
}

/** Changes of a stream that are understood but say nothing new are good too. */
export function isGood(message: VenueMessage): boolean {
  return message.kind === 'book' || (message.kind === 'events' && message.refused === undefined)
}
