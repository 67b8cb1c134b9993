import { intervals } from '../record/interval.ts'
import type { RestReply, RestRequest, ServedMarket } from '../serve/dialect.ts'
import { plain } from '../serve/plain-number.ts'
import type { Query } from '../serve/query.ts'
import { Refusal } from '../serve/refusal.ts'
import { RequestBudget } from '../serve/request-budget.ts'
import { RestRouter, type RestStyle, type Route } from '../serve/rest-router.ts'
import { contracts, contractValue, familyOf, INSTRUMENT_TYPE, instrumentOf, listingRow } from './contract.ts'
import {
  fundingRow,
  indexRow,
  levelRow,
  liquidationRow,
  markRow,
  openInterestRow,
  tickerRow,
  tradeRow,
} from './message.ts'

const WINDOW_MS = 2000
const MEANINGS = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h', '1d']
/** Hours and days are capital; from six hours on the names that open on UTC days end on `utc`. */
const BARS = intervals(MEANINGS, (meaning) =>
  /^(6h|12h|1d)$/.test(meaning) ? `${meaning.toUpperCase()}utc` : meaning.replace('h', 'H'),
)
const PERIODS = intervals(['5m', '1h', '1d'], (meaning) => meaning.replace('h', 'H').replace('d', 'D'))
const CANDLES = { usual: 100, most: 300 }

/** The venue's REST routes over the markets' records. Each route has its own budget. */
export class OkxRest {
  readonly #markets: readonly ServedMarket[]
  readonly #router: RestRouter

