import type { SimLiquidation, SimTrade } from '../core/event.ts'
import { dayFigures } from '../record/day-figures.ts'
import type { Levels } from '../serve/book-view.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'

const HOUR_MS = 3_600_000

/** Every match by itself. Ids are UUIDs on the venue: this one carries the number. */
export function tradeId(trade: SimTrade): string {
  return `51a51a51-0000-5000-8000-${trade.tradeId.toString(16).padStart(12, '0')}`
}

export function tradeRow(symbol: string, trade: SimTrade, tickDirection: string): object {
  return {
    T: trade.time,
    s: symbol,
    S: trade.side === 'buy' ? 'Buy' : 'Sell',
    v: plain(trade.size),
    p: plain(trade.price),
    L: tickDirection,
    i: tradeId(trade),
    BT: false,
    RPI: false,
    seq: trade.tradeId,
  }
}

/** `S` is the side of the POSITION: Buy was a long. `p` is its bankruptcy price. */
export function liquidationRow(symbol: string, order: SimLiquidation): object {
  return {
    T: order.time,
    s: symbol,
    S: order.positionSide === 'long' ? 'Buy' : 'Sell',
    v: plain(order.size),
    p: plain(order.bankruptcyPrice),
  }
}

/** Open interest counts BOTH sides in `openInterest`, one side in `singleOpenInterest`. */
export function tickerFields({ market, record }: ServedMarket, time: number): Record<string, string> | undefined {
  const day = dayFigures(record, time)
  const { bids, asks } = market.depth(1)
  if (day === undefined) return undefined
  const both = 2 * market.openInterest
  const hourAgo = record.candlesFrom(time - HOUR_MS, time, 1)[0]?.open ?? day.day.open
  return {
    symbol: market.contract.symbol,
    tickDirection: record.lastTrade?.side === 'sell' ? 'MinusTick' : 'PlusTick',
    price24hPcnt: plain(day.changePercent / 100, 6),
    lastPrice: plain(market.lastPrice),
    prevPrice24h: plain(day.day.open),
    highPrice24h: plain(day.day.high),
    lowPrice24h: plain(day.day.low),
    prevPrice1h: plain(hourAgo),
    markPrice: plain(market.markPrice),
    indexPrice: plain(market.indexPrice),
    openInterest: plain(both),
    openInterestValue: plain(both * market.markPrice, 4),
    singleOpenInterest: plain(market.openInterest),
    singleOpenInterestValue: plain(market.openInterest * market.markPrice, 4),
    turnover24h: plain(day.day.quoteVolume, 4),
    volume24h: plain(day.day.volume, 4),
    fundingIntervalHour: '8',
    fundingCap: '0.02',
    nextFundingTime: String(market.nextFundingTime),
    fundingRate: plain(market.fundingRate),
    bid1Price: plain(bids[0]?.[0] ?? 0),
    bid1Size: plain(bids[0]?.[1] ?? 0),
    ask1Price: plain(asks[0]?.[0] ?? 0),
    ask1Size: plain(asks[0]?.[1] ?? 0),
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
  }
}

export function bookFields(symbol: string, { bids, asks }: Levels, u: number, seq: number): object {
  const pair = ([price, size]: readonly [number, number]): readonly string[] => [plain(price), plain(size)]
  return { s: symbol, b: bids.map(pair), a: asks.map(pair), u, seq }
}
