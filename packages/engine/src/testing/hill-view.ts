import type { Bar, OrderBook } from '@liqscope/market'
import { type MarketView, marketView } from '../insight/market-view.ts'
import type { LiquidationMap } from '../map/liquidation-map.ts'
import { HILL_MARK, type Hill, hillMap } from './hill-map.ts'

const MINUTE_MS = 60_000
const AT = Date.UTC(2026, 2, 16)

/** Two days of minutes that swing by 0.2 % around the mark of a hill map every hour, and end on it. */
export function swingingBars(count = 2880): Bar[] {
  const priceAt = (i: number) => HILL_MARK * Math.exp(0.002 * Math.sin((2 * Math.PI * (i - count)) / 60))
  return Array.from({ length: count }, (_, i): Bar => {
    const exchangeTime = AT - (count - i) * MINUTE_MS
    const open = priceAt(i)
    const close = priceAt(i + 1)
    return {
      kind: 'bar',
      instrument: 'binance:BTCUSDT',
      exchangeTime,
      receivedTime: exchangeTime,
      intervalMs: MINUTE_MS,
      open,
      high: Math.max(open, close) * 1.0005,
      low: Math.min(open, close) * 0.9995,
      close,
      volume: 100,
      takerBuyVolume: 50,
      openInterest: 80_000,
    }
  })
}

/** A book with this many USD per bin of 5 bp a side, one level in each, `bins` deep. */
export function evenBook(perBin: number, bins: number): OrderBook {
  const level = (sign: number, j: number): readonly [number, number] => {
    const price = HILL_MARK * Math.exp(sign * (j + 0.5) * 5e-4)
    return [price, perBin / price]
  }
  return {
    kind: 'orderBook',
    instrument: 'binance:BTCUSDT',
    exchangeTime: AT,
    receivedTime: AT,
    bids: Array.from({ length: bins }, (_, j) => level(-1, j)),
    asks: Array.from({ length: bins }, (_, j) => level(1, j)),
  }
}

export interface HillViewOptions {
  readonly map?: Partial<LiquidationMap>
  readonly bars?: readonly Bar[]
  readonly book?: OrderBook | null
  readonly ageMs?: number
}

/** A view of hills with two days of bars and, unless refused, a book of a million USD per bin. */
export function hillView(hills: readonly Hill[], options: HillViewOptions = {}): MarketView {
  const { book = evenBook(1e6, 100), ageMs = 500, bars = swingingBars() } = options
  return marketView({
    map: hillMap(hills, { at: AT, ...options.map }),
    bars,
    ...(book === null ? {} : { known: { book, ageMs } }),
  })
}
