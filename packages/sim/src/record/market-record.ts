import type { TakerSide } from '@liqscope/market'
import type { SimEvent, SimFunding, SimLiquidation, SimMark, SimOpenInterest, SimTrade } from '../core/event.ts'
import { type Candle, emptyCandle, joinCandles, MINUTE_MS } from './candle.ts'

/** What one order traded at one price. */
export interface AggregateTrade {
  readonly id: number
  readonly orderId: number
  readonly time: number
  readonly price: number
  readonly side: TakerSide
  readonly firstTradeId: number
  lastTradeId: number
  size: number
}

/** Venues keep about a month of open interest, and longer candles; this keeps a month of all. */
const KEEP_MS = 31 * 86_400_000
const KEEP_TRADES = 20_000
/** A busy week of them. */
const KEEP_LIQUIDATIONS = 10_000
/** Lists are trimmed when they are this much too long, so that trimming costs nothing on average. */
const SLACK = 1.1

/** What a venue can tell about a market's past. Bounded. */
export class MarketRecord {
  /** One minute each, without holes; the last one is still forming. */
  readonly candles: Candle[] = []
  readonly openInterest: SimOpenInterest[] = []
  readonly funding: SimFunding[] = []
  /** The latest orders' trades, oldest first, ids without holes. */
  readonly aggregates: AggregateTrade[] = []
  /** The same trades one by one. */
  readonly trades: SimTrade[] = []
  readonly liquidations: SimLiquidation[] = []
  mark: SimMark | undefined
  lastTrade: SimTrade | undefined
  #aggregateId = 0

  /** Of the last aggregate, 0 before the first. */
  get lastAggregateId(): number {
    return this.#aggregateId
  }

  apply(event: SimEvent): void {
    switch (event.kind) {
      case 'trade':
        this.#addToCandle(event)
        this.#addToAggregate(event)
        this.trades.push(event)
        trim(this.trades, KEEP_TRADES)
        this.lastTrade = event
        return
      case 'mark':
        this.#candleAt(event.time, event.markPrice)
        this.mark = event
        return
      case 'openInterest':
        this.openInterest.push(event)
        trim(this.openInterest, KEEP_MS / 300_000)
        return
      case 'funding':
        this.funding.push(event)
        trim(this.funding, KEEP_MS / (8 * 3_600_000))
        return
      case 'liquidation':
        this.liquidations.push(event)
        trim(this.liquidations, KEEP_LIQUIDATIONS)
        return
      case 'book':
      case 'top':
        return
    }
  }

  /** The candles that open within [from, to], at most `count`, the earliest of them. */
  candlesFrom(from: number, to: number, count: number): Candle[] {
    const first = this.candles[0]
    if (first === undefined) return []
    const start = Math.max(0, Math.ceil((from - first.openTime) / MINUTE_MS))
    const end = Math.floor((to - first.openTime) / MINUTE_MS) + 1
    return this.candles.slice(start, Math.max(start, Math.min(end, start + count)))
  }

  /** Whole intervals that open within [from, to], earliest first; the last may be forming. None of before the record. */
  intervals(intervalMs: number, from: number, to: number): Candle[] {
    const begins = Math.max(from, this.candles[0]?.openTime ?? 0)
    const start = Math.ceil(begins / intervalMs) * intervalMs
    const minutes = this.candlesFrom(start, to - (to % intervalMs) + intervalMs - MINUTE_MS, Number.POSITIVE_INFINITY)
    return joinCandles(minutes, intervalMs)
  }

  /** The aggregates after `id`, stamped `skewMs` later than they were. */
  aggregatesAfter(id: number, skewMs: number): AggregateTrade[] {
    const first = this.aggregates[0]
    if (first === undefined) return []
    const found = this.aggregates.slice(Math.max(0, id + 1 - first.id))
    return skewMs === 0 ? found : found.map((trade) => ({ ...trade, time: trade.time + skewMs }))
  }

  #addToCandle(trade: SimTrade): void {
    const candle = this.#candleAt(trade.time, trade.price)
    const notional = trade.price * trade.size
    candle.high = Math.max(candle.high, trade.price)
    candle.low = Math.min(candle.low, trade.price)
    candle.close = trade.price
    candle.volume += trade.size
    candle.quoteVolume += notional
    candle.trades++
    candle.firstTradeId ||= trade.tradeId
    candle.lastTradeId = trade.tradeId
    if (trade.side === 'sell') return
    candle.takerBuyVolume += trade.size
    candle.takerBuyQuoteVolume += notional
  }

  /** The forming candle, after closing those that ended before `time`. A first candle opens at `price`. */
  #candleAt(time: number, price: number): Candle {
    const openTime = Math.floor(time / MINUTE_MS) * MINUTE_MS
    let last = this.candles.at(-1)
    while (last === undefined || last.openTime < openTime) {
      last = emptyCandle(last === undefined ? openTime : last.openTime + MINUTE_MS, last?.close ?? price)
      this.candles.push(last)
      trim(this.candles, KEEP_MS / MINUTE_MS)
    }
    return last
  }

  #addToAggregate(trade: SimTrade): void {
    const last = this.aggregates.at(-1)
    if (last !== undefined && last.orderId === trade.orderId && last.price === trade.price) {
      last.size += trade.size
      last.lastTradeId = trade.tradeId
      return
    }
    this.aggregates.push({
      id: ++this.#aggregateId,
      orderId: trade.orderId,
      time: trade.time,
      price: trade.price,
      side: trade.side,
      firstTradeId: trade.tradeId,
      lastTradeId: trade.tradeId,
      size: trade.size,
    })
    trim(this.aggregates, KEEP_TRADES)
  }
}

function trim(list: unknown[], keep: number): void {
  if (list.length > keep * SLACK) list.splice(0, list.length - keep)
}
