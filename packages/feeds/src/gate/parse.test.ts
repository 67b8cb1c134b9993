import { describe, expect, it } from 'vitest'
import { fixtureFile, withPart } from '../../test/fixture-file.ts'
import { isRecord } from '../wire-values.ts'
import { readFrame } from './parse.ts'
import {
  readCandles,
  readDepthSnapshot,
  readFundingHistory,
  readInstruments,
  readMarginSchedule,
  readOpenInterestHistory,
  readTrades,
} from './rest-parse.ts'
import { requests, streamsOf } from './subscribe.ts'

const MESSAGES = fixtureFile(new URL('./fixtures/messages.json', import.meta.url))
const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const RECEIVED = 1_790_000_000_150
const LISTING = new Map(
  [
    ...readInstruments(REST.body('contracts'), 'gate', 'usdt').rows,
    ...readInstruments(REST.body('contractsInBtc'), 'gate', 'btc').rows,
  ].map((instrument) => [instrument.symbol, instrument]),
)
const BTC = LISTING.get('BTC_USDT')!
const INVERSE = LISTING.get('BTC_USD')!

const read = (value: unknown) => readFrame(JSON.stringify(value), RECEIVED, LISTING)
function events(value: unknown) {
  const message = read(value)
  return message.kind === 'events' ? message.events : message
}

describe('a Gate frame becomes', () => {
  it('trades: contracts of 0.0001 BTC, a negative size is an aggressor who sold', () => {
    expect(events(MESSAGES.payload('trades'))).toEqual([
      {
        kind: 'trade',
        instrument: 'gate:BTC_USDT',
        exchangeTime: 1_790_000_000_100,
        receivedTime: RECEIVED,
        tradeId: '31615001',
        price: 64_250.1,
        size: 0.25, // 2_500 * 0.0001
        side: 'sell',
      },
      expect.objectContaining({ tradeId: '31615002', size: 12.5 * 0.0001, side: 'buy' }),
    ])
  })

  it('trades of the years that wrote whole contracts and seconds', () => {
    expect(events(MESSAGES.payload('tradesOfWholeContracts'))).toMatchObject([
      { exchangeTime: 1_790_000_000_000, size: 0.01, side: 'buy' },
    ])
  })

  it('an inverse trade: a contract is one USD', () => {
    // 32_000 USD / 64_000 = 0.5 BTC
    expect(events(MESSAGES.payload('inverseTrade'))).toMatchObject([
      { instrument: 'gate:BTC_USD', size: 0.5, side: 'sell' },
    ])
  })

  it('mark price, open interest in base and funding of a ticker', () => {
    const clocks = { instrument: 'gate:BTC_USDT', exchangeTime: 1_790_000_001_040, receivedTime: RECEIVED }
    expect(events(MESSAGES.payload('tickers'))).toEqual([
      { kind: 'markPrice', ...clocks, price: 64_251.47, indexPrice: 64_255.2 },
      { kind: 'openInterest', ...clocks, size: 51_300 }, // 513e6 * 0.0001
      { kind: 'funding', ...clocks, rate: 0.0001 },
    ])
  })

  it('open interest of an inverse ticker: USD at the mark', () => {
    expect(events(MESSAGES.payload('tickerAlone'))).toMatchObject([
      { kind: 'markPrice', exchangeTime: 1_790_000_001_000 },
      { kind: 'openInterest', size: 1_000 }, // 64e6 / 64_000
      { kind: 'funding', rate: -0.0001 },
    ])
  })

  it('forced orders: a negative size is a SOLD long; the price is where its margin was used up', () => {
    expect(events(MESSAGES.payload('liquidations'))).toEqual([
      {
        kind: 'liquidationOrder',
        instrument: 'gate:BTC_USDT',
        exchangeTime: 1_790_000_002_123,
        receivedTime: RECEIVED,
        positionSide: 'long',
        price: 63_515.5,
        priceKind: 'bankruptcy',
        bankruptcyPrice: 63_515.5,
        size: 677 * 0.0001,
      },
      expect.objectContaining({ positionSide: 'short', size: 10.5 * 0.0001, exchangeTime: 1_790_000_002_456 }),
    ])
  })

  it('forced orders with their time in seconds, or beside it in ms', () => {
    expect(events(MESSAGES.payload('liquidationOfSeconds'))).toMatchObject([{ exchangeTime: 1_790_000_002_000 }])
    // 128_000 USD / 64_000 = 2 BTC
    expect(events(MESSAGES.payload('inverseLiquidation'))).toMatchObject([{ exchangeTime: 1_790_000_002_124, size: 2 }])
  })

  it('a change of the book that follows the id before its first', () => {
    expect(read(MESSAGES.payload('bookUpdate'))).toEqual({
      kind: 'book',
      update: {
        symbol: 'BTC_USDT',
        exchangeTime: 1_790_000_000_200,
        receivedTime: RECEIVED,
        isSnapshot: false,
        lastId: 73_777_715_172,
        previousLastId: 73_777_715_168,
        bids: [64_250, 0],
        asks: [64_250.1, 1_200, 64_250.4, 7.5],
      },
    })
  })

  it('a whole book in which a side is missing because it is empty', () => {
    expect(read(MESSAGES.payload('fullBook'))).toMatchObject({
      kind: 'book',
      update: { isSnapshot: true, lastId: 73_777_715_172, bids: [64_250, 300], asks: [] },
    })
  })

  it('an answer by its id, by its payload, or about the oldest request', () => {
    expect(read(MESSAGES.payload('acknowledgement'))).toEqual({ kind: 'reply', id: '7' })
    expect(read(MESSAGES.payload('acknowledgementWithoutId'))).toEqual({
      kind: 'reply',
      stream: 'futures.order_book_update:BTC_USDT',
    })
    expect(read(MESSAGES.payload('oldAcknowledgement'))).toEqual({ kind: 'reply' })
    expect(read(MESSAGES.payload('refusal'))).toEqual({
      kind: 'reply',
      id: '8',
      problem: '2 unknown contract NOPE_USDT',
    })
    for (const name of ['pong', 'unsubscription']) expect(read(MESSAGES.payload(name))).toEqual({ kind: 'alive' })
  })
})

