import type { Instrument, OrderBook } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { logLines, recorded } from '../../test/recorded.ts'
import type { VenueMessage } from '../venue/message.ts'
import { OrderBookSync } from '../venue/order-book.ts'
import type { Reading } from '../venue/reading.ts'
import { isRecord } from '../wire-values.ts'
import { readFrame } from './parse.ts'
import {
  readAggTrades,
  readDepthSnapshot,
  readFundingHistory,
  readInstruments,
  readKlines,
  readOpenInterest,
  readOpenInterestHistory,
  readPremiumIndex,
} from './rest-parse.ts'

const exchangeInfo = recorded('raw-logs/BINANCE_FUTURES.0')
const streamLog = recorded('raw-logs/BINANCE_FUTURES.ws.1.0')
const snapshotLog = recorded('raw-logs/BINANCE_FUTURES.http.0.0')
const nativeMessages = recorded('native-messages.jsonl')
const restResponses = recorded('binance-rest-responses.json')

function listingOf(log: string): ReadonlyMap<string, Instrument> {
  const body: unknown = JSON.parse(logLines(log)[0]?.body ?? 'null')
  return new Map(readInstruments(body, 'binance').rows.map((instrument) => [instrument.symbol, instrument]))
}

/** Outcomes by name, for a table that a person can check against the recording. */
function tally(messages: readonly VenueMessage[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const message of messages) {
    const names =
      message.kind === 'events'
        ? message.events.map((event) => event.kind)
        : [message.kind === 'unused' || message.kind === 'bad' ? `${message.kind}: ${message.reason}` : message.kind]
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

describe.skipIf(exchangeInfo === undefined)('the recorded exchangeInfo of 2021', () => {
  it('lists its 119 trading perpetuals; the other three are refused by name', () => {
    const body: unknown = JSON.parse(logLines(exchangeInfo ?? '')[0]?.body ?? 'null')
    const { rows, refused } = readInstruments(body, 'binance')
    expect(rows).toHaveLength(119)
    expect(refused.map(({ reason }) => reason).sort()).toEqual([
      'not a perpetual: CURRENT_QUARTER',
      'not a perpetual: CURRENT_QUARTER',
      'not a perpetual: no contract type',
    ])
    expect(rows.find(({ symbol }) => symbol === 'BTCUSDT')).toEqual({
      id: 'binance:BTCUSDT',
      venue: 'binance',
      symbol: 'BTCUSDT',
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      kind: 'linear',
      contractSize: 1,
      unitFactor: 1,
      tickSize: 0.01,
      simulated: false,
    })
    // Two contracts of 2021 are quoted per thousand.
    const shiba = rows.find(({ symbol }) => symbol === '1000SHIBUSDT')
    expect(shiba).toMatchObject({ base: 'SHIB', unitFactor: 1000 })
    expect(shiba?.tickSize).toBeCloseTo(1e-9, 15)
  })
})

describe.skipIf(nativeMessages === undefined || exchangeInfo === undefined)('the recorded native messages', () => {
  function outcomes(group: string) {
    const listing = listingOf(exchangeInfo ?? '')
    const messages: VenueMessage[] = []
    for (const line of (nativeMessages ?? '').split('\n')) {
      const row: unknown = line === '' ? undefined : JSON.parse(line)
      if (isRecord(row) && row.test === `mappers > map binance ${group} messages`)
        messages.push(readFrame(JSON.stringify(row.message), 1_790_000_000_000, listing))
    }
    return tally(messages)
  }

  it('of USD-M are each an event, or counted with a reason', () => {
    expect(outcomes('futures')).toEqual({
      trade: 2,
      markPrice: 2,
      funding: 2,
      liquidationOrder: 1,
      book: 2,
      'unused: not used: 24hrTicker': 2,
      'unused: not used: bookTicker (the depth stream carries the whole book)': 1,
      'unused: not flow: insurance fund trade': 1,
      'unused: not a followed perpetual: BTCBUSD_210129': 1,
      // 2019, before aggregate trades were numbered on the stream.
      'bad: field a is missing or wrong': 1,
      // Written by the recorder, not by Binance.
      'bad: no event type on @depthSnapshot': 1,
      'bad: no event type on @openInterest': 1,
    })
  })

  it('of COIN-M are counted: the feed lists linear perpetuals only', () => {
    expect(outcomes('delivery')).toEqual({
      reply: 1,
      'unused: not a followed perpetual: BTCUSD_200925': 5,
      'unused: not flow: auto-deleveraging trade': 1,
      'unused: not used: 24hrTicker': 1,
      'unused: not used: bookTicker (the depth stream carries the whole book)': 1,
      'unused: not used: indexPriceUpdate': 1,
      'bad: no event type on @depthSnapshot': 1,
      'bad: no event type on @openInterest': 1,
    })
  })
})

describe.skipIf(streamLog === undefined || exchangeInfo === undefined)(
  'the recorded stream of 30 s, four symbols',
  () => {
    const messages = () => {
      const listing = listingOf(exchangeInfo ?? '')
      return logLines(streamLog ?? '').map(({ time, body }) => readFrame(body, time, listing))
    }

    it('is read to its last line', () => {
      expect(tally(messages())).toEqual({
        book: 764,
        trade: 91,
        bar: 4,
        'unused: kline still open': 63,
        'unused: not used: bookTicker (the depth stream carries the whole book)': 613,
      })
    })

    it('shows that aggregate ids count up by one per symbol: what the trade flow relies on', () => {
      const last = new Map<string, number>()
      let followers = 0
      for (const message of messages())
        for (const event of message.kind === 'events' ? message.events : [])
          if (event.kind === 'trade') {
            const previous = last.get(event.instrument)
            if (previous !== undefined) {
              expect(Number(event.tradeId)).toBe(previous + 1)
              followers++
            }
            last.set(event.instrument, Number(event.tradeId))
          }
      expect(followers).toBe(87)
    })

    it.skipIf(snapshotLog === undefined)('builds the four books on the recorded snapshots without a gap', () => {
      const listing = listingOf(exchangeInfo ?? '')
      const events: { time: number; apply: (books: Map<string, OrderBookSync>) => string }[] = []
      for (const { address, time, body } of logLines(snapshotLog ?? '')) {
        const symbol = new URL(address).searchParams.get('symbol') ?? ''
        const [snapshot] = readDepthSnapshot(JSON.parse(body)).rows
        if (snapshot !== undefined)
          events.push({ time, apply: (books) => books.get(symbol)?.snapshot(snapshot) ?? 'no book' })
      }
      for (const message of messages())
        if (message.kind === 'book')
          events.push({
            time: message.update.receivedTime,
            apply: (books) => books.get(message.update.symbol)?.update(message.update) ?? 'no book',
          })
      const books = new Map(
        ['SUSHIUSDT', 'AKROUSDT', 'KEEPUSDT', 'CTKUSDT'].map((symbol) => [
          symbol,
          new OrderBookSync(listing.get(symbol)!),
        ]),
      )
      const outcomes: Record<string, number> = {}
      for (const event of events.sort((a, b) => a.time - b.time)) {
        const outcome = event.apply(books)
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      }
      // 764 updates: each book kept one for its snapshot, 8 were older than it, every other one followed its predecessor.
      expect(outcomes).toEqual({ buffered: 4, old: 8, applied: 752, ready: 4 })
      const published = [...books.values()]
        .map((sync) => sync.book(0))
        .filter((book): book is OrderBook => book !== undefined)
      expect(published).toHaveLength(4)
      for (const book of published) expect(book.bids[0]![0]).toBeLessThan(book.asks[0]![0])
    })
  },
)

describe.skipIf(restResponses === undefined)('the recorded REST responses', () => {
  const PATHS_READ: Readonly<Record<string, (body: unknown, query: URLSearchParams) => Reading<unknown>>> = {
    '/fapi/v1/exchangeInfo': (body) => readInstruments(body, 'binance'),
    '/fapi/v1/klines': (body, query) => readKlines(body, instrumentOf(query)),
    '/fapi/v1/depth': (body) => readDepthSnapshot(body),
    '/fapi/v1/aggTrades': (body, query) => readAggTrades(body, instrumentOf(query)),
    '/fapi/v1/openInterest': (body, query) => readOpenInterest(body, instrumentOf(query), 1_790_000_000_000),
    '/fapi/v1/fundingRate': (body, query) => readFundingHistory(body, instrumentOf(query)),
    '/fapi/v1/premiumIndex': (body) => readPremiumIndex(body, LISTING, 1_790_000_000_000),
    '/futures/data/openInterestHist': (body, query) => readOpenInterestHistory(body, instrumentOf(query)),
  }
  const LISTING = new Map(['BTCUSDT', 'LTCUSDT', 'EOSUSDT'].map((symbol) => [symbol, linear(symbol)]))

  it('of every /fapi and /futures/data route are read row by row, or not asked for', () => {
    const outcomes: Record<string, number> = {}
    const count = (name: string, by = 1) => {
      outcomes[name] = (outcomes[name] ?? 0) + by
    }
    for (const { path, query, body } of responses()) {
      const read = PATHS_READ[path]
      if (read === undefined) {
        count(`not asked for: ${path}`)
        continue
      }
      const { rows, refused } = read(body, query)
      if (rows.length > 0) count(`${path} rows`, rows.length)
      for (const { reason } of refused) count(`${path}: ${reason}`)
      for (const row of rows) expectFinite(row)
    }
    expect(outcomes).toEqual({
      '/fapi/v1/aggTrades rows': 511,
      '/fapi/v1/depth rows': 3,
      '/fapi/v1/exchangeInfo rows': 25,
      '/fapi/v1/fundingRate rows': 110,
      '/fapi/v1/fundingRate: empty answer': 3,
      '/fapi/v1/klines rows': 1_133,
      '/fapi/v1/openInterest rows': 1,
      '/fapi/v1/premiumIndex rows': 2,
      '/fapi/v1/premiumIndex: not a listed perpetual: BALUSDT': 1,
      '/fapi/v1/premiumIndex: not a listed perpetual: BTTUSDT': 1,
      '/fapi/v1/premiumIndex: not a listed perpetual: KNCUSDT': 1,
      '/fapi/v1/premiumIndex: not a listed perpetual: SUSHIUSDT': 1,
      '/futures/data/openInterestHist rows': 21,
      // Of the coin-margined pair, which the same route also serves.
      '/futures/data/openInterestHist: not what was asked: BTCUSD': 12,
      'not asked for: /fapi/v1/fundingInfo': 1,
      'not asked for: /fapi/v1/indexInfo': 2,
      'not asked for: /fapi/v1/ticker/24hr': 3,
      'not asked for: /fapi/v1/ticker/bookTicker': 2,
      'not asked for: /fapi/v1/ticker/price': 2,
      'not asked for: /fapi/v1/time': 1,
      'not asked for: /fapi/v1/trades': 2,
      'not asked for: /futures/data/basis': 2,
      'not asked for: /futures/data/globalLongShortAccountRatio': 7,
      'not asked for: /futures/data/takerBuySellVol': 2,
      'not asked for: /futures/data/takerlongshortRatio': 1,
      'not asked for: /futures/data/topLongShortAccountRatio': 5,
      'not asked for: /futures/data/topLongShortPositionRatio': 5,
    })
  })

  function responses() {
    const all: unknown = JSON.parse(restResponses ?? 'null')
    const found: { path: string; query: URLSearchParams; body: unknown }[] = []
    if (!isRecord(all) || !isRecord(all.routes)) return found
    for (const [path, methods] of Object.entries(all.routes)) {
      if (!/^\/(fapi|futures\/data)/.test(path) || !isRecord(methods)) continue
      for (const answers of Object.values(methods))
        for (const answer of Array.isArray(answers) ? answers : [])
          if (isRecord(answer))
            found.push({ path, query: new URLSearchParams(String(answer.queryString)), body: answer.data })
    }
    return found
  }

  function instrumentOf(query: URLSearchParams): Instrument {
    return linear(query.get('symbol') ?? query.get('pair') ?? '')
  }
})

function linear(symbol: string): Instrument {
  const base = symbol.replace(/USDT$/, '')
  const shared = { quote: 'USDT', settle: 'USDT', kind: 'linear', contractSize: 1, unitFactor: 1 } as const
  return { id: `binance:${symbol}`, venue: 'binance', symbol, base, ...shared, tickSize: 0.01, simulated: false }
}

/** Every number inside is finite. */
function expectFinite(value: unknown): void {
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) expectFinite(part)
}
