import type { SimBook, SimLiquidation, SimMark, SimTop, SimTrade } from '../core/event.ts'
import type { Candle } from '../record/candle.ts'
import type { AggregateTrade } from '../record/market-record.ts'
import { fine, levels, price, size } from './format.ts'

/** Payloads of the streams. `E` is when the venue sends, `T` when it happened. */
type Payload = Record<string, unknown>

export function tradePayload(symbol: string, trade: SimTrade): Payload {
  return {
    e: 'trade',
    E: trade.time,
    T: trade.time,
    s: symbol,
    t: trade.tradeId,
    p: price(trade.price),
    q: size(trade.size),
    X: 'MARKET',
    m: trade.side === 'sell',
  }
}

export function aggTradePayload(symbol: string, trade: AggregateTrade): Payload {
  return {
    e: 'aggTrade',
    E: trade.time,
    a: trade.id,
    s: symbol,
    p: price(trade.price),
    q: size(trade.size),
    f: trade.firstTradeId,
    l: trade.lastTradeId,
    T: trade.time,
    m: trade.side === 'sell',
  }
}

export function markPayload(symbol: string, mark: SimMark): Payload {
  return {
    e: 'markPriceUpdate',
    E: mark.time,
    s: symbol,
    p: fine(mark.markPrice),
    // The estimated settle price, of use in the hour before a delivery only: a perpetual has none.
    P: fine(mark.indexPrice),
    i: fine(mark.indexPrice),
    r: fine(mark.fundingRate),
    T: mark.nextFundingTime,
  }
}

/** `S` is the order's side: SELL closed a long. `p` is the bankruptcy price, `ap` what it got on average. */
export function forceOrderPayload(symbol: string, order: SimLiquidation, time: number): Payload {
  return {
    e: 'forceOrder',
    E: time,
    o: {
      s: symbol,
      S: order.positionSide === 'long' ? 'SELL' : 'BUY',
      o: 'LIMIT',
      f: 'IOC',
      q: size(order.size),
      p: price(order.bankruptcyPrice),
      ap: price(order.averagePrice ?? 0),
      X: order.filledSize === order.size ? 'FILLED' : 'EXPIRED',
      l: size(order.lastFillSize),
      z: size(order.filledSize),
      T: order.time,
    },
  }
}

export function depthPayload(symbol: string, book: SimBook, previousId: number): Payload {
  return {
    e: 'depthUpdate',
    E: book.time,
    T: book.time,
    s: symbol,
    U: book.firstUpdateId,
    u: book.lastUpdateId,
    pu: previousId,
    b: levels(book.bids),
    a: levels(book.asks),
  }
}

export function bookTickerPayload(symbol: string, top: SimTop): Payload {
  return {
    e: 'bookTicker',
    u: top.updateId,
    s: symbol,
    b: price(top.bid[0]),
    B: size(top.bid[1]),
    a: price(top.ask[0]),
    A: size(top.ask[1]),
    T: top.time,
    E: top.time,
  }
}

export function klinePayload(
  symbol: string,
  interval: string,
  intervalMs: number,
  candle: Candle,
  time: number,
): Payload {
  return {
    e: 'kline',
    E: time,
    s: symbol,
    k: {
      t: candle.openTime,
      T: candle.openTime + intervalMs - 1,
      s: symbol,
      i: interval,
      f: candle.firstTradeId || -1,
      L: candle.lastTradeId || -1,
      o: price(candle.open),
      c: price(candle.close),
      h: price(candle.high),
      l: price(candle.low),
      v: size(candle.volume),
      n: candle.trades,
      x: time >= candle.openTime + intervalMs,
      q: candle.quoteVolume.toFixed(5),
      V: size(candle.takerBuyVolume),
      Q: candle.takerBuyQuoteVolume.toFixed(5),
      B: '0',
    },
  }
}

/** The row of a REST kline. */
export function klineRow(candle: Candle, intervalMs: number): readonly (string | number)[] {
  return [
    candle.openTime,
    price(candle.open),
    price(candle.high),
    price(candle.low),
    price(candle.close),
    size(candle.volume),
    candle.openTime + intervalMs - 1,
    candle.quoteVolume.toFixed(5),
    candle.trades,
    size(candle.takerBuyVolume),
    candle.takerBuyQuoteVolume.toFixed(5),
    '0',
  ]
}
