import { intervals, USUAL_INTERVALS } from '../record/interval.ts'
import type { RestReply, RestRequest, ServedMarket } from '../serve/dialect.ts'
import type { Query } from '../serve/query.ts'
import { Refusal } from '../serve/refusal.ts'
import { RequestBudget } from '../serve/request-budget.ts'
import { RestRouter, type RestStyle, type Route } from '../serve/rest-router.ts'
import { fine, levels, listing, price, size } from './format.ts'
import { klineRow } from './message.ts'
import { tickerReply } from './ticker.ts'

/** The venue keeps this much of open interest and refuses to look further back. */
const OPEN_INTEREST_HISTORY_MS = 30 * 86_400_000
const DEPTH_WEIGHTS: ReadonlyMap<number, number> = new Map([
  [5, 2],
  [10, 2],
  [20, 2],
  [50, 2],
  [100, 5],
  [500, 10],
  [1000, 20],
])
const INTEREST_RATE = 0.0001

/** Weight per client address and minute, for all routes. Checked 2026-11-22. */
const WEIGHT_PER_MINUTE = 2400
const MINUTE_BUDGET = { limit: WEIGHT_PER_MINUTE, windowMs: 60_000, refusalsBeforeBan: 20, banMs: 120_000 }
const INTERVALS = intervals(USUAL_INTERVALS)
const PERIODS = intervals(['5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h', '1d'])

/** The venue's REST routes over the markets' records. */
export class BinanceRest {
  readonly #markets: readonly ServedMarket[]
  readonly #router: RestRouter

  constructor(markets: readonly ServedMarket[]) {
    this.#markets = markets
    const budget = new RequestBudget(MINUTE_BUDGET)
    const route = (weight: (query: URLSearchParams) => number, answer: Route['answer']): Route => ({
      budget,
      weight,
      answer,
    })
    const perSymbol = (all: number) => (query: URLSearchParams) => (query.has('symbol') ? 1 : all)
    const free = (): number => 0
    const cheap = (): number => 1
    this.#router = new RestRouter(
      STYLE,
      new Map<string, Route>([
        ['/fapi/v1/ping', route(cheap, () => ({}))],
        ['/fapi/v1/time', route(cheap, (_, time) => ({ serverTime: time }))],
        ['/fapi/v1/exchangeInfo', route(cheap, (_, time) => this.#exchangeInfo(time))],
        ['/fapi/v1/klines', route(klineWeight, (query) => this.#klines(query))],
        ['/fapi/v1/depth', route(depthWeight, (query, time) => this.#depth(query, time))],
        [
          '/fapi/v1/aggTrades',
          route(
            () => 20,
            (query) => this.#aggTrades(query),
          ),
        ],
        ['/fapi/v1/premiumIndex', route(perSymbol(10), (query, time) => this.#premiumIndex(query, time))],
        ['/fapi/v1/openInterest', route(cheap, (query, time) => this.#openInterest(query, time))],
        ['/fapi/v1/fundingRate', route(cheap, (query) => this.#fundingRate(query))],
        // The venue lists symbols here only where the interval or the caps were adjusted.
        ['/fapi/v1/fundingInfo', route(free, () => [])],
        ['/fapi/v1/ticker/24hr', route(perSymbol(40), (query, time) => this.#ticker(query, time))],
        ['/futures/data/openInterestHist', route(free, (query, time) => this.#openInterestHist(query, time))],
      ]),
    )
  }

  answer(request: RestRequest): RestReply | undefined {
    return this.#router.answer(request)
  }

  #market(query: Query): ServedMarket {
    const symbol = query.mandatory('symbol')
    const found = this.#markets.find(({ market }) => market.contract.symbol === symbol)
    if (found === undefined) throw refusal(400, -1121, 'Invalid symbol.')
    return found
  }

  /** One answer for a symbol, a list of all without. */
  #oneOrAll(query: Query, answer: (served: ServedMarket) => unknown): unknown {
    return query.optional('symbol') === undefined ? this.#markets.map(answer) : answer(this.#market(query))
  }

  #exchangeInfo(time: number): unknown {
    return {
      timezone: 'UTC',
      serverTime: time,
      futuresType: 'U_MARGINED',
      rateLimits: [
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: WEIGHT_PER_MINUTE },
        { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1200 },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
      ],
      exchangeFilters: [],
      assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
      symbols: this.#markets.map(({ market, listing: { listed } }) => listing(market.contract, listed)),
    }
  }

  #klines(query: Query): unknown {
    const { record } = this.#market(query)
    const intervalMs = query.interval('interval', INTERVALS)
    const limit = query.limit(500, 1500)
    const newest = record.candles.at(-1)?.openTime ?? 0
    const end = Math.min(query.time('endTime') ?? newest, newest)
    const start = query.time('startTime')
    const lastOpen = Math.floor(end / intervalMs) * intervalMs
    const from = start ?? lastOpen - (limit - 1) * intervalMs
    const candles = record.intervals(intervalMs, from, Math.min(end, from + limit * intervalMs)).slice(0, limit)
    return candles.map((candle) => klineRow(candle, intervalMs))
  }

  #depth(query: Query, time: number): unknown {
    const { market } = this.#market(query)
    const limit = Number(query.optional('limit') ?? 500)
    if (!DEPTH_WEIGHTS.has(limit))
      throw refusal(400, -4021, `Invalid depth limit. Valid limit is ${[...DEPTH_WEIGHTS.keys()].join(', ')}.`)
    const { updateId, bids, asks } = market.depth(limit)
    return { lastUpdateId: updateId, E: time, T: market.time, bids: levels(bids), asks: levels(asks) }
  }

  #aggTrades(query: Query): unknown {
    const { record } = this.#market(query)
    const limit = query.limit(500, 1000)
    const fromId = query.time('fromId')
    const start = query.time('startTime')
    const end = query.time('endTime') ?? Number.POSITIVE_INFINITY
    const within = record.aggregates.filter(
      ({ id, time }) => id >= (fromId ?? 0) && time >= (start ?? 0) && time <= end,
    )
    const chosen = fromId === undefined && start === undefined ? within.slice(-limit) : within.slice(0, limit)
    return chosen.map((trade) => ({
      a: trade.id,
      p: price(trade.price),
      q: size(trade.size),
      f: trade.firstTradeId,
      l: trade.lastTradeId,
      T: trade.time,
      m: trade.side === 'sell',
    }))
  }

  #premiumIndex(query: Query, time: number): unknown {
    return this.#oneOrAll(query, ({ market, record }) => ({
      symbol: market.contract.symbol,
      markPrice: fine(market.markPrice),
      indexPrice: fine(market.indexPrice),
      estimatedSettlePrice: fine(market.indexPrice),
      lastFundingRate: fine(market.fundingRate),
      interestRate: fine(INTEREST_RATE),
      nextFundingTime: market.nextFundingTime,
      time: record.mark?.time ?? time,
    }))
  }

  #openInterest(query: Query, time: number): unknown {
    const { market } = this.#market(query)
    return { openInterest: size(market.openInterest), symbol: market.contract.symbol, time }
  }

  #fundingRate(query: Query): unknown {
    const limit = query.limit(100, 1000)
    const start = query.time('startTime')
    const end = query.time('endTime') ?? Number.POSITIVE_INFINITY
    const asked = query.optional('symbol') === undefined ? this.#markets : [this.#market(query)]
    const all = asked
      .flatMap(({ market, record }) =>
        record.funding.map((funding) => ({
          symbol: market.contract.symbol,
          fundingTime: funding.time,
          fundingRate: fine(funding.rate),
          markPrice: fine(funding.markPrice),
        })),
      )
      .filter(({ fundingTime }) => fundingTime >= (start ?? 0) && fundingTime <= end)
      .sort((a, b) => a.fundingTime - b.fundingTime)
    return start === undefined ? all.slice(-limit) : all.slice(0, limit)
  }

  #ticker(query: Query, time: number): unknown {
    return this.#oneOrAll(query, ({ market, record }) => tickerReply(market.contract.symbol, record, time) ?? {})
  }

  /** Stamped at the END of each period, where klines are stamped at the start. */
  #openInterestHist(query: Query, time: number): unknown {
    const { market, record } = this.#market(query)
    const periodMs = query.interval('period', PERIODS)
    const limit = query.limit(30, 500)
    const start = query.time('startTime')
    const end = query.time('endTime') ?? Number.POSITIVE_INFINITY
    if (start !== undefined && start < time - OPEN_INTEREST_HISTORY_MS)
      throw refusal(400, -1130, "parameter 'startTime' is invalid.")
    const within = record.openInterest.filter(
      (one) => one.time % periodMs === 0 && one.time >= (start ?? 0) && one.time <= end,
    )
    const chosen = start === undefined ? within.slice(-limit) : within.slice(0, limit)
    return chosen.map((one) => ({
      symbol: market.contract.symbol,
      sumOpenInterest: fine(one.size),
      sumOpenInterestValue: fine(one.size * one.markPrice),
      timestamp: one.time,
    }))
  }
}

