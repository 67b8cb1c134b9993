import type { SimEvent, SimLiquidation, SimTrade } from '../core/event.ts'
import { BookView, type Levels } from '../serve/book-view.ts'
import type { MessageKind, ServedMarket } from '../serve/dialect.ts'
import { ForcedOrderWindow, largest } from '../serve/forced-order-window.ts'
import type { Welcome } from '../serve/op-session.ts'
import type { TopicHub } from '../serve/topic-hub.ts'
import { PRODUCT } from './contract.ts'
import { bookFields, fullTickerRow, levelRows, liquidationRow, publicTradeRow, tickerRow, tradeRow } from './message.ts'

const LIQUIDATION_MS = 1000
const TICKER_MS = 300
/** Trades that a new listener is told of, as a snapshot. */
const RECENT_TRADES = 50
/** Books by the name of their channel: how many levels; `books` alone sends changes. */
const BOOK_DEPTHS: Readonly<Record<string, number>> = { books: 500, books1: 1, books5: 5, books15: 15, books50: 50 }

/** Both versions of the venue's sockets: version 2 has channels and instIds, version 3 has topics and symbols. */
export type ApiVersion = 'v2' | 'v3'

export const LIQUIDATION_TOPIC = 'v3:liquidation'

/** What names a stream in requests and messages. */
function argOf(version: ApiVersion, channel: string, symbol: string): object {
  return version === 'v2'
    ? { instType: PRODUCT, channel, instId: symbol }
    : { instType: PRODUCT.toLowerCase(), topic: channel, symbol }
}

/** Sends one market's events on the venue's channels of both versions. */
export class BitgetPublisher {
  readonly #served: ServedMarket
  readonly #hub: TopicHub
  readonly #symbol: string
  readonly #liquidations = new ForcedOrderWindow(LIQUIDATION_MS)
  readonly #books: ReadonlyMap<string, BookView>
  #tickerTime = 0

  constructor(served: ServedMarket, hub: TopicHub) {
    this.#served = served
    this.#hub = hub
    this.#symbol = served.market.contract.symbol
    const topics = (['v2', 'v3'] as const).flatMap((version) =>
      Object.entries(BOOK_DEPTHS).map(([channel, depth]) => [this.#topic(version, channel), depth] as const),
    )
    this.#books = new Map(topics.map(([topic, depth]) => [topic, new BookView(served.market, depth)]))
  }

  /** `v3:publicTrade:BTCUSDT` */
  get topics(): string[] {
    return [
      this.#topic('v2', 'trade'),
      this.#topic('v3', 'publicTrade'),
      this.#topic('v2', 'ticker'),
      this.#topic('v3', 'ticker'),
      ...this.#books.keys(),
    ]
  }

  publish(events: readonly SimEvent[], time: number): void {
    // Newest first, as the venue lists them.
    const trades = events.filter((event) => event.kind === 'trade').reverse()
    if (trades.length > 0) this.#publishTrades(trades, time)
    for (const event of events)
      if (event.kind === 'liquidation') this.#publishLiquidations(this.#liquidations.add(event), event.time)
    this.#publishLiquidations(this.#liquidations.due(time), time)
    for (const [topic, view] of this.#books) this.#publishBook(topic, view, time)
    if (time - this.#tickerTime < TICKER_MS) return
    this.#tickerTime = time
    this.#send('v2', 'ticker', 'ticker', 'snapshot', time, () => tickerRow(this.#served, time))
    this.#send('v3', 'ticker', 'ticker', 'snapshot', time, () => fullTickerRow(this.#served, time))
  }

  /** What a new listener gets at once. */
  welcome(topic: string, time: number): readonly Welcome[] {
    const [, channel = ''] = topic.split(':')
    const version: ApiVersion = topic.startsWith('v2') ? 'v2' : 'v3'
    const message = (rows: readonly object[]): object => ({
      action: 'snapshot',
      arg: argOf(version, channel, this.#symbol),
      data: rows,
      ts: time,
    })
    const view = this.#books.get(topic)
    if (view !== undefined) {
      if (!this.#hub.wanted(topic)) view.refresh()
      return [{ kind: 'book', message: message([this.#bookRow(version, view, undefined, time)]) }]
    }
    if (channel === 'ticker') {
      const row = version === 'v2' ? tickerRow(this.#served, time) : fullTickerRow(this.#served, time)
      return row === undefined ? [] : [{ kind: 'ticker', message: message([row]) }]
    }
    const recent = this.#served.record.trades.slice(-RECENT_TRADES).reverse()
    return [{ kind: 'trade', message: message(recent.map(version === 'v2' ? tradeRow : publicTradeRow)) }]
  }

  #publishTrades(trades: readonly SimTrade[], time: number): void {
    for (const [version, channel, row] of [
      ['v2', 'trade', tradeRow],
      ['v3', 'publicTrade', publicTradeRow],
    ] as const) {
      const topic = this.#topic(version, channel)
      if (!this.#hub.wanted(topic)) continue
      const arg = argOf(version, channel, this.#symbol)
      this.#hub.publish(topic, 'trade', { action: 'update', arg, data: trades.map(row), ts: time })
    }
  }

  /** The largest of each side. */
  #publishLiquidations(window: readonly SimLiquidation[] | undefined, time: number): void {
    if (window === undefined) return
    const shown = (['long', 'short'] as const).flatMap(
      (side) => largest(window.filter(({ positionSide }) => positionSide === side)) ?? [],
    )
    this.#hub.publish(LIQUIDATION_TOPIC, 'liquidation', {
      action: 'update',
      arg: { instType: PRODUCT.toLowerCase(), topic: 'liquidation' },
      data: shown.map((order) => liquidationRow(this.#symbol, order)),
      ts: time,
    })
  }

  #publishBook(topic: string, view: BookView, time: number): void {
    if (!this.#hub.wanted(topic)) return
    const changes = view.refresh()
    if (changes === undefined) return
    const [version = '', channel = ''] = topic.split(':')
    const isIncremental = channel === 'books'
    const row = this.#bookRow(version === 'v2' ? 'v2' : 'v3', view, isIncremental ? changes : undefined, time)
    this.#hub.publish(topic, 'book', {
      action: isIncremental ? 'update' : 'snapshot',
      arg: argOf(version === 'v2' ? 'v2' : 'v3', channel, this.#symbol),
      data: [row],
      ts: time,
    })
  }

  #bookRow(version: ApiVersion, view: BookView, changes: Levels | undefined, time: number): object {
    const { bids, asks } = changes ?? view.levels
    const [a, b] = [levelRows(asks), levelRows(bids)]
    return { ...(version === 'v2' ? { asks: a, bids: b } : { a, b }), ...bookFields(view, changes, time) }
  }

  #send(
    version: ApiVersion,
    channel: string,
    kind: MessageKind,
    action: string,
    ts: number,
    row: () => object | undefined,
  ): void {
    const topic = this.#topic(version, channel)
    if (!this.#hub.wanted(topic)) return
    const made = row()
    if (made === undefined) return
    this.#hub.publish(topic, kind, { action, arg: argOf(version, channel, this.#symbol), data: [made], ts })
  }

  #topic(version: ApiVersion, channel: string): string {
    return `${version}:${channel}:${this.#symbol}`
  }
}
