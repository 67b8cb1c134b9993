import { joinCandles, MINUTE_MS } from '../record/candle.ts'
import type { RestReply, RestRequest, ServedMarket } from '../serve/dialect.ts'
import { WEIGHT_PER_MINUTE, WeightBudget } from './budget.ts'
import { fine, levels, listing, price, size } from './format.ts'
import { KLINE_INTERVALS, OPEN_INTEREST_PERIODS } from './interval.ts'
import { klineRow } from './message.ts'
import { Query, Refusal } from './refusal.ts'
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

interface Route {
  readonly weight: (query: URLSearchParams) => number
  readonly answer: (query: Query, time: number) => unknown
}

/** The venue's REST routes over the markets' records. */
export class BinanceRest {
  readonly #markets: readonly ServedMarket[]
  readonly #budget = new WeightBudget()
  readonly #routes: ReadonlyMap<string, Route>

  constructor(markets: readonly ServedMarket[]) {
    this.#markets = markets
    const cheap = (): number => 1
    const perSymbol = (all: number) => (query: URLSearchParams) => (query.has('symbol') ? 1 : all)
    this.#routes = new Map<string, Route>([
      ['/fapi/v1/ping', { weight: cheap, answer: () => ({}) }],
      ['/fapi/v1/time', { weight: cheap, answer: (_, time) => ({ serverTime: time }) }],
      ['/fapi/v1/exchangeInfo', { weight: cheap, answer: (_, time) => this.#exchangeInfo(time) }],
      ['/fapi/v1/klines', { weight: klineWeight, answer: (query) => this.#klines(query) }],
      [
        '/fapi/v1/depth',
        {
          weight: (query) => DEPTH_WEIGHTS.get(Number(query.get('limit') ?? 500)) ?? 1,
          answer: (query, time) => this.#depth(query, time),
        },
      ],
      ['/fapi/v1/aggTrades', { weight: () => 20, answer: (query) => this.#aggTrades(query) }],
      ['/fapi/v1/premiumIndex', { weight: perSymbol(10), answer: (query, time) => this.#premiumIndex(query, time) }],
      ['/fapi/v1/openInterest', { weight: cheap, answer: (query, time) => this.#openInterest(query, time) }],
      ['/fapi/v1/fundingRate', { weight: cheap, answer: (query) => this.#fundingRate(query) }],
      // The venue lists symbols here only where the interval or the caps were adjusted.
      ['/fapi/v1/fundingInfo', { weight: () => 0, answer: () => [] }],
      ['/fapi/v1/ticker/24hr', { weight: perSymbol(40), answer: (query, time) => this.#ticker(query, time) }],
      [
        '/futures/data/openInterestHist',
        { weight: () => 0, answer: (query, time) => this.#openInterestHist(query, time) },
      ],
    ])
  }

  answer(request: RestRequest): RestReply | undefined {
    const { path, query, time } = request
    if (!path.startsWith('/fapi/') && !path.startsWith('/futures/data/')) return undefined
    const route = this.#routes.get(path)
    if (route === undefined || request.method !== 'GET')
      return refusal(404, -5000, `Path ${path}, Method ${request.method} is invalid`)
    const verdict = this.#budget.charge(request.client, route.weight(query), time)
    const headers = { 'x-mbx-used-weight-1m': String(verdict.used) }
    if (verdict.kind !== 'allowed') {
      const limited = { ...headers, 'retry-after': String(verdict.retryAfter) }
      return verdict.kind === 'limited'
        ? refusal(429, -1003, `Too many requests; current limit is ${WEIGHT_PER_MINUTE} requests per minute.`, limited)
        : refusal(418, -1003, `Way too many requests; IP banned until ${time + verdict.retryAfter * 1000}.`, limited)
    }
    try {
      return { status: 200, body: JSON.stringify(route.answer(new Query(query), time)), headers }
    } catch (error) {
      if (error instanceof Refusal) return refusal(error.status, error.code, error.message, headers)
      throw error
    }
  }

  #market(query: Query): ServedMarket {
    const symbol = query.mandatory('symbol')
    const found = this.#markets.find(({ market }) => market.contract.symbol === symbol)
    if (found === undefined) throw new Refusal(-1121, 'Invalid symbol.')
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
      symbols: this.#markets.map(({ market }) => listing(market.contract)),
    }
  }

  #klines(query: Query): unknown {
    const { record } = this.#market(query)
    const intervalMs = query.interval('interval', KLINE_INTERVALS)
    const limit = query.limit(500, 1500)
    const newest = record.candles.at(-1)?.openTime ?? 0
    const end = Math.min(query.time('endTime') ?? newest, newest)
    const lastOpen = Math.floor(end / intervalMs) * intervalMs
    const wanted = query.time('startTime') ?? lastOpen - (limit - 1) * intervalMs
    const from = Math.ceil(Math.max(wanted, record.candles[0]?.openTime ?? 0) / intervalMs) * intervalMs
    const to = Math.min(lastOpen, from + (limit - 1) * intervalMs) + intervalMs - MINUTE_MS
    const minutes = record.candlesFrom(from, to, (limit * intervalMs) / MINUTE_MS)
    return joinCandles(minutes, intervalMs).map((candle) => klineRow(candle, intervalMs))
  }

  #depth(query: Query, time: number): unknown {
    const { market } = this.#market(query)
    const limit = Number(query.optional('limit') ?? 500)
    if (!DEPTH_WEIGHTS.has(limit))
      throw new Refusal(-4021, `Invalid depth limit. Valid limit is ${[...DEPTH_WEIGHTS.keys()].join(', ')}.`)
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
    const periodMs = query.interval('period', OPEN_INTEREST_PERIODS)
    const limit = query.limit(30, 500)
    const start = query.time('startTime')
    const end = query.time('endTime') ?? Number.POSITIVE_INFINITY
    if (start !== undefined && start < time - OPEN_INTEREST_HISTORY_MS)
      throw new Refusal(-1130, "parameter 'startTime' is invalid.")
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

function refusal(status: number, code: number, msg: string, headers: Readonly<Record<string, string>> = {}): RestReply {
  return { status, body: JSON.stringify({ code, msg }), headers }
}