it.each([
  ['internalTrade', 'not flow: taken over or deleveraged'],
  ['bookTicker', 'not used: futures.book_ticker (the book has the best prices)'],
  ['oldBook', 'not used: futures.order_book (the book is kept from futures.order_book_update)'],
  ['candlestick', 'not used: futures.candlesticks'],
])('%s is left out: %s', (name, reason) => {
  expect(read(MESSAGES.payload(name))).toMatchObject({ kind: 'unused', reason })
})

it.each([
  ['inverseTrade', ['result', 0, 'contract'], 'ETH_USD', 'not a followed perpetual: ETH_USD'],
  ['inverseTrade', ['result', 0, 'contract'], 5, 'field contract is missing or wrong'],
  ['inverseTrade', ['result', 0, 'create_time_ms'], '1790000000100', 'field create_time_ms is missing or wrong'],
  ['inverseTrade', ['result', 0, 'id'], 1.5, 'field id is missing or wrong'],
  ['inverseTrade', ['result', 0, 'price'], 'NaN', 'field price is missing or wrong'],
  ['inverseTrade', ['result', 0, 'size'], 0, 'field size is missing or wrong'],
  ['inverseTrade', ['result', 0, 'size'], '1e5', 'field size is missing or wrong'],
  ['inverseTrade', ['result'], null, 'a trade is not an object'],
  ['tickers', ['time_ms'], 'x', 'field time_ms is missing or wrong'],
  ['tickers', ['result', 0, 'mark_price'], '0', 'field mark_price is missing or wrong'],
  ['tickers', ['result', 0, 'index_price'], '', 'field index_price is missing or wrong'],
  ['tickers', ['result', 0, 'total_size'], undefined, 'field total_size is missing or wrong'],
  ['tickers', ['result', 0, 'funding_rate'], '2', 'field funding_rate is missing or wrong'],
  ['inverseLiquidation', ['result', 0, 'size'], '0', 'field size is missing or wrong'],
  // Found by the fuzzer: times the multiplier it is 0.
  ['inverseLiquidation', ['result', 0, 'size'], -5e-324, 'field size is missing or wrong'],
  ['inverseLiquidation', ['result', 0, 'price'], '-1', 'field price is missing or wrong'],
  ['inverseLiquidation', ['result', 0, 'time_ms'], null, 'ok'],
  ['bookUpdate', ['result', 'U'], undefined, 'field U is missing or wrong'],
  ['bookUpdate', ['result', 'u'], 1, 'field u is missing or wrong'],
  ['bookUpdate', ['result', 't'], null, 'field t is missing or wrong'],
  ['bookUpdate', ['result', 'b'], undefined, 'field b is missing or wrong'],
  ['bookUpdate', ['result', 'a', 0, 's'], '-1', 'field a is missing or wrong'],
  ['bookUpdate', ['result'], [], 'result is not an object'],
  ['bookUpdate', ['channel'], 9, 'no channel'],
])('%s with %j = %j is refused: %s', (name, path, replacement, reason) => {
  const message = read(withPart(MESSAGES.body(name), path, replacement))
  // The time in ms may be missing: the other one holds.
  if (reason === 'ok') expect(message).toMatchObject({ kind: 'events', events: [{ exchangeTime: 1_790_000_002_123 }] })
  else expect(message).toMatchObject({ reason })
})