  constructor(markets: readonly ServedMarket[]) {
    this.#markets = markets
    const route = (limit: number, answer: Route['answer']): Route => ({
      budget: new RequestBudget({ limit, windowMs: WINDOW_MS }),
      weight: () => 1,
      answer,
    })
    const rows = (row: (served: ServedMarket, time: number) => object | undefined) => (query: Query, time: number) =>
      this.#asked(query).flatMap((served) => row(served, time) ?? [])
    this.#router = new RestRouter(
      STYLE,
      new Map<string, Route>([
        ['/api/v5/public/time', route(10, (_, time) => [{ ts: String(time) }])],
        ['/api/v5/public/instruments', route(20, rows(listingRow))],
        ['/api/v5/public/open-interest', route(20, rows(openInterestRow))],
        [
          '/api/v5/public/mark-price',
          route(
            10,
            rows((served) => served.record.mark && markRow(served, served.record.mark)),
          ),
        ],
        ['/api/v5/public/funding-rate', route(20, (query, time) => [fundingRow(this.#market(query), time)])],
        ['/api/v5/public/funding-rate-history', route(10, (query) => this.#fundingHistory(query))],
        ['/api/v5/public/position-tiers', route(10, (query) => this.#positionTiers(query))],
        ['/api/v5/public/liquidation-orders', route(40, (query) => this.#liquidations(query))],
        ['/api/v5/market/candles', route(40, (query) => this.#candles(query))],
        ['/api/v5/market/history-candles', route(20, (query) => this.#candles(query))],
        ['/api/v5/market/trades', route(100, (query) => this.#trades(query, 100, 500))],
        ['/api/v5/market/history-trades', route(20, (query) => this.#trades(query, 100, 100))],
        ['/api/v5/market/books', route(40, (query, time) => this.#book(query, time))],
        ['/api/v5/market/ticker', route(20, (query, time) => [tickerRow(this.#market(query), time) ?? {}])],
        ['/api/v5/market/tickers', route(20, rows(tickerRow))],
        ['/api/v5/market/index-tickers', route(20, (query) => this.#index(query))],
        ['/api/v5/rubik/stat/contracts/open-interest-history', route(10, (query) => this.#openInterestHistory(query))],
      ]),
    )
  }

  answer(request: RestRequest): RestReply | undefined {
    return this.#router.answer(request)
  }

  #market(query: Query): ServedMarket {
    const instId = query.mandatory('instId')
    const found = this.#markets.find(({ market }) => instrumentOf(market.contract) === instId)
    if (found === undefined) throw unknownInstrument()
    return found
  }

  /** All swaps, or the one that is named. */
  #asked(query: Query): readonly ServedMarket[] {
    if (query.mandatory('instType') !== INSTRUMENT_TYPE) throw refusal(400, '51000', 'Parameter instType error')
    return query.optional('instId') === undefined ? this.#markets : [this.#market(query)]
  }

  /** Newest first. `after` asks for older, `before` for newer than a time, both exclusive. */
  #page<R>(query: Query, rows: readonly R[], timeOf: (row: R) => number, usual: number, most: number): R[] {
    const after = query.time('after') ?? Number.POSITIVE_INFINITY
    const before = query.time('before') ?? Number.NEGATIVE_INFINITY
    const within = rows.filter((row) => timeOf(row) < after && timeOf(row) > before)
    return within.slice(-query.limit(usual, most)).reverse()
  }

  #candles(query: Query): unknown {
    const served = this.#market(query)
    const { record } = served
    const intervalMs = query.interval('bar', BARS, '1m')
    const newest = record.candles.at(-1)?.openTime ?? 0
    const limit = query.limit(CANDLES.usual, CANDLES.most)
    const to = Math.min((query.time('after') ?? newest + 1) - 1, newest)
    const from = Math.max((query.time('before') ?? -1) + 1, to - limit * intervalMs)
    const forming = newest - (newest % intervalMs)
    return this.#page(query, record.intervals(intervalMs, from, to), ({ openTime }) => openTime, limit, limit).map(
      (candle) => [
        String(candle.openTime),
        plain(candle.open),
        plain(candle.high),
        plain(candle.low),
        plain(candle.close),
        contracts(served, candle.volume),
        plain(candle.volume),
        plain(candle.quoteVolume),
        candle.openTime === forming ? '0' : '1',
      ],
    )
  }

  /** Pages by trade id (`type` 1, the usual) or by time (`type` 2). */
  #trades(query: Query, usual: number, most: number): unknown {
    const served = this.#market(query)
    const byTime = query.optional('type') === '2'
    const rows = this.#page(
      query,
      served.record.aggregates,
      (trade) => (byTime ? trade.time : trade.lastTradeId),
      usual,
      most,
    )
    return rows.map((trade) => tradeRow(served, trade))
  }

  #book(query: Query, time: number): unknown {
    const served = this.#market(query)
    const { bids, asks, updateId } = served.market.depth(query.limit(1, 400, 'sz'))
    return [
      {
        asks: asks.map((level) => levelRow(served, level)),
        bids: bids.map((level) => levelRow(served, level)),
        ts: String(time),
        seqId: updateId,
      },
    ]
  }

  #index(query: Query): unknown {
    const family = query.optional('instId')
    const asked = this.#markets.filter(({ market }) => family === undefined || familyOf(market.contract) === family)
    if (asked.length === 0) throw unknownInstrument()
    return asked.flatMap((served) => (served.record.mark ? [indexRow(served, served.record.mark)] : []))
  }

  #fundingHistory(query: Query): unknown {
    const { market, record } = this.#market(query)
    return this.#page(query, record.funding, ({ time }) => time, 400, 400).map((funding) => ({
      formulaType: 'withRate',
      fundingRate: plain(funding.rate),
      fundingTime: String(funding.time),
      instId: instrumentOf(market.contract),
      instType: INSTRUMENT_TYPE,
      method: 'current_period',
      realizedRate: plain(funding.rate),
    }))
  }

  #liquidations(query: Query): unknown {
    return this.#asked(query).map((served) =>
      liquidationRow(
        served,
        this.#page(query, served.record.liquidations, ({ time }) => time, 100, 100),
      ),
    )
  }

  /** Limits in contracts, at the mark of now. */
  #positionTiers(query: Query): unknown {
    const family = query.optional('instFamily') ?? query.mandatory('uly')
    const served = this.#markets.find(({ market }) => familyOf(market.contract) === family)
    if (served === undefined) throw unknownInstrument()
    const { market } = served
    const toContracts = (notional: number): string =>
      String(Math.floor(Math.min(notional, 1e12) / market.markPrice / contractValue(served)))
    return market.contract.tiers.map((tier, at) => ({
      baseMaxLoan: '',
      imr: plain(1 / tier.maxLeverage),
      instFamily: family,
      instId: '',
      maxLever: String(tier.maxLeverage),
      maxSz: toContracts(tier.notionalCap),
      minSz: toContracts(tier.notionalFloor),
      mmr: plain(tier.maintenanceRate),
      optMgnFactor: '0',
      quoteMaxLoan: '',
      tier: String(at + 1),
      uly: family,
    }))
  }

  /** `[time, contracts, coins, USD]`, newest first, within [begin, end]: the BEGINNING of the period, its end's figure. */
  #openInterestHistory(query: Query): unknown {
    const served = this.#market(query)
    const periodMs = query.interval('period', PERIODS, '5m')
    const begin = query.time('begin') ?? 0
    const end = query.time('end') ?? Number.POSITIVE_INFINITY
    return served.record.openInterest
      .map((one) => ({ ...one, begins: one.time - periodMs }))
      .filter(({ time, begins }) => time % periodMs === 0 && begins >= begin && begins <= end)
      .slice(-query.limit(100, 100))
      .reverse()
      .map((one) => [String(one.begins), contracts(served, one.size), plain(one.size), plain(one.size * one.markPrice)])
  }
}

const STYLE: RestStyle = {
  owns: (path) => path.startsWith('/api/v5/'),
  wrap: (data) => ({ code: '0', msg: '', data }),
  unknownPath: () => new Refusal(404, { msg: 'Invalid URL path', code: '404' }),
  overBudget: () => refusal(429, '50011', 'Too Many Requests'),
  badQuery: (problem, name) =>
    problem === 'missing'
      ? refusal(400, '50014', `Parameter ${name} can not be empty.`)
      : refusal(400, '51000', `Parameter ${name} error`),
}

function unknownInstrument(): Refusal {
  return refusal(200, '51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
}

function refusal(status: number, code: string, msg: string): Refusal {
  return new Refusal(status, { code, msg, data: [] })
}
