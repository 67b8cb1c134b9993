import { intervals } from '../record/interval.ts'
import type { RestReply, RestRequest, ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'
import type { Query } from '../serve/query.ts'
import { Refusal } from '../serve/refusal.ts'
import { RequestBudget } from '../serve/request-budget.ts'
import { RestRouter, type RestStyle, type Route } from '../serve/rest-router.ts'
import { CATEGORY, EMPTY_CATEGORY, listingRow } from './contract.ts'
import { bookFields, tickerFields, tradeId } from './message.ts'

/** Requests per address. Who goes over it hears 403 for ten minutes. */
const ADDRESS_BUDGET = { limit: 600, windowMs: 5000, refusalsBeforeBan: 0, banMs: 600_000 }
/** Minutes by number, days by letter. */
const INTERVALS = intervals(['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h', '1d'], (meaning) =>
  meaning.endsWith('d') ? 'D' : String(Number.parseInt(meaning, 10) * (meaning.endsWith('h') ? 60 : 1)),
)
const PERIODS = intervals(['5m', '15m', '30m', '1h', '4h', '1d'], (meaning) => meaning.replace('m', 'min'))

/** The venue's REST routes over the markets' records. */
export class BybitRest {
  readonly #markets: readonly ServedMarket[]
  readonly #router: RestRouter

  constructor(markets: readonly ServedMarket[]) {
    this.#markets = markets
    const budget = new RequestBudget(ADDRESS_BUDGET)
    const route = (answer: Route['answer']): Route => ({ budget, weight: () => 1, answer })
    this.#router = new RestRouter(
      STYLE,
      new Map<string, Route>([
        ['/v5/market/time', route((_, time) => ({ timeSecond: seconds(time), timeNano: `${time}000000` }))],
        ['/v5/market/instruments-info', route((query) => this.#instruments(query))],
        ['/v5/market/kline', route((query) => this.#klines(query))],
        ['/v5/market/orderbook', route((query, time) => this.#book(query, time))],
        ['/v5/market/tickers', route((query, time) => this.#tickers(query, time))],
        ['/v5/market/recent-trade', route((query) => this.#trades(query))],
        ['/v5/market/open-interest', route((query) => this.#openInterest(query))],
        ['/v5/market/funding/history', route((query) => this.#fundingHistory(query))],
        ['/v5/market/risk-limit', route((query) => this.#riskLimits(query))],
      ]),
    )
  }

  answer(request: RestRequest): RestReply | undefined {
    return this.#router.answer(request)
  }

  #market(query: Query): ServedMarket {
    if (query.mandatory('category') !== CATEGORY) throw paramsError('category is invalid')
    const symbol = query.mandatory('symbol')
    const found = this.#markets.find(({ market }) => market.contract.symbol === symbol)
    if (found === undefined) throw paramsError('symbol invalid')
    return found
  }

  #asked(query: Query): readonly ServedMarket[] {
    // The coin-margined category is there and empty: this market has none.
    if (query.mandatory('category') === EMPTY_CATEGORY) return []
    return query.optional('symbol') === undefined ? this.#markets : [this.#market(query)]
  }

  /** Closed contracts are listed only to who asks for them. */
  #instruments(query: Query): unknown {
    const status = query.optional('status') ?? 'Trading'
    const shown = this.#asked(query).filter(({ listing }) => (listing.listed ? 'Trading' : 'Closed') === status)
    return { category: query.mandatory('category'), list: shown.map(listingRow), nextPageCursor: '' }
  }

  /** Newest first. Without an end, from `start` on; without both, the newest. */
  #klines(query: Query): unknown {
    const { market, record } = this.#market(query)
    const intervalMs = query.interval('interval', INTERVALS)
    const limit = query.limit(200, 1000)
    const newest = record.candles.at(-1)?.openTime ?? 0
    const start = query.time('start')
    const end = query.time('end')
    const to = Math.min(end ?? newest, newest)
    const found = record.intervals(intervalMs, start ?? to - limit * intervalMs, to)
    const page = start !== undefined && end === undefined ? found.slice(0, limit) : found.slice(-limit)
    return {
      category: CATEGORY,
      symbol: market.contract.symbol,
      list: page
        .reverse()
        .map((candle) => [
          String(candle.openTime),
          plain(candle.open),
          plain(candle.high),
          plain(candle.low),
          plain(candle.close),
          plain(candle.volume),
          plain(candle.quoteVolume),
        ]),
    }
  }

  #book(query: Query, time: number): unknown {
    const { market } = this.#market(query)
    const { bids, asks, updateId } = market.depth(query.limit(25, 500))
    return { ...bookFields(market.contract.symbol, { bids, asks }, updateId, updateId), ts: time, cts: time }
  }

  #tickers(query: Query, time: number): unknown {
    const listed = this.#asked(query).filter(({ listing }) => listing.listed)
    return { category: CATEGORY, list: listed.map((served) => tickerFields(served, time) ?? {}) }
  }

  /** Newest first, without a way back. */
  #trades(query: Query): unknown {
    const { market, record } = this.#market(query)
    const trades = record.trades.slice(-query.limit(500, 1000)).reverse()
    return {
      category: CATEGORY,
      list: trades.map((trade) => ({
        execId: tradeId(trade),
        symbol: market.contract.symbol,
        price: plain(trade.price),
        size: plain(trade.size),
        side: trade.side === 'buy' ? 'Buy' : 'Sell',
        time: String(trade.time),
        isBlockTrade: false,
        isRPITrade: false,
        seq: String(trade.tradeId),
      })),
    }
  }

  /** Newest first, in pages: the cursor is the time of the next row. Counts both sides beside one. */
  #openInterest(query: Query): unknown {
    const { market, record } = this.#market(query)
    const periodMs = query.interval('intervalTime', PERIODS)
    const from = query.time('startTime') ?? 0
    const to = query.time('cursor') ?? query.time('endTime') ?? Number.POSITIVE_INFINITY
    const within = record.openInterest.filter(({ time }) => time % periodMs === 0 && time >= from && time <= to)
    const limit = query.limit(50, 200)
    return {
      category: CATEGORY,
      symbol: market.contract.symbol,
      list: within
        .slice(-limit)
        .reverse()
        .map(({ time, size }) => ({
          openInterest: (2 * size).toFixed(8),
          singleOpenInterest: plain(size),
          timestamp: String(time),
        })),
      nextPageCursor: String(within.at(-limit - 1)?.time ?? ''),
    }
  }

  #fundingHistory(query: Query): unknown {
    const { market, record } = this.#market(query)
    const start = query.time('startTime')
    const end = query.time('endTime')
    if (start !== undefined && end === undefined) throw paramsError('endTime is required with startTime')
    const within = record.funding.filter(
      ({ time }) => time >= (start ?? 0) && time <= (end ?? Number.POSITIVE_INFINITY),
    )
    return {
      category: CATEGORY,
      list: within
        .slice(-query.limit(200, 200))
        .reverse()
        .map(({ time, rate }) => ({
          symbol: market.contract.symbol,
          fundingRate: plain(rate),
          fundingRateTimestamp: String(time),
        })),
    }
  }

  #riskLimits(query: Query): unknown {
    const list = this.#asked(query).flatMap(({ market: { contract } }) =>
      contract.tiers.map((tier, at) => ({
        id: at + 1,
        symbol: contract.symbol,
        riskLimitValue: plain(Math.min(tier.notionalCap, 1e12)),
        maintenanceMargin: plain(tier.maintenanceRate),
        initialMargin: plain(1 / tier.maxLeverage),
        isLowestRisk: at === 0 ? 1 : 0,
        maxLeverage: tier.maxLeverage.toFixed(2),
        mmDeduction: plain(tier.deduction),
      })),
    )
    return { category: CATEGORY, list, nextPageCursor: '' }
  }
}

const STYLE: RestStyle = {
  owns: (path) => path.startsWith('/v5/'),
  wrap: (result, time) => ({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time }),
  unknownPath: () => new Refusal(404, 'page not found'),
  overBudget: () => new Refusal(403, 'access too frequent'),
  badQuery: (problem, name) => paramsError(problem === 'missing' ? `${name} is required` : `${name} is invalid`),
}

/** The venue answers what it refuses with 200 and a code of its own. */
function paramsError(what: string): Refusal {
  return new Refusal(200, { retCode: 10001, retMsg: `params error: ${what}`, result: {}, retExtInfo: {}, time: 0 })
}

function seconds(time: number): string {
  return String(Math.floor(time / 1000))
}
