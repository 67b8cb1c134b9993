import type { SimLiquidation, SimTrade } from '../core/event.ts'
import { dayFigures } from '../record/day-figures.ts'
import type { Levels } from '../serve/book-view.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { addressOf, coinOf, decimal, tradeHash, transactionHash } from './wording.ts'

/** The venue pays every hour what this market pays every eight. */
export const FUNDING_PER_PAYMENT = 8
const BOOK_DEPTH = 20

/** `users` are buyer and seller. Nothing says whether the trade was forced. */
export function tradeRow({ market }: ServedMarket, place: number, trade: SimTrade): object {
  return {
    coin: coinOf(market.contract),
    side: trade.side === 'buy' ? 'B' : 'A',
    px: decimal(trade.price),
    sz: decimal(trade.size),
    time: trade.time,
    hash: transactionHash(trade.orderId),
    tid: tradeHash(trade.tradeId),
    users: [addressOf(place, trade.buyerId), addressOf(place, trade.sellerId)],
  }
}

/** Best first: bids, asks. */
export function bookRow({ market }: ServedMarket, { bids, asks }: Levels, time: number): object {
  const levels = [bids, asks].map((side) =>
    side.slice(0, BOOK_DEPTH).map(([price, size]) => ({ px: decimal(price), sz: decimal(size), n: 1 })),
  )
  return { coin: coinOf(market.contract), time, levels }
}

/** Open interest is one-sided, in coins. It carries no time. */
export function assetContext(served: ServedMarket, time: number): object {
  const { market, record } = served
  const day = dayFigures(record, time)?.day
  const { bids, asks } = market.depth(1)
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]]
  return {
    funding: decimal(market.fundingRate / FUNDING_PER_PAYMENT),
    openInterest: decimal(market.openInterest),
    prevDayPx: decimal(day?.open ?? market.lastPrice),
    dayNtlVlm: decimal(day?.quoteVolume ?? 0),
    premium: decimal(market.markPrice / market.indexPrice - 1),
    oraclePx: decimal(market.indexPrice),
    markPx: decimal(market.markPrice),
    midPx: bid === undefined || ask === undefined ? null : decimal((bid + ask) / 2),
    impactPxs: bid === undefined || ask === undefined ? null : [decimal(bid), decimal(ask)],
    dayBaseVlm: decimal(day?.volume ?? 0),
  }
}

/**
 * One user's leg of a trade. `liquidation` is on both legs when the taker's order was forced. The venue says also what
 * the position was before, the profit and the fee, which the simulator does not keep: those fields are left out.
 */
export function fillRow(
  { market }: ServedMarket,
  place: number,
  trade: SimTrade,
  accountId: number,
  forced: SimLiquidation | undefined,
): object {
  const isBuyer = trade.buyerId === accountId
  return {
    coin: coinOf(market.contract),
    px: decimal(trade.price),
    sz: decimal(trade.size),
    side: isBuyer ? 'B' : 'A',
    time: trade.time,
    hash: transactionHash(trade.orderId),
    oid: trade.orderId,
    crossed: isBuyer === (trade.side === 'buy'),
    tid: tradeHash(trade.tradeId),
    ...(forced === undefined ? {} : { liquidation: liquidationOf(place, forced, 'market') }),
  }
}

/** What the book did not take of a forced order: taken over at the bankruptcy price. Undefined when nothing is left. */
export function backstopRow({ market }: ServedMarket, place: number, forced: SimLiquidation): object | undefined {
  const rest = Math.round((forced.size - forced.filledSize) * market.contract.lotsPerUnit) / market.contract.lotsPerUnit
  if (rest <= 0) return undefined
  return {
    coin: coinOf(market.contract),
    px: decimal(forced.bankruptcyPrice),
    sz: decimal(rest),
    side: forced.positionSide === 'long' ? 'A' : 'B',
    time: forced.time,
    hash: transactionHash(forced.orderId),
    oid: forced.orderId,
    crossed: true,
    tid: 2 ** 50 + forced.orderId,
    liquidation: liquidationOf(place, forced, 'backstop'),
  }
}

function liquidationOf(place: number, forced: SimLiquidation, method: string): object {
  return { liquidatedUser: addressOf(place, forced.accountId), markPx: decimal(forced.markPrice), method }
}
