import type { SimEvent, SimLiquidation } from '../core/event.ts'
import { BookView } from '../serve/book-view.ts'
import type { MessageKind, ServedMarket } from '../serve/dialect.ts'
import { ForcedOrderWindow, largest } from '../serve/forced-order-window.ts'
import type { Welcome } from '../serve/op-session.ts'
import type { TopicHub } from '../serve/topic-hub.ts'
import { familyOf, INSTRUMENT_TYPE, instrumentOf, listingRow } from './contract.ts'
import {
  bookRow,
  fundingRow,
  indexRow,
  liquidationRow,
  markRow,
  openInterestRow,
  tickerRow,
  tradeRow,
} from './message.ts'

/** At most one forced order per contract in this time. */
const LIQUIDATION_MS = 1000
const OPEN_INTEREST_MS = 3000
const FUNDING_MS = 30_000
const TICKER_MS = 100
/** Books by channel: how many levels, and whether only changes follow the first message. */
const BOOKS = [
  { channel: 'books', depth: 400, incremental: true },
  { channel: 'books5', depth: 5, incremental: false },
] as const
const PER_INSTRUMENT = ['trades', 'trades-all', 'mark-price', 'open-interest', 'funding-rate', 'tickers', 'bbo-tbt']

/** `trades:BTC-USDT-SWAP` */
export function topic(channel: string, subject: string): string {
  return `${channel}:${subject}`
}

/** Sends one market's events on the venue's channels. */
export class OkxPublisher {
  readonly #served: ServedMarket
  readonly #hub: TopicHub
  readonly #instId: string
  readonly #liquidations = new ForcedOrderWindow(LIQUIDATION_MS)
  readonly #books: ReadonlyMap<string, BookView>
  #aggregateId: number
  #openInterestTime = 0
  #fundingTime = 0
  #tickerTime = 0

  constructor(served: ServedMarket, hub: TopicHub) {
    this.#served = served
    this.#hub = hub
    this.#instId = instrumentOf(served.market.contract)
    this.#aggregateId = served.record.lastAggregateId
    this.#books = new Map(BOOKS.map(({ channel, depth }) => [channel, new BookView(served.market, depth)]))
  }

  /** The topics that are about this market alone. */
  get topics(): string[] {
    const channels = [...PER_INSTRUMENT, ...this.#books.keys()]
    return [
      ...channels.map((channel) => topic(channel, this.#instId)),
      topic('index-tickers', familyOf(this.#served.market.contract)),
    ]
  }

  publish(events: readonly SimEvent[], time: number): void {
    for (const event of events) this.#publishEvent(event)
    this.#publishLiquidation(this.#liquidations.due(time))
    this.#publishAggregates(time)
    this.#publishBooks(time)
    if (time - this.#openInterestTime >= OPEN_INTEREST_MS) {
      this.#openInterestTime = time
      this.#push('open-interest', 'ticker', () => openInterestRow(this.#served, time))
    }
    if (time - this.#fundingTime >= FUNDING_MS) {
      this.#fundingTime = time
      this.#push('funding-rate', 'ticker', () => fundingRow(this.#served, time))
    }
    if (time - this.#tickerTime >= TICKER_MS) {
      this.#tickerTime = time
      this.#push('tickers', 'ticker', () => tickerRow(this.#served, time))
    }
  }

  /** What a new listener of one of `topics` gets at once. */
  welcome(channel: string, time: number): readonly Welcome[] {
    const served = this.#served
    const { mark } = served.record
    const now = (kind: MessageKind, row: object | undefined): readonly Welcome[] =>
      row === undefined ? [] : [{ kind, message: { arg: this.#arg(channel), data: [row] } }]
    switch (channel) {
      case 'mark-price':
        return now('mark', mark && markRow(served, mark))
      case 'index-tickers':
        return now('mark', mark && indexRow(served, mark))
      case 'open-interest':
        return now('ticker', openInterestRow(served, time))
      case 'funding-rate':
        return now('ticker', fundingRow(served, time))
      case 'tickers':
        return now('ticker', tickerRow(served, time))
      default:
        return this.#books.has(channel) ? this.#welcomeToBook(channel, time) : []
    }
  }

  #publishEvent(event: SimEvent): void {
    const served = this.#served
    switch (event.kind) {
      case 'trade':
        this.#push('trades-all', 'trade', () => ({
          ...tradeRow(served, { ...event, id: event.tradeId, firstTradeId: event.tradeId, lastTradeId: event.tradeId }),
          count: undefined,
        }))
        return
      case 'mark':
        this.#push('mark-price', 'mark', () => markRow(served, event))
        this.#push('index-tickers', 'mark', () => indexRow(served, event))
        return
      case 'liquidation':
        this.#publishLiquidation(this.#liquidations.add(event))
        return
      case 'top':
        this.#push('bbo-tbt', 'top', () => ({
          asks: [[...event.ask.map(String), '0', '1']],
          bids: [[...event.bid.map(String), '0', '1']],
          ts: String(event.time),
          seqId: event.updateId,
        }))
        return
      case 'book':
      case 'openInterest':
      case 'funding':
        return
    }
  }

  /** By type of instrument, not by instrument: one topic for all contracts of the venue. */
  #publishLiquidation(window: readonly SimLiquidation[] | undefined): void {
    const order = largest(window ?? [])
    if (order === undefined) return
    const channel = 'liquidation-orders'
    this.#hub.publish(topic(channel, INSTRUMENT_TYPE), 'liquidation', {
      arg: { channel, instType: INSTRUMENT_TYPE },
      data: [liquidationRow(this.#served, [order])],
    })
  }

  #publishAggregates(time: number): void {
    const skewMs = time - this.#served.market.time
    for (const trade of this.#served.record.aggregatesAfter(this.#aggregateId, skewMs))
      this.#push('trades', 'trade', () => tradeRow(this.#served, trade))
    this.#aggregateId = this.#served.record.lastAggregateId
  }

  #publishBooks(time: number): void {
    for (const { channel, incremental } of BOOKS) {
      const view = this.#books.get(channel)
      const name = topic(channel, this.#instId)
      if (view === undefined || !this.#hub.wanted(name)) continue
      const changes = view.refresh()
      if (changes === undefined) continue
      const row = bookRow(this.#served, view, incremental ? changes : undefined, time)
      this.#hub.publish(name, 'book', {
        arg: this.#arg(channel),
        ...(incremental ? { action: 'update' } : {}),
        data: [row],
      })
    }
  }

  #welcomeToBook(channel: string, time: number): readonly Welcome[] {
    const view = this.#books.get(channel)
    if (view === undefined) return []
    if (!this.#hub.wanted(topic(channel, this.#instId))) view.refresh()
    const message = {
      arg: this.#arg(channel),
      ...(channel === 'books' ? { action: 'snapshot' } : {}),
      data: [bookRow(this.#served, view, undefined, time)],
    }
    return [{ kind: 'book', message }]
  }

  #push(channel: string, kind: MessageKind, row: () => object | undefined): void {
    const arg = this.#arg(channel)
    const name = topic(channel, arg.instId)
    if (!this.#hub.wanted(name)) return
    const made = row()
    if (made !== undefined) this.#hub.publish(name, kind, { arg, data: [made] })
  }

  #arg(channel: string): { readonly channel: string; readonly instId: string } {
    const instId = channel === 'index-tickers' ? familyOf(this.#served.market.contract) : this.#instId
    return { channel, instId }
  }

  /** What the `instruments` channel says of it. */
  get listing(): object {
    return listingRow(this.#served)
  }
}
