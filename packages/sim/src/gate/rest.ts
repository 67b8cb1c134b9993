import { intervals, USUAL_INTERVALS } from '../record/interval.ts'
import type { RestReply, RestRequest, ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'
import type { Query } from '../serve/query.ts'
import { Refusal } from '../serve/refusal.ts'
import { RequestBudget } from '../serve/request-budget.ts'
import { RestRouter, type RestStyle, type Route } from '../serve/rest-router.ts'
import { contractOf, contracts, listingRow } from './contract.ts'
import { levelRow, statsRow, tickerRow, tradeRow } from './message.ts'

const PREFIX = '/api/v4/futures/usdt'
/** Of each route and client. */
const BUDGET = { limit: 200, windowMs: 10_000 }
const INTERVALS = intervals(USUAL_INTERVALS)
const PERIODS = intervals(['5m', '15m', '30m', '1h', '4h', '1d'])
const MOST_CANDLES = 2000
const MOST_STATS = 100
/** Times are seconds. */
const SECOND_MS = 1000
const MAX_SECONDS = 8.64e12

/** The venue's REST routes over the markets' records. */
export class GateRest {
  readonly #markets: readonly ServedMarket[]
  readonly #router: RestRouter

  constructor(markets: readonly ServedMarket[]) {
    this.#markets = markets
    const route = (answer: Route['answer']): Route => ({ budget: new RequestBudget(BUDGET), weight: () => 1, answer })
    this.#router = new RestRouter(
      STYLE,
      new Map<string, Route>([
        [`${PREFIX}/contracts`, route(() => markets.map(listingRow))],
        // The coin-margined contracts are there and none: this market has no such.
        ['/api/v4/futures/btc/contracts', route(() => [])],
        [`${PREFIX}/tickers`, route((query, time) => this.#tickers(query, time))],
        [`${PREFIX}/candlesticks`, route((query) => this.#candles(query))],
        [`${PREFIX}/contract_stats`, route((query) => this.#stats(query))],
        [`${PREFIX}/trades`, route((query) => this.#trades(query))],
        [`${PREFIX}/order_book`, route((query, time) => this.#book(query, time))],
        [`${PREFIX}/funding_rate`, route((query) => this.#fundings(query))],
        [`${PREFIX}/liq_orders`, route((query) => this.#liquidations(query))],
        [`${PREFIX}/risk_limit_tiers`, route((query) => this.#tiers(query))],
        ...markets.map(
          (served) =>
            [`${PREFIX}/contracts/${contractOf(served.market.contract)}`, route(() => listingRow(served))] as const,
        ),
      ]),
    )
  }

  answer(request: RestRequest): RestReply | undefined {
    return this.#router.answer(request)
  }

  #market(query: Query): ServedMarket {
    const contract = query.mandatory('contract')
    const found = this.#markets.find(({ market }) => contractOf(market.contract) === contract)
    if (found === undefined) throw refusal(400, 'CONTRACT_NOT_FOUND', `contract ${contract} not found`)
    return found
  }

  /** `from` and `to` in epoch ms, inclusive. */
  #span(query: Query): { readonly from: number; readonly to: number } {
    const from = query.time('from', SECOND_MS) ?? 0
    const to = query.time('to', SECOND_MS) ?? Number.POSITIVE_INFINITY
    return { from: Math.min(from, MAX_SECONDS * SECOND_MS), to }
  }

  #tickers(query: Query, time: number): unknown {
    const asked = query.optional('contract') === undefined ? this.#markets : [this.#market(query)]
    return asked.map((served) => tickerRow(served, time) ?? {})
  }

  /** Oldest first. Without `from` the newest. */
  #candles(query: Query): unknown {
    const served = this.#market(query)
    const { record } = served
    const intervalMs = query.interval('interval', INTERVALS, '5m')
    const limit = query.limit(100, MOST_CANDLES)
    const newest = record.candles.at(-1)?.openTime ?? 0
    const start = query.time('from', SECOND_MS)
    if (start !== undefined && query.optional('limit') !== undefined)
      throw refusal(400, 'INVALID_PARAM_VALUE', 'limit conflicts with from and to')
    const to = Math.min(query.time('to', SECOND_MS) ?? newest, newest)
    const from = start ?? to - limit * intervalMs
    if (to - from > MOST_CANDLES * intervalMs)
      throw refusal(
        400,
        'INVALID_PARAM_VALUE',
        `Candlestick range too broad. Maximum ${MOST_CANDLES} data points are allowed per request`,
      )
    const found = record.intervals(intervalMs, from, to)
    return (start === undefined ? found.slice(-limit) : found).map((candle) => ({
      t: candle.openTime / SECOND_MS,
      v: contracts(served, candle.volume),
      c: plain(candle.close),
      h: plain(candle.high),
      l: plain(candle.low),
      o: plain(candle.open),
      sum: plain(candle.quoteVolume),
    }))
  }

  /** Oldest first, from `from` on, or the newest. */
  #stats(query: Query): unknown {
    const served = this.#market(query)
    const periodMs = query.interval('interval', PERIODS, '5m')
    const limit = query.limit(30, MOST_STATS)
    const from = query.time('from', SECOND_MS)
    const rows = served.record.openInterest.filter(({ time }) => time % periodMs === 0 && time >= (from ?? 0))
    return (from === undefined ? rows.slice(-limit) : rows.slice(0, limit)).map((row) =>
      statsRow(served, row, periodMs),
    )
  }

  /** Newest first. */
  #trades(query: Query): unknown {
    const served = this.#market(query)
    const { from, to } = this.#span(query)
    const lastId = query.time('last_id') ?? Number.POSITIVE_INFINITY
    const before = (id: number): boolean => id < lastId
    return served.record.trades
      .filter(({ time, tradeId }) => time >= from && time < to + SECOND_MS && before(tradeId))
      .slice(-query.limit(100, 1000))
      .reverse()
      .map((trade) => ({ ...tradeRow(served, trade), create_time_ms: trade.time / SECOND_MS }))
  }

  #book(query: Query, time: number): unknown {
    const served = this.#market(query)
    const { bids, asks, updateId } = served.market.depth(query.limit(10, 300))
    return {
      ...(query.optional('with_id') === 'true' ? { id: updateId } : {}),
      current: time / SECOND_MS,
      update: time / SECOND_MS,
      asks: asks.map((level) => levelRow(served, level)),
      bids: bids.map((level) => levelRow(served, level)),
    }
  }

  /** Newest first. */
  #fundings(query: Query): unknown {
    const { from, to } = this.#span(query)
    return this.#market(query)
      .record.funding.filter(({ time }) => time >= from && time <= to)
      .slice(-query.limit(100, 1000))
      .reverse()
      .map(({ time, rate }) => ({ t: time / SECOND_MS, r: plain(rate) }))
  }

  /** Here the size has the sign of the POSITION, unlike on the socket. Newest first. */
  #liquidations(query: Query): unknown {
    const served = this.#market(query)
    const { from, to } = this.#span(query)
    return served.record.liquidations
      .filter(({ time }) => time >= from && time <= to)
      .slice(-query.limit(100, 1000))
      .reverse()
      .map((order) => {
        const size = contracts(served, order.size)
        const signed = order.positionSide === 'long' ? size : -size
        return {
          time: Math.floor(order.time / SECOND_MS),
          contract: contractOf(served.market.contract),
          size: signed,
          order_size: -signed,
          order_price: plain(order.bankruptcyPrice),
          fill_price: plain(order.averagePrice ?? order.bankruptcyPrice),
          left: 0,
        }
      })
  }

  #tiers(query: Query): unknown {
    const { contract } = this.#market(query).market
    return contract.tiers.map((tier, at) => ({
      maintenance_rate: plain(tier.maintenanceRate),
      tier: at + 1,
      initial_rate: plain(1 / tier.maxLeverage),
      leverage_max: String(tier.maxLeverage),
      risk_limit: plain(Math.min(tier.notionalCap, 1e12)),
      contract: contractOf(contract),
      deduction: plain(tier.deduction),
    }))
  }
}

const STYLE: RestStyle = {
  owns: (path) => path.startsWith('/api/v4/'),
  wrap: (result) => result,
  headers: ({ used }) => ({
    'x-gate-ratelimit-limit': String(BUDGET.limit),
    'x-gate-ratelimit-requests-remain': String(Math.max(0, BUDGET.limit - used)),
  }),
  unknownPath: ({ path }) => refusal(404, 'NOT_FOUND', `${path} not found`),
  overBudget: () => refusal(429, 'TOO_MANY_REQUESTS', 'Request Rate Limit Exceeded'),
  badQuery: (problem, name) =>
    problem === 'missing'
      ? refusal(400, 'MISSING_REQUIRED_PARAM', `Missing required parameter: ${name}`)
      : refusal(400, 'INVALID_PARAM_VALUE', `Invalid request parameter ${name} value`),
}

function refusal(status: number, label: string, message: string): Refusal {
  return new Refusal(status, { label, message })
}
