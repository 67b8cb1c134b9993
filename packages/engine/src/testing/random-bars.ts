import type { Bar } from '@liqscope/market'

const MINUTE_MS = 60_000

/** What a test may ask of a random market. */
export interface RandomMarket {
  readonly seed: number
  readonly bars: number
  readonly start?: number
  readonly openInterest?: number
  /** Standard deviation of a minute's ln-return. */
  readonly volatility?: number
}

/** One-minute bars of a random walk with a seed: the same bars every time. */
export function randomBars({
  seed,
  bars,
  start = 50_000,
  openInterest = 80_000,
  volatility = 7e-4,
}: RandomMarket): Bar[] {
  const random = randomOf(seed)
  let price = start
  let interest = openInterest
  return Array.from({ length: bars }, (_, minute) => {
    const path = [price]
    for (let i = 0; i < 8; i++) path.push(path[i]! * Math.exp((volatility / Math.sqrt(8)) * gaussOf(random)))
    const open = price
    price = path[8]!
    const volume = 200 * random()
    interest = Math.max(1, interest + volume * (random() - 0.5))
    return {
      kind: 'bar',
      instrument: 'binance:BTCUSDT',
      exchangeTime: minute * MINUTE_MS,
      receivedTime: minute * MINUTE_MS,
      intervalMs: MINUTE_MS,
      open,
      high: Math.max(...path),
      low: Math.min(...path),
      close: price,
      volume,
      openInterest: interest,
    }
  })
}

/** A multiplicative congruential generator in [0, 1): enough for tests, the same on every machine. */
function randomOf(seed: number): () => number {
  let state = (seed >>> 0) | 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

function gaussOf(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
