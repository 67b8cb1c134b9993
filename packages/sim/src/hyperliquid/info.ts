import { intervals, USUAL_INTERVALS } from '../record/interval.ts'
import type { RestReply, RestRequest, ServedMarket } from '../serve/dialect.ts'
import { isObject, readObject } from '../serve/inbound.ts'
import { Refusal } from '../serve/refusal.ts'
import { RequestBudget } from '../serve/request-budget.ts'
import { accountState } from './account-state.ts'
import { assetContext, bookRow, FUNDING_PER_PAYMENT, tradeRow } from './message.ts'
import type { HyperliquidPublisher } from './publisher.ts'
import { accountOf, coinOf, decimal, metaOf } from './wording.ts'

const MINUTE_BUDGET = { limit: 1200, windowMs: 60_000 }
/** Weight of what is asked most; everything else weighs 20. */
const LIGHT: ReadonlySet<string> = new Set(['l2Book', 'allMids', 'clearinghouseState'])
const LIGHT_WEIGHT = 2
const WEIGHT = 20
/** Rows above this many cost weight of their own: one per so many. */
const ROWS_PER_WEIGHT: Readonly<Record<string, number>> = {
  candleSnapshot: 60,
  userFills: 20,
  userFillsByTime: 20,
  fundingHistory: 20,
  recentTrades: 20,
}
const INTERVALS = intervals(USUAL_INTERVALS)
const MOST_CANDLES = 5000
const MOST_FUNDINGS = 500
const RECENT_TRADES = 10
const BOOK_DEPTH = 20
const HOUR_MS = 3_600_000

type Asked = Readonly<Record<string, unknown>>

/** The venue's one REST route: `POST /info` with what is wanted in the body. */
export class HyperliquidInfo {
  readonly #markets: readonly ServedMarket[]
  readonly #publishers: readonly HyperliquidPublisher[]
  readonly #budget = new RequestBudget(MINUTE_BUDGET)
  readonly #answers: ReadonlyMap<string, (asked: Asked, time: number) => unknown>

