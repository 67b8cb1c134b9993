import type { SimEvent, SimLiquidation, SimTrade } from '../core/event.ts'
import { BookView, type Levels } from '../serve/book-view.ts'
import type { MessageKind, ServedMarket } from '../serve/dialect.ts'
import { ForcedOrderWindow } from '../serve/forced-order-window.ts'
import type { Welcome } from '../serve/op-session.ts'
import type { TopicHub } from '../serve/topic-hub.ts'
import { bookFields, liquidationRow, tickerFields, tradeRow } from './message.ts'

/** All forced orders, in messages of this pace. */
const LIQUIDATION_MS = 500
const TICKER_MS = 100
const BOOK_DEPTHS = [1, 50, 200, 500, 1000]
const MAX_TRADES_PER_MESSAGE = 1024

/** Sends one market's events on the venue's topics. */
export class BybitPublisher {
  readonly #served: ServedMarket
  readonly #hub: TopicHub
  readonly #symbol: string
  readonly #liquidations = new ForcedOrderWindow(LIQUIDATION_MS)
  readonly #books: ReadonlyMap<string, BookStream>
  readonly #ticker: string
  #sent: Record<string, string> = {}
  #tickerTime = 0
  #lastPrice = 0
  #direction = 'ZeroPlusTick'

  constructor(served: ServedMarket, hub: TopicHub) {
    this.#served = served
    this.#hub = hub
    this.#symbol = served.market.contract.symbol
    this.#ticker = `tickers.${this.#symbol}`
    this.#books = new Map(
      BOOK_DEPTHS.map((depth) => [`orderbook.${depth}.${this.#symbol}`, new BookStream(served, depth)]),
    )
  }

  get topics(): string[] {
    return [`publicTrade.${this.#symbol}`, this.#ticker, `allLiquidation.${this.#symbol}`, ...this.#books.keys()]
  }

  publish(events: readonly SimEvent[], time: number): void {
    const trades: SimTrade[] = []
    for (const event of events) {
      if (event.kind === 'trade') trades.push(event)
      else if (event.kind === 'liquidation') this.#publishLiquidations(this.#liquidations.add(event), event.time)
    }
    this.#publishTrades(trades, time)
    this.#publishLiquidations(this.#liquidations.due(time), time)
    this.#publishBooks(time)
    if (time - this.#tickerTime >= TICKER_MS) this.#publishTicker(time)
  }

  /** What a new listener gets at once. */
  welcome(topic: string, time: number): readonly Welcome[] {
    const book = this.#books.get(topic)
    if (book !== undefined) {
      if (!this.#hub.wanted(topic)) book.begin()
      const data = book.snapshot(this.#symbol)
      return [{ kind: 'book', message: { topic, type: 'snapshot', ts: time, data, cts: time } }]
    }
    if (topic !== this.#ticker) return []
    const fields = tickerFields(this.#served, time)
    if (fields === undefined) return []
    if (!this.#hub.wanted(topic)) this.#sent = fields
    return [{ kind: 'ticker', message: { topic, type: 'snapshot', data: fields, cs: time, ts: time } }]
  }

  #publishTrades(trades: readonly SimTrade[], time: number): void {
    const topic = `publicTrade.${this.#symbol}`
    const rows = trades.map((trade) => tradeRow(this.#symbol, trade, this.#tickDirection(trade.price)))
    for (let at = 0; at < rows.length; at += MAX_TRADES_PER_MESSAGE)
      this.#publish(topic, 'trade', 'snapshot', rows.slice(at, at + MAX_TRADES_PER_MESSAGE), time)
  }

  #tickDirection(price: number): string {
    if (price > this.#lastPrice) this.#direction = 'PlusTick'
    else if (price < this.#lastPrice) this.#direction = 'MinusTick'
    else if (!this.#direction.startsWith('Zero')) this.#direction = `Zero${this.#direction}`
    this.#lastPrice = price
    return this.#direction
  }

  #publishLiquidations(window: readonly SimLiquidation[] | undefined, time: number): void {
    if (window === undefined) return
    const rows = window.map((order) => liquidationRow(this.#symbol, order))
    this.#publish(`allLiquidation.${this.#symbol}`, 'liquidation', 'snapshot', rows, time)
  }

  /** Only what changed since the last message. */
  #publishTicker(time: number): void {
    this.#tickerTime = time
    if (!this.#hub.wanted(this.#ticker)) return
    const fields = tickerFields(this.#served, time)
    if (fields === undefined) return
    const changes = Object.entries(fields).filter(([name, value]) => this.#sent[name] !== value)
    this.#sent = fields
    if (changes.length === 0) return
    const data = { symbol: this.#symbol, ...Object.fromEntries(changes) }
    this.#hub.publish(this.#ticker, 'ticker', { topic: this.#ticker, type: 'delta', data, cs: time, ts: time })
  }

  #publishBooks(time: number): void {
    for (const [topic, book] of this.#books) {
      if (!this.#hub.wanted(topic)) continue
      const data = book.delta(this.#symbol)
      if (data !== undefined) this.#hub.publish(topic, 'book', { topic, type: 'delta', ts: time, data, cts: time })
    }
  }

  #publish(topic: string, kind: MessageKind, type: string, data: object, ts: number): void {
    this.#hub.publish(topic, kind, { topic, type, ts, data })
  }
}

/** `u` counts the messages up by one. */
class BookStream {
  readonly #view: BookView
  #u = 1

  constructor({ market }: ServedMarket, depth: number) {
    this.#view = new BookView(market, depth)
  }

  begin(): void {
    this.#view.refresh()
    this.#u++
  }

  snapshot(symbol: string): object {
    return this.#fields(symbol, this.#view.levels)
  }

  delta(symbol: string): object | undefined {
    const changes = this.#view.refresh()
    if (changes === undefined) return undefined
    this.#u++
    return this.#fields(symbol, changes)
  }

  #fields(symbol: string, levels: Levels): object {
    return bookFields(symbol, levels, this.#u, this.#view.sequence)
  }
}
