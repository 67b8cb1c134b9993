import { adapterOf } from '@liqscope/feeds'
import type { Instrument } from '@liqscope/market'

/** Few enough that a round fits between two turns of a busy machine. */
const MESSAGES = 400
/** Rounds of each parser, in turns; the least disturbed one of each counts. */
const ROUNDS = 600

const BTC: Instrument = {
  id: 'binance:BTCUSDT',
  venue: 'binance',
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
const LISTING = new Map([[BTC.symbol, BTC]])
const START = 1_790_000_000_000

/** The i-th message of each channel, with every number varying as live ones do. */
const CHANNELS: Readonly<Record<string, (i: number) => unknown>> = {
  aggTrade: (i) => ({
    e: 'aggTrade',
    E: START + i,
    a: 3_100_200_000 + i,
    s: 'BTCUSDT',
    p: price(i),
    q: size(i),
    nq: size(i),
    f: 6_500_100_000 + i,
    l: 6_500_100_002 + i,
    T: START + i - 3,
    m: i % 2 === 0,
  }),
  markPriceUpdate: (i) => ({
    e: 'markPriceUpdate',
    E: START + i * 1_000,
    s: 'BTCUSDT',
    p: `${price(i)}473821`,
    P: `${price(i + 1)}110000`,
    i: `${price(i + 2)}918200`,
    r: `0.0000${(i % 9_000) + 1_000}`,
    T: START + 28_800_000,
  }),
  forceOrder: (i) => ({
    e: 'forceOrder',
    E: START + i,
    o: {
      s: 'BTCUSDT',
      S: i % 2 === 0 ? 'SELL' : 'BUY',
      o: 'LIMIT',
      f: 'IOC',
      q: size(i),
      p: price(i),
      ap: price(i + 5),
      X: 'FILLED',
      l: size(i),
      z: size(i),
      T: START + i - 5,
    },
  }),
  depthUpdate: (i) => ({
    e: 'depthUpdate',
    E: START + i * 100,
    T: START + i * 100 - 4,
    s: 'BTCUSDT',
    U: 8_000_000_000_000 + i * 100,
    u: 8_000_000_000_090 + i * 100,
    pu: 7_999_999_999_990 + i * 100,
    b: Array.from({ length: 20 }, (_, level) => [price(i + level), size(i + level)]),
    a: Array.from({ length: 20 }, (_, level) => [price(i + 100 - level), size(i + 100 - level)]),
  }),
}

/** Frame text to checked event, as a share of what bare `JSON.parse` does on the same texts. */
export async function* feedsBench(): AsyncGenerator<{
  name: string
  value: number
  unit: string
  ratio: number
  against: string
}> {
  const all: string[] = []
  for (const [channel, make] of Object.entries(CHANNELS)) {
    const texts = Array.from({ length: MESSAGES }, (_, i) => JSON.stringify(make(i)))
    all.push(...texts.slice(0, MESSAGES / 4))
    yield { name: `feeds: Binance ${channel}, text to event`, ...compare(texts) }
  }
  yield { name: 'feeds: Binance, the four channels in equal parts, text to event', ...compare(all) }
}

function compare(texts: readonly string[]) {
  const read = adapterOf('binance').openReader()
  let ours = 0
  let bare = 0
  for (let round = 0; round < ROUNDS; round++) {
    ours = Math.max(
      ours,
      rate(texts, (text) => read(text, START, LISTING).kind !== 'bad'),
    )
    bare = Math.max(
      bare,
      rate(texts, (text) => JSON.parse(text) !== null),
    )
  }
  return { value: Math.round(ours), unit: 'messages/s', ratio: round2(ours / bare), against: 'JSON.parse' }
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

function price(i: number): string {
  return (64_000 + (i % 997) / 10).toFixed(2)
}

function size(i: number): string {
  return ((1 + (i % 4_999)) / 1_000).toFixed(3)
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
