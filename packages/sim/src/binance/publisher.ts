import type { SimBook, SimEvent, SimLiquidation } from '../core/event.ts'
import { intervals, USUAL_INTERVALS } from '../record/interval.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import { ForcedOrderWindow, largest } from '../serve/forced-order-window.ts'
import type { TopicHub } from '../serve/topic-hub.ts'
import {
  aggTradePayload,
  bookTickerPayload,
  depthPayload,
  forceOrderPayload,
  klinePayload,
  markPayload,
  tradePayload,
} from './message.ts'
import { tickerPayload } from './ticker.ts'

/** At most one forced order per symbol in this time, the largest: the stream samples. */
const FORCE_ORDER_MS = 1000
const KLINE_MS = 250
const TICKER_MS = 2000
const SLOW_MARK_MS = 3000
/** Book updates are collected for this long on each of the depth streams; the first is the market's own pace. */
const DEPTH_STREAMS: readonly (readonly [suffix: string, ms: number])[] = [
  ['@depth@100ms', 100],
  ['@depth', 250],
  ['@depth@500ms', 500],
]
const PARTIAL_DEPTHS = [5, 10, 20] as const
const INTERVALS = intervals(USUAL_INTERVALS)

/** Sends one market's events on its streams. */
export class MarketPublisher {
  readonly #served: ServedMarket
  readonly #hub: TopicHub
  readonly #symbol: string
  readonly #prefix: string
  readonly #depths: readonly DepthStream[]
  readonly #forceOrders = new ForcedOrderWindow(FORCE_ORDER_MS)
  #aggregateId: number
  #klineTime: number
  #tickerTime = 0

  constructor(served: ServedMarket, hub: TopicHub) {
    this.#served = served
    this.#hub = hub
    this.#symbol = served.market.contract.symbol
    this.#prefix = this.#symbol.toLowerCase()
    this.#aggregateId = served.record.lastAggregateId
    this.#klineTime = served.market.time
    this.#depths = DEPTH_STREAMS.map(([suffix, ms]) => new DepthStream(`${this.#prefix}${suffix}`, ms))
  }

  /** @param time the venue's clock, epoch ms. */
  publish(events: readonly SimEvent[], time: number): void {
    for (const event of events) this.#publishEvent(event)
    this.#publishForceOrder(this.#forceOrders.due(time), time)
    this.#publishAggregates(time)
    if (time - this.#klineTime >= KLINE_MS) this.#publishKlines(time)
    if (time - this.#tickerTime >= TICKER_MS) this.#publishTicker(time)
  }

  #publishEvent(event: SimEvent): void {
    const symbol = this.#symbol
    switch (event.kind) {
      case 'trade':
        if (this.#hub.wanted(`${this.#prefix}@trade`))
          this.#hub.publish(`${this.#prefix}@trade`, 'trade', tradePayload(symbol, event))
        return
      case 'mark': {
        const payload = markPayload(symbol, event)
        this.#hub.publish(`${this.#prefix}@markPrice@1s`, 'mark', payload)
        this.#hub.publish('!markPrice@arr@1s', 'mark', [payload])
        if (event.time % SLOW_MARK_MS !== 0) return
        this.#hub.publish(`${this.#prefix}@markPrice`, 'mark', payload)
        this.#hub.publish('!markPrice@arr', 'mark', [payload])
        return
      }
      case 'liquidation':
        this.#publishForceOrder(this.#forceOrders.add(event), event.time)
        return
      case 'book':
        this.#publishBook(event)
        return
      case 'top': {
        const payload = bookTickerPayload(symbol, event)
        this.#hub.publish(`${this.#prefix}@bookTicker`, 'top', payload)
        this.#hub.publish('!bookTicker', 'top', payload)
        return
      }
      case 'openInterest':
      case 'funding':
        return
    }
  }

  #publishForceOrder(window: readonly SimLiquidation[] | undefined, time: number): void {
    const order = largest(window ?? [])
    if (order === undefined) return
    const payload = forceOrderPayload(this.#symbol, order, time)
    this.#hub.publish(`${this.#prefix}@forceOrder`, 'liquidation', payload)
    this.#hub.publish('!forceOrder@arr', 'liquidation', payload)
  }

  #publishAggregates(time: number): void {
    const skewMs = time - this.#served.market.time
    const stream = `${this.#prefix}@aggTrade`
    if (this.#hub.wanted(stream))
      for (const trade of this.#served.record.aggregatesAfter(this.#aggregateId, skewMs))
        this.#hub.publish(stream, 'trade', aggTradePayload(this.#symbol, trade))
    this.#aggregateId = this.#served.record.lastAggregateId
  }

  #publishBook(book: SimBook): void {
    for (const depth of this.#depths) {
      const due = depth.add(book)
      if (due !== undefined && this.#hub.wanted(depth.name))
        this.#hub.publish(depth.name, 'book', depthPayload(this.#symbol, due.book, due.previousId))
    }
    for (const count of PARTIAL_DEPTHS) {
      const name = `${this.#prefix}@depth${count}@100ms`
      if (!this.#hub.wanted(name)) continue
      const { updateId, bids, asks } = this.#served.market.depth(count)
      const whole = { ...book, firstUpdateId: updateId, lastUpdateId: updateId, bids, asks }
      this.#hub.publish(name, 'book', depthPayload(this.#symbol, whole, updateId))
    }
  }

  #publishKlines(time: number): void {
    const { record } = this.#served
    for (const [interval, intervalMs] of INTERVALS) {
      const stream = `${this.#prefix}@kline_${interval}`
      if (!this.#hub.wanted(stream)) continue
      // The candle that closed since the last message goes once more, as closed.
      const from = Math.floor(Math.max(this.#klineTime, time - 2 * intervalMs) / intervalMs) * intervalMs
      for (const candle of record.intervals(intervalMs, from, time))
        this.#hub.publish(stream, 'candle', klinePayload(this.#symbol, interval, intervalMs, candle, time))
    }
    this.#klineTime = time
  }

  #publishTicker(time: number): void {
    this.#tickerTime = time
    const stream = `${this.#prefix}@ticker`
    if (!this.#hub.wanted(stream)) return
    const payload = tickerPayload(this.#symbol, this.#served.record, time)
    if (payload !== undefined) this.#hub.publish(stream, 'ticker', payload)
  }
}

/** Collects book updates for one pace. `previousId` chains the messages of the stream. */
class DepthStream {
  readonly name: string
  readonly #ms: number
  #previousId: number | undefined
  #firstId = 0
  #bids = new Map<number, number>()
  #asks = new Map<number, number>()

  constructor(name: string, ms: number) {
    this.name = name
    this.#ms = ms
  }

  /** What is to be sent now, or undefined while collecting. */
  add(book: SimBook): { book: SimBook; previousId: number } | undefined {
    if (this.#firstId === 0) this.#firstId = book.firstUpdateId
    for (const [at, resting] of book.bids) this.#bids.set(at, resting)
    for (const [at, resting] of book.asks) this.#asks.set(at, resting)
    // The market publishes on a grid of 100 ms: of 250 ms, each third and each second step in turn.
    if (this.#ms > 100 && book.time % this.#ms >= 100) return undefined
    const collected = { ...book, firstUpdateId: this.#firstId, bids: [...this.#bids], asks: [...this.#asks] }
    const previousId = this.#previousId ?? this.#firstId - 1
    this.#previousId = book.lastUpdateId
    this.#firstId = 0
    this.#bids = new Map()
    this.#asks = new Map()
    return { book: collected, previousId }
  }
}
