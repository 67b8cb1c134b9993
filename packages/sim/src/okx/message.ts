import type { SimLiquidation, SimMark } from '../core/event.ts'
import { FUNDING_INTERVAL_MS } from '../core/mark-price.ts'
import { dayFigures } from '../record/day-figures.ts'
import type { AggregateTrade } from '../record/market-record.ts'
import { bookChecksum } from '../serve/book-checksum.ts'
import type { BookView, Level, Levels } from '../serve/book-view.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'
import { contracts, contractValue, familyOf, INSTRUMENT_TYPE, instrumentOf } from './contract.ts'

/** What one order traded at one price; `tradeId` is the last of its trades, `count` how many they are. */
export function tradeRow(served: ServedMarket, trade: AggregateTrade): object {
  return {
    instId: instrumentOf(served.market.contract),
    tradeId: String(trade.lastTradeId),
    px: plain(trade.price),
    sz: contracts(served, trade.size),
    side: trade.side,
    ts: String(trade.time),
    count: String(trade.lastTradeId - trade.firstTradeId + 1),
    source: '0',
    seqId: trade.id,
  }
}

export function markRow(served: ServedMarket, mark: SimMark): object {
  return {
    instId: instrumentOf(served.market.contract),
    instType: INSTRUMENT_TYPE,
    markPx: plain(mark.markPrice),
    ts: String(mark.time),
  }
}

export function indexRow({ market, record }: ServedMarket, mark: SimMark): object {
  const day = dayFigures(record, mark.time)?.day
  return {
    instId: familyOf(market.contract),
    idxPx: plain(mark.indexPrice),
    open24h: plain(day?.open ?? mark.indexPrice),
    high24h: plain(day?.high ?? mark.indexPrice),
    low24h: plain(day?.low ?? mark.indexPrice),
    sodUtc0: plain(day?.open ?? mark.indexPrice),
    sodUtc8: plain(day?.open ?? mark.indexPrice),
    ts: String(mark.time),
  }
}

/** One-sided: `oi` in contracts, `oiCcy` in coins, `oiUsd` at the mark. */
export function openInterestRow(served: ServedMarket, time: number): object {
  const { market } = served
  return {
    instId: instrumentOf(market.contract),
    instType: INSTRUMENT_TYPE,
    oi: contracts(served, market.openInterest),
    oiCcy: plain(market.openInterest),
    oiUsd: plain(market.openInterest * market.markPrice),
    ts: String(time),
  }
}

/** `fundingTime` is when this rate will be paid; `nextFundingTime` is the payment after it. */
export function fundingRow({ market, record }: ServedMarket, time: number): object {
  const paid = record.funding.at(-1)
  return {
    formulaType: 'withRate',
    fundingRate: plain(market.fundingRate),
    fundingTime: String(market.nextFundingTime),
    impactValue: '25000',
    instId: instrumentOf(market.contract),
    instType: INSTRUMENT_TYPE,
    interestRate: '0.0001',
    maxFundingRate: '0.02',
    method: 'current_period',
    minFundingRate: '-0.02',
    nextFundingRate: '',
    nextFundingTime: String(market.nextFundingTime + FUNDING_INTERVAL_MS),
    premium: plain(market.markPrice / market.indexPrice - 1),
    settFundingRate: plain(paid?.rate ?? 0),
    settState: 'settled',
    ts: String(time),
  }
}

/** `side` is the order's, `posSide` the position's. `bkPx` is the bankruptcy price. */
export function liquidationRow(served: ServedMarket, orders: readonly SimLiquidation[]): object {
  const { contract } = served.market
  return {
    details: orders.map((order) => ({
      bkLoss: '0',
      bkPx: plain(order.bankruptcyPrice),
      ccy: '',
      posSide: order.positionSide,
      side: order.positionSide === 'long' ? 'sell' : 'buy',
      sz: contracts(served, order.size),
      ts: String(order.time),
    })),
    instFamily: familyOf(contract),
    instId: instrumentOf(contract),
    instType: INSTRUMENT_TYPE,
    uly: familyOf(contract),
  }
}

export function tickerRow(served: ServedMarket, time: number): object | undefined {
  const { market, record } = served
  const day = dayFigures(record, time)?.day
  const { bids, asks } = market.depth(1)
  if (day === undefined) return undefined
  return {
    instType: INSTRUMENT_TYPE,
    instId: instrumentOf(market.contract),
    last: plain(market.lastPrice),
    lastSz: contracts(served, record.lastTrade?.size ?? 0),
    askPx: plain(asks[0]?.[0] ?? 0),
    askSz: contracts(served, asks[0]?.[1] ?? 0),
    bidPx: plain(bids[0]?.[0] ?? 0),
    bidSz: contracts(served, bids[0]?.[1] ?? 0),
    open24h: plain(day.open),
    high24h: plain(day.high),
    low24h: plain(day.low),
    sodUtc0: plain(day.open),
    sodUtc8: plain(day.open),
    volCcy24h: plain(day.volume),
    vol24h: contracts(served, day.volume),
    ts: String(time),
  }
}

/** `prevSeqId` of a snapshot is -1; of an update, the `seqId` of the message before it. */
export function bookRow(served: ServedMarket, view: BookView, changes: Levels | undefined, time: number): object {
  const { bids, asks } = changes ?? view.levels
  return {
    asks: asks.map((level) => levelRow(served, level)),
    bids: bids.map((level) => levelRow(served, level)),
    ts: String(time),
    checksum: bookChecksum(view.levels, contractValue(served)),
    seqId: view.sequence,
    prevSeqId: changes === undefined ? -1 : view.previousSequence,
  }
}

/** Price, size in contracts, a figure that is always 0, number of orders. */
export function levelRow(served: ServedMarket, [price, size]: Level): readonly string[] {
  return [plain(price), contracts(served, size), '0', size > 0 ? '1' : '0']
}
