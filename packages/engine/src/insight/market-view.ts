import type { Bar, OrderBook } from '@liqscope/market'
import type { Cluster, LiquidationMap } from '../map/liquidation-map.ts'
import { type NoSignal, noSignal } from './answer.ts'
import { findClusters } from './cluster.ts'
import { averageTrueRange, DAY_MS, dailyNotional, forecastVolatility } from './volatility.ts'

/** A book older than this is no book: venues publish theirs several times a second, and we keep it once a second. */
export const BOOK_STALE_AFTER_MS = 10_000
/** Where a venue's fees are not known: the usual rates of a small account, fractions of notional. */
const USUAL_FEES = { taker: 0.0005, maker: 0.0002 } as const

export interface Fees {
  readonly taker: number
  readonly maker: number
}

/** A measured book and how old it was when the question was asked. */
export interface KnownBook {
  readonly book: OrderBook
  /** On the clock of whoever asks, ms. */
  readonly ageMs: number
}

/** What a market says at one moment: all that clusters, cascades and tools are computed from. */
export interface MarketSources {
  readonly map: LiquidationMap
  /** Closed bars up to `map.at`, by time: a week of them is enough. */
  readonly bars: readonly Bar[]
  readonly known?: KnownBook
  readonly fees?: Fees
}

/** The sources with what every answer needs of them. Figures that the bars do not give are undefined, never guessed. */
export interface MarketView {
  readonly map: LiquidationMap
  readonly bars: readonly Bar[]
  readonly known: KnownBook | undefined
  readonly fees: Fees
  readonly clusters: readonly Cluster[]
  /** Average true range, 14 x 30 minutes, a fraction of price. */
  readonly atr: number | undefined
  /** Forecast standard deviation of ln(price) over the next day. */
  readonly dayVolatility: number | undefined
  /** Traded notional per day, USD. */
  readonly dayNotional: number | undefined
}

export function marketView({ map, bars, known, fees = USUAL_FEES }: MarketSources): MarketView {
  return {
    map,
    bars,
    known,
    fees,
    clusters: findClusters(map),
    atr: averageTrueRange(bars, map.at),
    dayVolatility: forecastVolatility(bars, DAY_MS, map.at),
    dayNotional: dailyNotional(bars, map.at),
  }
}

/** Standard deviation of ln(price) over a horizon: a day's, by the square root of time. */
export function volatilityOver(view: MarketView, horizonMs: number): number | undefined {
  return view.dayVolatility === undefined ? undefined : view.dayVolatility * Math.sqrt(horizonMs / DAY_MS)
}

/** Why the map gives no answer, or undefined when it holds something. */
export function mapFault({ map }: MarketView): NoSignal | undefined {
  const has = { long: map.long.some((value) => value > 0), short: map.short.some((value) => value > 0) }
  if (has.long && has.short) return undefined
  if (!has.long && !has.short) return noSignal('emptyMap', 'The map is empty: nothing is known of positions here yet.')
  return noSignal(
    'oneSidedMap',
    `The map has one side only: no ${has.long ? 'short' : 'long'} liquidations are estimated ${has.long ? 'above' : 'below'} the price.`,
  )
}

/** Why the order book gives no answer, or undefined when it is sound and fresh. */
export function bookFault({ known }: MarketView): NoSignal | undefined {
  if (known === undefined) return noSignal('noBook', 'No order book is known for this market.')
  const { book, ageMs } = known
  if (!(ageMs <= BOOK_STALE_AFTER_MS))
    return noSignal(
      'staleBook',
      `The order book is ${Math.round(ageMs / 1000)} s old; after ${BOOK_STALE_AFTER_MS / 1000} s it says nothing about now.`,
      [String(Math.round(ageMs / 1000)), String(BOOK_STALE_AFTER_MS / 1000)],
    )
  const bid = book.bids[0]
  const ask = book.asks[0]
  if (bid === undefined || ask === undefined) return noSignal('oneSidedBook', 'The order book has one side only.')
  if (!(bid[0] > 0 && bid[0] < ask[0])) return noSignal('crossedBook', 'The order book is crossed.')
  return undefined
}
