import { intervals, USUAL_INTERVALS } from '../record/interval.ts'
import type { RestReply, RestRequest, ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'
import type { Query } from '../serve/query.ts'
import { Refusal } from '../serve/refusal.ts'
import { RequestBudget } from '../serve/request-budget.ts'
import { RestRouter, type RestStyle, type Route } from '../serve/rest-router.ts'
import { EMPTY_PRODUCTS, instrumentRow, listingRow, PRODUCT } from './contract.ts'
import { fullTickerRow, levelRows, tickerRow, tradeRow } from './message.ts'

/** Of each route and client. */
const BUDGET = { limit: 20, windowMs: 1000 }
const V2 = '/api/v2/mix/market'
const V3 = '/api/v3/market'
/** Hours and days are capital; from six hours on the names that open on UTC days end on `utc`. */
const INTERVALS = intervals(USUAL_INTERVALS, (meaning) =>
  /^(6h|12h|1d)$/.test(meaning) ? `${meaning.toUpperCase()}utc` : meaning.replace('h', 'H'),
)

/** The venue's REST routes over the markets' records. */
export class BitgetRest {
  readonly #markets: readonly ServedMarket[]
  readonly #router: RestRouter

  constructor(markets: readonly ServedMarket[]) {
    this.#markets = markets
    const route = (answer: Route['answer']): Route => ({ budget: new RequestBudget(BUDGET), weight: () => 1, answer })
    this.#router = new RestRouter(
      STYLE,
      new Map<string, Route>([
        ['/api/v2/public/time', route((_, time) => ({ serverTime: String(time) }))],
        [`${V2}/contracts`, route((query) => this.#asked(query).map(listingRow))],
        [`${V3}/instruments`, route((query) => this.#asked(query).map(instrumentRow))],
        [`${V2}/tickers`, route((query, time) => this.#asked(query).map((served) => tickerRow(served, time)))],
        [`${V2}/ticker`, route((query, time) => [tickerRow(this.#market(query), time) ?? {}])],
        [`${V3}/tickers`, route((query, time) => this.#fullTickers(query, time))],
        [`${V2}/candles`, route((query) => this.#candles(query, 'granularity', 1000))],
        [`${V2}/history-candles`, route((query) => this.#candles(query, 'granularity', 200))],
        [`${V3}/candles`, route((query) => this.#candles(query, 'interval', 1000))],
        [`${V3}/history-candles`, route((query) => this.#candles(query, 'interval', 100))],
        [`${V2}/merge-depth`, route((query, time) => this.#book(query, time))],
        [`${V2}/fills`, route((query) => this.#fills(query, 100))],
        [`${V2}/fills-history`, route((query) => this.#fills(query, 1000))],
        [`${V2}/open-interest`, route((query, time) => this.#openInterest(query, time))],
        [`${V2}/current-fund-rate`, route((query) => this.#currentFunding(query))],
        [`${V2}/history-fund-rate`, route((query) => this.#fundings(query))],
        [`${V2}/query-position-lever`, route((query) => this.#tiers(query))],
        [`${V2}/symbol-price`, route((query, time) => this.#prices(query, time))],
      ]),
    )
  }

  answer(request: RestRequest): RestReply | undefined {
    return this.#router.answer(request)
  }

  /** All contracts of the product, or the one that is named. Version 3 calls a product a category. */
  #asked(query: Query): readonly ServedMarket[] {
    const product = (query.optional('category') ?? query.mandatory('productType')).toUpperCase()
    if (EMPTY_PRODUCTS.includes(product)) return []
    if (product !== PRODUCT) throw refusal(400, '400172', 'Parameter verification failed productType')
    return query.optional('symbol') === undefined ? this.#markets : [this.#market(query)]
  }

  #market(query: Query): ServedMarket {
    const symbol = query.mandatory('symbol')
    const found = this.#markets.find(({ market }) => market.contract.symbol === symbol)
    if (found === undefined) throw refusal(400, '40034', `Parameter ${symbol} does not exist`)
    return found
  }

  #fullTickers(query: Query, time: number): unknown {
    return this.#asked(query).map((served) => ({
      category: PRODUCT,
      symbol: served.market.contract.symbol,
      ...fullTickerRow(served, time),
    }))
  }

  /** Oldest first: the latest within [startTime, endTime]. */
  #candles(query: Query, intervalName: string, most: number): unknown {
    const { record } = this.#market(query)
    const intervalMs = query.interval(intervalName, INTERVALS)
    const limit = query.limit(100, most)
    const newest = record.candles.at(-1)?.openTime ?? 0
    const to = Math.min(query.time('endTime') ?? newest, newest)
    const from = Math.max(query.time('startTime') ?? 0, to - limit * intervalMs)
    return record
      .intervals(intervalMs, from, to)
      .slice(-limit)
      .map((candle) => [
        String(candle.openTime),
        plain(candle.open),
        plain(candle.high),
        plain(candle.low),
        plain(candle.close),
        plain(candle.volume),
        plain(candle.quoteVolume),
      ])
  }

  #book(query: Query, time: number): unknown {
    const { bids, asks } = this.#market(query).market.depth(query.limit(100, 1000))
    return {
      asks: levelRows(asks),
      bids: levelRows(bids),
      ts: String(time),
      scale: '0.1',
      precision: 'scale0',
      isMaxPrecision: 'NO',
    }
  }

  /** Newest first. Sides are capital here. */
  #fills(query: Query, most: number): unknown {
    const { market, record } = this.#market(query)
    const from = query.time('startTime') ?? 0
    const to = query.time('endTime') ?? Number.POSITIVE_INFINITY
    const before = query.time('idLessThan') === undefined ? undefined : BigInt(query.mandatory('idLessThan'))
    return record.trades
      .filter(({ time }) => time >= from && time <= to)
      .map((trade) => ({
        ...tradeRow(trade),
        side: trade.side === 'buy' ? 'Buy' : 'Sell',
        symbol: market.contract.symbol,
      }))
      .filter((row) => before === undefined || !('tradeId' in row) || BigInt(String(row.tradeId)) < before)
      .slice(-query.limit(100, most))
      .reverse()
  }

  #openInterest(query: Query, time: number): unknown {
    const { market } = this.#market(query)
    return {
      openInterestList: [{ symbol: market.contract.symbol, size: plain(market.openInterest) }],
      ts: String(time),
    }
  }

  #currentFunding(query: Query): unknown {
    const { market } = this.#market(query)
    return [
      {
        symbol: market.contract.symbol,
        fundingRate: plain(market.fundingRate),
        fundingRateInterval: '8',
        nextUpdate: String(market.nextFundingTime),
        minFundingRate: '-0.02',
        maxFundingRate: '0.02',
      },
    ]
  }

  /** Newest first, by pages from 1. */
  #fundings(query: Query): unknown {
    const { market, record } = this.#market(query)
    const size = query.limit(20, 100, 'pageSize')
    const page = query.limit(1, 1_000_000, 'pageNo')
    return record.funding
      .toReversed()
      .slice((page - 1) * size, page * size)
      .map(({ time, rate }) => ({
        symbol: market.contract.symbol,
        fundingRate: plain(rate),
        fundingTime: String(time),
      }))
  }

  #tiers(query: Query): unknown {
    const { contract } = this.#market(query).market
    return contract.tiers.map((tier, at) => ({
      symbol: contract.symbol,
      level: String(at + 1),
      startUnit: plain(tier.notionalFloor),
      endUnit: plain(Math.min(tier.notionalCap, 1e12)),
      leverage: String(tier.maxLeverage),
      keepMarginRate: plain(tier.maintenanceRate),
    }))
  }

  #prices(query: Query, time: number): unknown {
    const { market } = this.#market(query)
    return [
      {
        symbol: market.contract.symbol,
        price: plain(market.lastPrice),
        indexPrice: plain(market.indexPrice),
        markPrice: plain(market.markPrice),
        ts: String(time),
      },
    ]
  }
}

const STYLE: RestStyle = {
  owns: (path) => path.startsWith('/api/'),
  wrap: (data, time) => ({ code: '00000', msg: 'success', requestTime: time, data }),
  unknownPath: () => refusal(404, '40404', 'Request URL NOT FOUND'),
  overBudget: () => refusal(429, '429', 'Too Many Requests'),
  badQuery: (problem, name) =>
    problem === 'missing'
      ? refusal(400, '40019', `Parameter ${name} cannot be empty`)
      : refusal(400, '40017', `Parameter verification failed ${name}`),
}

function refusal(status: number, code: string, msg: string): Refusal {
  return new Refusal(status, { code, msg, requestTime: 0, data: null })
}