  /** `publishers` in the order of the markets: they know the fills. */
  constructor(markets: readonly ServedMarket[], publishers: readonly HyperliquidPublisher[]) {
    this.#markets = markets
    this.#publishers = publishers
    this.#answers = new Map<string, (asked: Asked, time: number) => unknown>([
      ['meta', () => metaOf(markets)],
      ['metaAndAssetCtxs', (_, time) => [metaOf(markets), markets.map((served) => assetContext(served, time))]],
      ['allMids', () => this.#mids()],
      ['candleSnapshot', (asked) => this.#candles(asked)],
      ['fundingHistory', (asked) => this.#fundings(asked)],
      ['l2Book', (asked, time) => this.#book(asked, time)],
      ['recentTrades', (asked) => this.#trades(asked)],
      ['clearinghouseState', (asked, time) => accountState(markets, userOf(asked), time)],
      ['userFills', (asked) => this.#fills(asked, 0, Number.POSITIVE_INFINITY)],
      [
        'userFillsByTime',
        (asked) =>
          this.#fills(asked, timeOf(asked, 'startTime', 0), timeOf(asked, 'endTime', Number.POSITIVE_INFINITY)),
      ],
    ])
  }

  answer(request: RestRequest): RestReply | undefined {
    if (request.path !== '/info') return undefined
    const asked = readObject(request.body)
    const type = String(asked?.type)
    const answer = this.#answers.get(type)
    const weight = LIGHT.has(type) ? LIGHT_WEIGHT : WEIGHT
    if (this.#budget.charge(request.client, weight, request.time).kind !== 'allowed')
      return { status: 429, body: 'null' }
    if (request.method !== 'POST' || asked === undefined || answer === undefined)
      return { status: 422, body: 'Failed to deserialize the JSON body into the target type' }
    try {
      const result = answer(asked, request.time)
      const rows = Array.isArray(result) ? result.length : 0
      this.#budget.charge(
        request.client,
        Math.floor(rows / (ROWS_PER_WEIGHT[type] ?? Number.POSITIVE_INFINITY)),
        request.time,
      )
      return { status: 200, body: JSON.stringify(result) }
    } catch (error) {
      if (error instanceof Refusal) return error.reply
      throw error
    }
  }

  #place(coin: unknown): number {
    const place = this.#markets.findIndex(({ market }) => coinOf(market.contract) === coin)
    // The venue answers a coin that it does not know as if it had failed.
    if (place < 0) throw new Refusal(500, 'null')
    return place
  }

  #market(coin: unknown): ServedMarket {
    const found = this.#markets[this.#place(coin)]
    if (found === undefined) throw new Refusal(500, 'null')
    return found
  }

  #mids(): Record<string, string> {
    return Object.fromEntries(
      this.#markets.map(({ market }) => {
        const { bids, asks } = market.depth(1)
        const mid = bids[0] && asks[0] ? (bids[0][0] + asks[0][0]) / 2 : market.lastPrice
        return [coinOf(market.contract), decimal(mid)]
      }),
    )
  }

  /** The latest within [startTime, endTime], oldest first. */
  #candles(asked: Asked): unknown {
    const wanted = isObject(asked.req) ? asked.req : {}
    const { coin, interval } = wanted
    const { record } = this.#market(coin)
    const intervalMs = typeof interval === 'string' ? INTERVALS.get(interval) : undefined
    if (intervalMs === undefined) throw unreadable()
    const newest = record.candles.at(-1)?.openTime ?? 0
    const to = Math.min(timeOf(wanted, 'endTime', newest), newest)
    const from = Math.max(timeOf(wanted, 'startTime', 0), newest - MOST_CANDLES * intervalMs)
    return record.intervals(intervalMs, from, to).map((candle) => ({
      t: candle.openTime,
      T: candle.openTime + intervalMs - 1,
      s: coin,
      i: interval,
      o: decimal(candle.open),
      c: decimal(candle.close),
      h: decimal(candle.high),
      l: decimal(candle.low),
      v: decimal(candle.volume),
      n: candle.trades,
    }))
  }

  /** Oldest first. Each payment of this market as the hours that it paid for. */
  #fundings(asked: Asked): unknown {
    const { market, record } = this.#market(asked.coin)
    const from = timeOf(asked, 'startTime')
    const to = timeOf(asked, 'endTime', Number.POSITIVE_INFINITY)
    const rows = record.funding.flatMap(({ time, rate }) =>
      Array.from({ length: FUNDING_PER_PAYMENT }, (_, hour) => ({
        coin: coinOf(market.contract),
        fundingRate: decimal(rate / FUNDING_PER_PAYMENT),
        premium: decimal(0),
        time: time - (FUNDING_PER_PAYMENT - 1 - hour) * HOUR_MS,
      })),
    )
    return rows.filter(({ time }) => time >= from && time <= to).slice(0, MOST_FUNDINGS)
  }

  #book(asked: Asked, time: number): unknown {
    const served = this.#market(asked.coin)
    return bookRow(served, served.market.depth(BOOK_DEPTH), time)
  }

  #trades(asked: Asked): unknown {
    const place = this.#place(asked.coin)
    const served = this.#market(asked.coin)
    return served.record.trades.slice(-RECENT_TRADES).map((trade) => tradeRow(served, place, trade))
  }

  /** Newest first. */
  #fills(asked: Asked, from: number, to: number): unknown {
    const account = accountOf(userOf(asked))
    if (account === undefined) return []
    const fills = this.#publishers[account.market]?.fillsOf(account.accountId, from, to) ?? []
    return asked.type === 'userFillsByTime' ? fills : fills.toReversed()
  }
}

/** @throws {Refusal} unless it is an address. */
function userOf(asked: Asked): string {
  if (typeof asked.user !== 'string' || !/^0x[0-9a-f]{40}$/i.test(asked.user)) throw unreadable()
  return asked.user
}

/** @throws {Refusal} unless it is a time, or absent where that is allowed. */
function timeOf(asked: Asked, name: string, absent?: number): number {
  const value = asked[name] ?? absent
  if (typeof value !== 'number' || Number.isNaN(value)) throw unreadable()
  return value
}

function unreadable(): Refusal {
  return new Refusal(422, 'Failed to deserialize the JSON body into the target type')
}
