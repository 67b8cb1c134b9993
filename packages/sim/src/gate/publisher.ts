import type { SimEvent, SimLiquidation } from '../core/event.ts'
import { BookView } from '../serve/book-view.ts'
import type { MessageKind, ServedMarket } from '../serve/dialect.ts'
import { ForcedOrderWindow } from '../serve/forced-order-window.ts'
import type { TopicHub } from '../serve/topic-hub.ts'
import { contractOf, contracts } from './contract.ts'
import { envelope, levelRow, liquidationRow, statsRow, tickerRow, tradeRow } from './message.ts'

/** All forced orders of this time in one message, at once when there are so many. */
const LIQUIDATION_MS = 1000
const LIQUIDATIONS_PER_MESSAGE = 20
const TICKER_MS = 1000
const STATS_MS = 60_000
const STATS_PERIOD_MS = 300_000
/** Book updates by depth, all every 100 ms. */
const BOOK_DEPTHS = [20, 50, 100]
const CHANNELS = [
  'futures.trades',
  'futures.tickers',
  'futures.public_liquidates',
  'futures.book_ticker',
  'futures.contract_stats',
]
export const ALL = '!all'

/** Sends one market's events on the venue's channels. Nothing but what is new: a listener gets no snapshot. */
export class GatePublisher {
  readonly #served: ServedMarket
  readonly #hub: TopicHub
  readonly #contract: string
  readonly #liquidations = new ForcedOrderWindow(LIQUIDATION_MS, LIQUIDATIONS_PER_MESSAGE)
  readonly #books: ReadonlyMap<number, BookView>
  #tickerTime = 0
  #statsTime = 0

  constructor(served: ServedMarket, hub: TopicHub) {
    this.#served = served
    this.#hub = hub
    this.#contract = contractOf(served.market.contract)
    this.#books = new Map(BOOK_DEPTHS.map((depth) => [depth, new BookView(served.market, depth)]))
  }

  /** `futures.trades:BTC_USDT`, `futures.order_book_update:BTC_USDT:100` */
  get topics(): string[] {
    return [
      ...CHANNELS.map((channel) => `${channel}:${this.#contract}`),
      ...BOOK_DEPTHS.map((depth) => this.#bookTopic(depth)),
    ]
  }

  publish(events: readonly SimEvent[], time: number): void {
    const served = this.#served
    const trades = events.filter((event) => event.kind === 'trade')
    if (trades.length > 0)
      this.#update('futures.trades', 'trade', time, () => trades.map((trade) => tradeRow(served, trade)).reverse())
    for (const event of events)
      if (event.kind === 'liquidation') this.#publishLiquidations(this.#liquidations.add(event), event.time)
      else if (event.kind === 'top')
        this.#update('futures.book_ticker', 'top', event.time, () => ({
          t: event.time,
          u: event.updateId,
          s: this.#contract,
          b: String(event.bid[0]),
          B: contracts(served, event.bid[1]),
          a: String(event.ask[0]),
          A: contracts(served, event.ask[1]),
        }))
    this.#publishLiquidations(this.#liquidations.due(time), time)
    for (const [depth, view] of this.#books) this.#publishBook(depth, view, time)
    if (time - this.#tickerTime >= TICKER_MS) {
      this.#tickerTime = time
      const row = this.#hub.wanted(`futures.tickers:${this.#contract}`) ? tickerRow(served, time) : undefined
      if (row !== undefined) this.#update('futures.tickers', 'ticker', time, () => [row])
    }
    if (time - this.#statsTime < STATS_MS) return
    this.#statsTime = time
    const now = { time, size: served.market.openInterest, markPrice: served.market.markPrice }
    this.#update('futures.contract_stats', 'ticker', time, () => [statsRow(served, now, STATS_PERIOD_MS)])
  }

  /** To be told before a client joins a topic: a book that nobody followed has moved meanwhile. */
  begins(topic: string): void {
    for (const [depth, view] of this.#books)
      if (topic === this.#bookTopic(depth) && !this.#hub.wanted(topic)) view.refresh()
  }

  #bookTopic(depth: number): string {
    return `futures.order_book_update:${this.#contract}:${depth}`
  }

  #publishLiquidations(window: readonly SimLiquidation[] | undefined, time: number): void {
    if (window === undefined) return
    const channel = 'futures.public_liquidates'
    const result = window.map((order) => liquidationRow(this.#served, order))
    for (const about of [this.#contract, ALL])
      this.#hub.publish(`${channel}:${about}`, 'liquidation', envelope(channel, 'update', time, { result }))
  }

  #publishBook(depth: number, view: BookView, time: number): void {
    const topic = this.#bookTopic(depth)
    if (!this.#hub.wanted(topic)) return
    const changes = view.refresh()
    if (changes === undefined) return
    const result = {
      t: time,
      s: this.#contract,
      U: view.previousSequence + 1,
      u: view.sequence,
      b: changes.bids.map((level) => levelRow(this.#served, level)),
      a: changes.asks.map((level) => levelRow(this.#served, level)),
      l: String(depth),
    }
    this.#hub.publish(topic, 'book', envelope('futures.order_book_update', 'update', time, { result }))
  }

  #update(channel: string, kind: MessageKind, time: number, result: () => object): void {
    const topic = `${channel}:${this.#contract}`
    if (this.#hub.wanted(topic)) this.#hub.publish(topic, kind, envelope(channel, 'update', time, { result: result() }))
  }
}