/** 1 to 10 by how many rows are asked for. */
function klineWeight(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? 500)
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10
}

function depthWeight(query: URLSearchParams): number {
  return DEPTH_WEIGHTS.get(Number(query.get('limit') ?? 500)) ?? 1
}

const STYLE: RestStyle = {
  owns: (path) => path.startsWith('/fapi/') || path.startsWith('/futures/data/'),
  wrap: (result) => result,
  headers: ({ used }) => ({ 'x-mbx-used-weight-1m': String(used) }),
  unknownPath: ({ path, method }) => refusal(404, -5000, `Path ${path}, Method ${method} is invalid`),
  overBudget: ({ kind, retryAfter }, time) => {
    const headers = { 'retry-after': String(retryAfter) }
    return kind === 'limited'
      ? refusal(429, -1003, `Too many requests; current limit is ${WEIGHT_PER_MINUTE} requests per minute.`, headers)
      : refusal(418, -1003, `Way too many requests; IP banned until ${time + retryAfter * 1000}.`, headers)
  },
  badQuery(problem, name) {
    switch (problem) {
      case 'missing':
        return refusal(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
      case 'not a time':
        return refusal(400, -1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`)
      case 'not a limit':
        return refusal(400, -1130, `Data sent for parameter '${name}' is not valid.`)
      case 'not an interval':
        return refusal(400, -1120, 'Invalid interval.')
    }
  },
}

function refusal(status: number, code: number, msg: string, headers: Readonly<Record<string, string>> = {}): Refusal {
  return new Refusal(status, { code, msg }, headers)
}