describe('an answer of the REST API becomes', () => {
  it('the perpetuals that trade: a multiplier of base units, or one USD', () => {
    const { rows, refused } = readInstruments(REST.body('contracts'), 'gate', 'usdt')
    expect(rows).toHaveLength(3)
    expect(rows[0]).toEqual({
      id: 'gate:BTC_USDT',
      venue: 'gate',
      symbol: 'BTC_USDT',
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      kind: 'linear',
      contractSize: 0.0001,
      unitFactor: 1,
      tickSize: 0.1,
      simulated: false,
    })
    expect(rows[1]).toMatchObject({ base: 'PEPE', contractSize: 1e7, unitFactor: 1 })
    expect(rows[2]).toMatchObject({ base: 'RATS', contractSize: 10, unitFactor: 1000, tickSize: 1e-6 / 1000 })
    expect(refused.map(({ reason }) => reason)).toEqual([
      'being delisted: OLD_USDT',
      'not trading: prelaunch',
      'not a linear contract: ODD_USDT',
      'not a perpetual: BTC_USDT_20261225',
    ])
    const inverse = readInstruments(REST.body('contractsInBtc'), 'gate', 'btc')
    expect(inverse.rows).toMatchObject([{ id: 'gate:BTC_USD', kind: 'inverse', settle: 'BTC', contractSize: 1 }])
    expect(inverse.refused).toMatchObject([{ reason: 'a quanto contract: ETH_USD' }])
  })

  it('minutes with their volume in base units', () => {
    const { rows, refused } = readCandles(REST.body('candlesticks'), BTC)
    expect(rows).toMatchObject([
      { exchangeTime: 1_789_999_980_000, open: 64_240, high: 64_260, low: 64_235.5, close: 64_250.1, volume: 81.5 },
      { exchangeTime: 1_790_000_040_000, volume: 0.00125 },
    ])
    expect(refused).toMatchObject([{ reason: 'candle: high is missing or wrong' }])
  })

  it("open interest whose value at the mark is the venue's own USD figure", () => {
    const { rows, refused } = readOpenInterestHistory(REST.body('contractStats'), BTC)
    expect(rows.map(({ exchangeTime, size }) => [exchangeTime, size])).toEqual([
      [1_789_999_800_000, 51_300],
      [1_790_000_100_000, 51_310],
    ])
    expect(refused).toMatchObject([{ reason: 'field open_interest is missing or wrong' }])
    const body = REST.body('contractStats')
    for (const [i, row] of rows.entries()) {
      const stats: unknown = Array.isArray(body) ? body[i] : undefined
      const usd = isRecord(stats) ? Number(stats.open_interest_usd) : Number.NaN
      expect(Math.abs((row.size * 64_251.47) / usd - 1)).toBeLessThan(0.005)
    }
    // 64e6 contracts of one USD at 64_000: 1_000 BTC
    const usd = [{ time: 1_789_999_800, open_interest: '64000000', mark_price: 64_000 }]
    expect(readOpenInterestHistory(usd, INVERSE).rows).toMatchObject([{ size: 1_000 }])
  })

  it('trades with the same ids, sizes and times as the stream, takeovers left out', () => {
    const { rows, refused } = readTrades(REST.body('trades'), BTC)
    const streamed = events(MESSAGES.payload('trades'))
    expect(rows.toReversed()).toEqual(
      [streamed]
        .flat()
        .map((event) => ('exchangeTime' in event ? { ...event, receivedTime: event.exchangeTime } : event)),
    )
    expect(refused).toMatchObject([{ reason: 'not flow: taken over or deleveraged' }])
  })

  it('funding, a whole book, and tiers whose margin does not jump', () => {
    const funding = readFundingHistory(REST.body('fundingRate'), BTC)
    expect(funding.rows).toMatchObject([{ exchangeTime: 1_789_977_600_000, rate: 0.0001 }])
    expect(funding.refused).toHaveLength(1)
    expect(readDepthSnapshot(REST.body('orderBook')).rows).toEqual([
      {
        lastId: 73_777_715_168,
        exchangeTime: 1_790_000_000_121,
        bids: [64_250, 300, 64_249.9, 20],
        asks: [64_250.1, 1_000],
      },
    ])
    const tiers = readMarginSchedule(REST.body('riskLimitTiers'), BTC, 5)
    expect(tiers.rows[0]?.tiers.map((tier) => [tier.notionalFloor, tier.notionalCap, tier.maintenanceRate])).toEqual([
      [0, 20_000, 0.01],
      [20_000, 30_000, 0.013],
      [30_000, 50_000, 0.015],
    ])
    // 20_000 * (0.013 - 0.01) = 60, as the venue says; + 30_000 * (0.015 - 0.013) = 120
    expect(tiers.rows[0]?.tiers[2]?.deduction).toBeCloseTo(120, 9)
    const jump = withPart(REST.body('riskLimitTiers'), [2, 'deduction'], '370')
    expect(readMarginSchedule(jump, BTC, 5)).toMatchObject({
      rows: [],
      refused: [{ reason: 'tier 3: a deduction of 370 makes the margin jump' }],
    })
    expect(readMarginSchedule({ label: 'X' }, BTC, 5).rows).toEqual([])
  })
})

it('asks for each contract alone, with the depth of the book', () => {
  let id = 0
  const names = streamsOf(INVERSE).map(({ name }) => name)
  const texts = requests('subscribe', names, () => ++id).map(({ text }): unknown => JSON.parse(text))
  expect(texts).toMatchObject([
    { id: 1, channel: 'futures.trades', event: 'subscribe', payload: ['BTC_USD'] },
    { id: 2, channel: 'futures.tickers', payload: ['BTC_USD'] },
    { id: 3, channel: 'futures.public_liquidates', payload: ['BTC_USD'] },
    { id: 4, channel: 'futures.order_book_update', payload: ['BTC_USD', '100ms', '100'] },
  ])
  expect(streamsOf(INVERSE)[0]?.route).toBe('btc')
  expect(streamsOf(BTC)[0]?.route).toBe('usdt')
})
