import { type LiquidationMap, type MarketView, marketView } from '@liqscope/engine'
import type { Bar, InstrumentId } from '@liqscope/market'
import type { BarJson } from '@liqscope/protocol'
import type { Market } from './market.ts'

/** Bars that insights look at: the longest window is a day, and a day of the week before tells its hours apart. */
const BARS_MS = 2 * 86_400_000

/** What insights of a market are computed from now; undefined before the first map. `now`: our clock, for the book's age. */
export function viewOf(market: Market, now: number): MarketView | undefined {
  const map = market.map()
  const { book, at = 0 } = market
  if (map === undefined) return undefined
  const bars = barsUntil(market, at)
  return marketView({ map, bars, ...(book && { known: { book, ageMs: Math.max(0, now - book.receivedTime) } }) })
}

/** What insights of a past moment are computed from: the map as it was drawn then. Books of the past are not kept. */
export function viewOfPast(market: Market, map: LiquidationMap): MarketView {
  return marketView({ map, bars: barsUntil(market, map.at) })
}

function barsUntil(market: Market, at: number): Bar[] {
  const { finestInterval } = market
  return market
    .bars(finestInterval, at - BARS_MS, at)
    .filter(({ openTime }) => openTime + finestInterval <= at)
    .map((bar) => barOf(bar, market.instrument.id, finestInterval))
}

function barOf(json: BarJson, instrument: InstrumentId, intervalMs: number): Bar {
  const { openTime, open, high, low, close, volume, takerBuyVolume, openInterest } = json
  return {
    kind: 'bar',
    instrument,
    exchangeTime: openTime,
    receivedTime: openTime,
    intervalMs,
    open,
    high,
    low,
    close,
    ...(volume === null ? {} : { volume }),
    ...(takerBuyVolume === null ? {} : { takerBuyVolume }),
    ...(openInterest === null ? {} : { openInterest }),
  }
}
