import type { BookLevel, OrderBook } from '@liqscope/market'
import { DAY_MS } from './volatility.ts'

/**
 * Prefactor of the square-root law: an order of Q against a day's volume V moves price by `Y sigma_day sqrt(Q / V)`.
 * Measured near 1 in every market that was looked at (Toth et al. 2011, Phys. Rev. X 1, 021006).
 */
const LAW_PREFACTOR = 1
/** The law is stretched to meet the book's edge, within these bounds: outside them one of the two is wrong. */
const CONTINUITY = { least: 0.05, most: 1 } as const

/** A book reaches as far as this part of what rests in it: a few far orders with nothing between them are not a book. */
const BODY = 0.95

/** Standard deviation of ln(price) and traded notional (USD) of one day. */
export interface DayScale {
  readonly volatility: number
  readonly notional: number
}

/** What rests on one side, outward from the middle of the book, by bins of ln(price). */
export interface Depth {
  readonly step: number
  /** `cumulative[j]`: USD within j bins of the middle; index 0 is 0. */
  readonly cumulative: Float64Array
  /** USD observed in the book as far as it reaches. */
  readonly observed: number
  /** Bins that the book reaches, 0 without a book. */
  readonly reachBins: number
  /** Beyond the book the square-root law says how much rests; this is by how much it was scaled to meet the book. */
  readonly lawScale: number
}

/** Relative price move of an order of `notional` by the square-root law, a fraction. */
export function squareRootImpact(notional: number, day: DayScale): number {
  return LAW_PREFACTOR * day.volatility * Math.sqrt(notional / day.notional)
}

/** What the law implies is executed before price has moved by `distance` (|ln|), USD: the law turned round. */
export function latentNotional(distance: number, day: DayScale): number {
  return day.notional * (distance / (LAW_PREFACTOR * day.volatility)) ** 2
}

/**
 * Depth of one side: the book as far as it reaches, beyond it the liquidity that the square-root law implies, scaled so
 * that it goes on where the book ends. Without a book, the law alone.
 */
export function depthOf(
  book: OrderBook | undefined,
  side: 'bids' | 'asks',
  day: DayScale,
  { step, bins }: { readonly step: number; readonly bins: number },
): Depth {
  const cumulative = new Float64Array(bins + 1)
  const levels = book?.[side] ?? []
  const middle = book === undefined ? Number.NaN : middleOf(book)
  const whole = notionalOf(levels)
  let observed = 0
  let last = 0
  for (const [price, size] of levels) {
    if (observed >= BODY * whole) break
    const distance = Math.abs(Math.log(price / middle)) / step
    observed += price * size
    last = distance
    const bin = Math.floor(distance)
    if (bin < bins) cumulative[bin + 1] = cumulative[bin + 1]! + price * size
  }
  // The last bin of a book is seldom whole: what the law says of its rest is added.
  const reachBins = Math.min(bins, last)
  for (let j = 1; j <= bins; j++) cumulative[j] = cumulative[j]! + cumulative[j - 1]!
  const implied = latentNotional(last * step, day)
  const lawScale =
    observed > 0 && implied > 0 ? Math.min(CONTINUITY.most, Math.max(CONTINUITY.least, observed / implied)) : 1
  for (let j = Math.floor(reachBins) + 1; j <= bins; j++)
    cumulative[j] = cumulative[j]! + lawScale * (latentNotional(j * step, day) - implied)
  return { step, cumulative, observed, reachBins, lawScale }
}

/** USD between the middle and `bins` bins (a fraction counts in part). */
export function depthTo({ cumulative }: Depth, bins: number): number {
  const j = Math.floor(bins)
  if (j >= cumulative.length - 1) return cumulative.at(-1)!
  return cumulative[j]! + (bins - j) * (cumulative[j + 1]! - cumulative[j]!)
}

/** Bins that selling `notional` goes through; Infinity when it is more than all that rests. */
export function binsFor({ cumulative }: Depth, notional: number): number {
  const last = cumulative.length - 1
  if (notional > cumulative[last]!) return Number.POSITIVE_INFINITY
  let low = 0
  let high = last
  while (low < high) {
    const middle = (low + high) >>> 1
    if (cumulative[middle]! >= notional) high = middle
    else low = middle + 1
  }
  if (low === 0) return 0
  const within = cumulative[low]! - cumulative[low - 1]!
  return low - 1 + (within > 0 ? (notional - cumulative[low - 1]!) / within : 1)
}

/** How a market order of `notional` would be filled by the levels. */
export interface Fill {
  /** Mean price, quote per base. */
  readonly price: number
  /** Of `price` against the middle, a fraction, never negative. */
  readonly slippage: number
}

/** Fill of a market order against observed levels alone; undefined when they do not hold as much. */
export function fillOf(book: OrderBook, side: 'bids' | 'asks', notional: number): Fill | undefined {
  let left = notional
  let size = 0
  for (const [price, resting] of book[side]) {
    const taken = Math.min(left, price * resting)
    size += taken / price
    left -= taken
    if (left <= notional * 1e-12) break
  }
  if (left > notional * 1e-12 || size === 0) return undefined
  const price = (notional - left) / size
  return { price, slippage: Math.abs(price / middleOf(book) - 1) }
}

function middleOf({ bids, asks }: OrderBook): number {
  return (bids[0]![0] + asks[0]![0]) / 2
}

/** Half of the distance between the best prices, a fraction of the middle. */
export function halfSpread(book: OrderBook): number {
  return (book.asks[0]![0] - book.bids[0]![0]) / 2 / middleOf(book)
}

/** All that rests on one side, USD. */
export function notionalOf(levels: readonly BookLevel[]): number {
  return levels.reduce((sum, [price, size]) => sum + price * size, 0)
}

/** A day's scale over another stretch of time: volatility by the root of time, volume by time. */
export function scaleOver(day: DayScale, ms: number): DayScale {
  return { volatility: day.volatility * Math.sqrt(ms / DAY_MS), notional: (day.notional * ms) / DAY_MS }
}
