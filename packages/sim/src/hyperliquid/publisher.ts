import type { SimEvent, SimLiquidation, SimTrade } from '../core/event.ts'
import type { ServedMarket } from '../serve/dialect.ts'
import type { Welcome } from '../serve/op-session.ts'
import type { TopicHub } from '../serve/topic-hub.ts'
import { assetContext, backstopRow, bookRow, fillRow, tradeRow } from './message.ts'
import { addressOf, coinOf, decimal } from './wording.ts'

const BOOK_MS = 500
const CONTEXT_MS = 1000
const BOOK_DEPTH = 20
/** Trades that a new listener is told of. */
const RECENT_TRADES = 10
/** Fills that a new listener is told of. */
const RECENT_FILLS = 2000
const PER_COIN = ['trades', 'l2Book', 'activeAssetCtx', 'bbo']

/** Sends one market's events on the venue's channels. */
export class HyperliquidPublisher {
  readonly #served: ServedMarket
  readonly #place: number
  readonly #hub: TopicHub
  readonly #coin: string
  #bookTime = 0
  #contextTime = 0

  /** `place`: of the market in the venue's universe. */
  constructor(served: ServedMarket, place: number, hub: TopicHub) {
    this.#served = served
    this.#place = place
    this.#hub = hub
    this.#coin = coinOf(served.market.contract)
  }

  /** `trades:BTC` */
  get topics(): string[] {
    return PER_COIN.map((channel) => `${channel}:${this.#coin}`)
  }

  publish(events: readonly SimEvent[], time: number): void {
    const served = this.#served
    const trades = events.filter((event) => event.kind === 'trade')
    const forced = events.filter((event) => event.kind === 'liquidation')
    if (trades.length > 0 && this.#hub.wanted(`trades:${this.#coin}`)) {
      const rows = trades.map((trade) => tradeRow(served, this.#place, trade))
      this.#hub.publish(`trades:${this.#coin}`, 'trade', { channel: 'trades', data: rows })
    }
    this.#publishFills(trades, forced)
    if (time - this.#bookTime >= BOOK_MS) {
      this.#bookTime = time
      this.#publish('l2Book', 'book', () => bookRow(served, served.market.depth(BOOK_DEPTH), time))
      this.#publish('bbo', 'top', () => this.#bestPrices(time))
    }
    if (time - this.#contextTime >= CONTEXT_MS) {
      this.#contextTime = time
      this.#publish('activeAssetCtx', 'mark', () => ({ coin: this.#coin, ctx: assetContext(served, time) }))
    }
  }

  /** What a new listener of a coin's channel gets at once. */
  welcome(channel: string, time: number): readonly Welcome[] {
    const served = this.#served
    switch (channel) {
      case 'trades': {
        const recent = served.record.trades.slice(-RECENT_TRADES)
        const data = recent.map((trade) => tradeRow(served, this.#place, trade))
        return [{ kind: 'trade', message: { channel, data } }]
      }
      case 'l2Book': {
        const data = bookRow(served, served.market.depth(BOOK_DEPTH), time)
        return [{ kind: 'book', message: { channel, data } }]
      }
      case 'activeAssetCtx':
        return [{ kind: 'mark', message: { channel, data: { coin: this.#coin, ctx: assetContext(served, time) } } }]
      default:
        return []
    }
  }

  /** One account's fills within [from, to], oldest first, the latest of them. */
  fillsOf(accountId: number, from: number, to: number): readonly object[] {
    const { trades, liquidations } = this.#served.record
    const within = ({ time }: { readonly time: number }): boolean => time >= from && time <= to
    const own = trades.filter((trade) => (trade.buyerId === accountId || trade.sellerId === accountId) && within(trade))
    const fills = own.map((trade) => ({ time: trade.time, row: this.#fill(trade, accountId, liquidations) }))
    for (const order of liquidations.filter((one) => one.accountId === accountId && within(one))) {
      const row = backstopRow(this.#served, this.#place, order)
      if (row !== undefined) fills.push({ time: order.time, row })
    }
    return fills
      .sort((a, b) => a.time - b.time)
      .slice(-RECENT_FILLS)
      .map(({ row }) => row)
  }

  #fill(trade: SimTrade, accountId: number, forced: readonly SimLiquidation[]): object {
    const order = forced.find(({ orderId }) => orderId === trade.orderId)
    return fillRow(this.#served, this.#place, trade, accountId, order)
  }

  #publishFills(trades: readonly SimTrade[], forced: readonly SimLiquidation[]): void {
    const byUser = new Map<string, object[]>()
    const add = (accountId: number, row: () => object | undefined): void => {
      const user = addressOf(this.#place, accountId)
      if (!this.#hub.wanted(`userFills:${user}`)) return
      const made = row()
      if (made !== undefined) byUser.set(user, [...(byUser.get(user) ?? []), made])
    }
    for (const trade of trades)
      for (const accountId of new Set([trade.buyerId, trade.sellerId]))
        add(accountId, () => this.#fill(trade, accountId, forced))
    for (const order of forced) add(order.accountId, () => backstopRow(this.#served, this.#place, order))
    for (const [user, fills] of byUser)
      this.#hub.publish(`userFills:${user}`, 'liquidation', { channel: 'userFills', data: { user, fills } })
  }

  #bestPrices(time: number): object {
    const { bids, asks } = this.#served.market.depth(1)
    const bbo = [bids[0], asks[0]].map((level) =>
      level === undefined ? null : { px: decimal(level[0]), sz: decimal(level[1]), n: 1 },
    )
    return { coin: this.#coin, time, bbo }
  }

  #publish(channel: string, kind: 'book' | 'mark' | 'top', data: () => object): void {
    const topic = `${channel}:${this.#coin}`
    if (this.#hub.wanted(topic)) this.#hub.publish(topic, kind, { channel, data: data() })
  }
}
