import type { SimLiquidation, SimTrade } from '../core/event.ts'
import { dayFigures } from '../record/day-figures.ts'
import { bookChecksum } from '../serve/book-checksum.ts'
import type { BookView, Levels } from '../serve/book-view.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'

/** Ids are beyond 2^53, as the venue's are. */
const ID_BASE = 1_235_671_063_871_070_208n

function bigId(id: number): string {
  return String(ID_BASE + BigInt(id))
}

/** Of version 2. */
export function tradeRow(trade: SimTrade): object {
  return {
    ts: String(trade.time),
    price: plain(trade.price),
    size: plain(trade.size),
    side: trade.side,
    tradeId: bigId(trade.tradeId),
  }
}

/** Of version 3. */
export function publicTradeRow(trade: SimTrade): object {
  return {
    i: bigId(trade.tradeId),
    p: plain(trade.price),
    v: plain(trade.size),
    S: trade.side,
    T: String(trade.time),
    L: bigId(trade.tradeId),
    isRPI: 'no',
  }
}

/** `side` is the POSITION's: buy was a long. `amount` is in the quote currency, `price` the bankruptcy price. */
export function liquidationRow(symbol: string, order: SimLiquidation): object {
  return {
    symbol,
    side: order.positionSide === 'long' ? 'buy' : 'sell',
    price: plain(order.bankruptcyPrice),
    amount: plain(order.size * order.bankruptcyPrice, 12),
    ts: String(order.time),
  }
}

interface TickerFigures {
  readonly last: string
  readonly bid: readonly [string, string]
  readonly ask: readonly [string, string]
  readonly open: string
  readonly high: string
  readonly low: string
  readonly change: string
  readonly base: string
  readonly quote: string
}

function figuresOf({ market, record }: ServedMarket, time: number): TickerFigures | undefined {
  const day = dayFigures(record, time)
  if (day === undefined) return undefined
  const { bids, asks } = market.depth(1)
  const pair = (level: readonly [number, number] | undefined): readonly [string, string] => [
    plain(level?.[0] ?? 0),
    plain(level?.[1] ?? 0),
  ]
  return {
    last: plain(market.lastPrice),
    bid: pair(bids[0]),
    ask: pair(asks[0]),
    open: plain(day.day.open),
    high: plain(day.day.high),
    low: plain(day.day.low),
    change: plain(day.changePercent / 100, 5),
    base: plain(day.day.volume),
    quote: plain(day.day.quoteVolume),
  }
}

/** Of version 2. `holdingAmount`: open interest, one-sided, base units. */
export function tickerRow(served: ServedMarket, time: number): object | undefined {
  const figures = figuresOf(served, time)
  if (figures === undefined) return undefined
  const { market } = served
  return {
    instId: market.contract.symbol,
    lastPr: figures.last,
    bidPr: figures.bid[0],
    askPr: figures.ask[0],
    bidSz: figures.bid[1],
    askSz: figures.ask[1],
    open24h: figures.open,
    high24h: figures.high,
    low24h: figures.low,
    change24h: figures.change,
    fundingRate: plain(market.fundingRate),
    nextFundingTime: String(market.nextFundingTime),
    markPrice: plain(market.markPrice),
    indexPrice: plain(market.indexPrice),
    holdingAmount: plain(market.openInterest),
    baseVolume: figures.base,
    quoteVolume: figures.quote,
    openUtc: figures.open,
    symbolType: '1',
    symbol: market.contract.symbol,
    deliveryPrice: '0',
    ts: String(time),
  }
}

/** Of version 3. */
export function fullTickerRow(served: ServedMarket, time: number): object | undefined {
  const figures = figuresOf(served, time)
  if (figures === undefined) return undefined
  const { market } = served
  return {
    highPrice24h: figures.high,
    lowPrice24h: figures.low,
    openPrice24h: figures.open,
    lastPrice: figures.last,
    turnover24h: figures.quote,
    volume24h: figures.base,
    bid1Price: figures.bid[0],
    ask1Price: figures.ask[0],
    bid1Size: figures.bid[1],
    ask1Size: figures.ask[1],
    price24hPcnt: figures.change,
    indexPrice: plain(market.indexPrice),
    markPrice: plain(market.markPrice),
    fundingRate: plain(market.fundingRate),
    openInterest: plain(market.openInterest),
    deliveryTime: '',
    deliveryStartTime: '',
    deliveryStatus: '',
    nextFundingTime: String(market.nextFundingTime),
  }
}

export function levelRows(levels: Levels['bids']): readonly (readonly string[])[] {
  return levels.map(([price, size]) => [plain(price), plain(size)])
}

/** `pseq` of a snapshot is 0; of an update, the `seq` of the message before it. A snapshot has no checksum. */
export function bookFields(view: BookView, changes: Levels | undefined, time: number): object {
  return {
    checksum: changes === undefined ? 0 : bookChecksum(view.levels, 1),
    seq: view.sequence,
    pseq: changes === undefined ? 0 : view.previousSequence,
    ts: String(time),
  }
}
