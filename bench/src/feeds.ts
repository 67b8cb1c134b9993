import { readFileSync } from 'node:fs'
import { adapterOf, EXCHANGES, type Exchange, type VenueMessage } from '@liqscope/feeds'
import type { Instrument } from '@liqscope/market'

/** Few enough that a round fits between two turns of a busy machine. */
const MESSAGES = 400
/** Rounds of each parser, in turns; the least disturbed one of each counts. */
const ROUNDS = 300
const RECEIVED = 1_790_000_000_150

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

/**
 * Frame text to checked event, for each exchange and kind of message, as a share of what bare `JSON.parse` does on the
 * same texts. The texts are the exchange's fixtures with every number varied as live ones do.
 */
export async function* feedsBench(): AsyncGenerator<{
  name: string
  value: number
  unit: string
  ratio: number
  against: string
}> {
  for (const exchange of EXCHANGES) {
    const listing = listingOf(exchange)
    const all: string[] = []
    for (const [kind, texts] of textsByKind(exchange, listing)) {
      all.push(...texts.slice(0, MESSAGES / 4))
      yield { name: `feeds: ${exchange} ${kind}, text to event`, ...compare(exchange, listing, texts) }
    }
    yield { name: `feeds: ${exchange}, every kind in equal parts, text to event`, ...compare(exchange, listing, all) }
  }
}

type Listing = ReadonlyMap<string, Instrument>

function listingOf(exchange: Exchange): Listing {
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

/** The first linear fixture of each kind of event, as many texts of it as a round needs. */
function textsByKind(exchange: Exchange, listing: Listing): Map<string, string[]> {
  const read = adapterOf(exchange).openReader()
  const found = new Map<string, string[]>()
  for (const payload of Object.values(payloadsOf(exchange))) {
    const text = JSON.stringify(payload)
    const kind = kindOf(read(text, RECEIVED, listing))
    if (kind === undefined || found.has(kind)) continue
    found.set(
      kind,
      Array.from({ length: MESSAGES }, (_, i) => varied(text, i)),
    )
  }
  return found
}

function payloadsOf(exchange: Exchange): Record<string, unknown> {
  const file = new URL(`../../packages/feeds/src/${exchange}/fixtures/messages.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** `markPrice funding`; undefined for what is no good market data. */
function kindOf(message: VenueMessage): string | undefined {
  if (message.kind === 'book') return message.update.isSnapshot ? undefined : 'orderBook'
  if (message.kind !== 'events' || message.refused !== undefined || message.events.length === 0) return undefined
  return [...new Set(message.events.map(({ kind }) => kind))].join(' ')
}

/** The last digits of every decimal in text, and of every time, differ from message to message. */
function varied(text: string, i: number): string {
  return text
    .replace(/"(\d+\.\d*?)\d"/g, (_, head: string) => `"${head}${1 + (i % 9)}"`)
    .replace(/1790000\d{6}/g, (time) => String(Number(time) + i * 100))
}

function compare(exchange: Exchange, listing: Listing, texts: readonly string[]) {
  const read = adapterOf(exchange).openReader()
  // What a stream of changes refers to.
  for (const payload of Object.values(payloadsOf(exchange))) read(JSON.stringify(payload), RECEIVED, listing)
  let ours = 0
  let bare = 0
  for (let round = 0; round < ROUNDS; round++) {
    ours = Math.max(
      ours,
      rate(texts, (text) => isGood(read(text, RECEIVED, listing))),
    )
    bare = Math.max(
      bare,
      rate(texts, (text) => JSON.parse(text) !== null),
    )
  }
  return { value: Math.round(ours), unit: 'messages/s', ratio: round2(ours / bare), against: 'JSON.parse' }
}

/** Changes of a stream that are understood but say nothing new are good too. */
function isGood(message: VenueMessage): boolean {
  return message.kind === 'book' || (message.kind === 'events' && message.refused === undefined)
}

/** Messages a second. @throws when a message is not understood: then the figure would be about something else. */
function rate(texts: readonly string[], understands: (text: string) => boolean): number {
  let understood = 0
  const started = performance.now()
  for (const text of texts) if (understands(text)) understood++
  const seconds = (performance.now() - started) / 1_000
  if (understood !== texts.length) throw new Error(`${texts.length - understood} messages were not understood`)
  return texts.length / seconds
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
