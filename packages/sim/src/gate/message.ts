import type { SimLiquidation, SimTrade } from '../core/event.ts'
import { dayFigures } from '../record/day-figures.ts'
import type { Level } from '../serve/book-view.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'
import { contractOf, contracts, multiplierOf } from './contract.ts'

/** What every message of the venue's sockets is wrapped in. */
export function envelope(channel: string, event: string, time: number, rest: object): object {
  return { time: Math.floor(time / 1000), time_ms: time, channel, event, ...rest }
}

/** A negative size is a sell. */
export function tradeRow(served: ServedMarket, trade: SimTrade): Record<string, unknown> {
  const size = contracts(served, trade.size)
  return {
    contract: contractOf(served.market.contract),
    create_time: Math.floor(trade.time / 1000),
    create_time_ms: trade.time,
    id: trade.tradeId,
    price: plain(trade.price),
    size: trade.side === 'buy' ? size : -size,
  }
}

/** `size` has the sign of the forced order, `price` is its limit: the bankruptcy price. */
export function liquidationRow(served: ServedMarket, order: SimLiquidation): object {
  const size = contracts(served, order.size)
  return {
    price: plain(order.bankruptcyPrice),
    size: order.positionSide === 'long' ? -size : size,
    time: order.time,
    contract: contractOf(served.market.contract),
  }
}

/** `total_size`: open interest, contracts, one-sided. */
export function tickerRow(served: ServedMarket, time: number): object | undefined {
  const { market, record } = served
  const day = dayFigures(record, time)
  if (day === undefined) return undefined
  const { bids, asks } = market.depth(1)
  return {
    contract: contractOf(market.contract),
    last: plain(market.lastPrice),
    change_percentage: day.changePercent.toFixed(4),
    funding_rate: plain(market.fundingRate),
    funding_rate_indicative: plain(market.fundingRate),
    mark_price: plain(market.markPrice),
    index_price: plain(market.indexPrice),
    total_size: String(contracts(served, market.openInterest)),
    volume_24h: String(contracts(served, day.day.volume)),
    volume_24h_base: String(Math.floor(day.day.volume)),
    volume_24h_quote: String(Math.floor(day.day.quoteVolume)),
    volume_24h_settle: String(Math.floor(day.day.quoteVolume)),
    low_24h: plain(day.day.low),
    high_24h: plain(day.day.high),
    quanto_base_rate: '',
    quanto_multiplier: plain(multiplierOf(served)),
    lowest_ask: plain(asks[0]?.[0] ?? 0),
    highest_bid: plain(bids[0]?.[0] ?? 0),
    lowest_size: String(contracts(served, asks[0]?.[1] ?? 0)),
    highest_size: String(contracts(served, bids[0]?.[1] ?? 0)),
    basis_rate: plain(market.markPrice / market.indexPrice - 1),
    basis_value: plain(market.markPrice - market.indexPrice),
    price_type: 'last',
  }
}

export function levelRow(served: ServedMarket, [price, size]: Level): object {
  return { p: plain(price), s: contracts(served, size) }
}

/** One period that ends at `time`: open interest then, and what was liquidated within it. */
export function statsRow(
  served: ServedMarket,
  at: { readonly time: number; readonly size: number; readonly markPrice: number },
  periodMs: number,
): object {
  const within = served.record.liquidations.filter(({ time }) => time > at.time - periodMs && time <= at.time)
  const sum = (side: 'long' | 'short', value: (order: SimLiquidation) => number): number =>
    within.filter(({ positionSide }) => positionSide === side).reduce((total, order) => total + value(order), 0)
  const figures = (side: 'long' | 'short'): object => ({
    [`${side}_liq_size`]: contracts(
      served,
      sum(side, ({ size }) => size),
    ),
    [`${side}_liq_amount`]: sum(side, ({ size }) => size),
    [`${side}_liq_usd`]: sum(side, ({ size, bankruptcyPrice }) => size * bankruptcyPrice),
  })
  return {
    time: Math.floor(at.time / 1000),
    contract: contractOf(served.market.contract),
    lsr_taker: 1,
    lsr_account: 1,
    ...figures('long'),
    ...figures('short'),
    open_interest: contracts(served, at.size),
    open_interest_usd: at.size * at.markPrice,
    top_lsr_account: 1,
    top_lsr_size: 1,
    mark_price: at.markPrice,
  }
}
