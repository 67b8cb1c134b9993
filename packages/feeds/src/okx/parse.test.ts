import type { Instrument } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { fixtureFile, withPart } from '../../test/fixture-file.ts'
import { readFrame } from './parse.ts'
import {
  dataOf,
  readCandles,
  readFundingHistory,
  readInstruments,
  readMarkPrice,
  readOpenInterestHistory,
  readPositionTiers,
  readTrades,
} from './rest-parse.ts'

const MESSAGES = fixtureFile(new URL('./fixtures/messages.json', import.meta.url))
const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const RECEIVED = 1_790_000_000_150
const data = (name: string) => {
  const answer = dataOf(REST.body(name))
  return 'data' in answer ? answer.data : answer
}
const LISTED = readInstruments(data('instruments'), 'okx')
const LISTING = new Map(LISTED.rows.map((instrument) => [instrument.symbol, instrument]))
const [BTC, INVERSE] = LISTED.rows as [Instrument, Instrument]
const read = (value: unknown) => readFrame(JSON.stringify(value), RECEIVED, LISTING)
const events = (name: string) => {
  const message = read(MESSAGES.body(name))
  return message.kind === 'events' ? message.events : message
}

describe('OKX instruments', () => {
  it('linear contracts are worth coins, inverse ones 100 USD; the rest is refused by name', () => {
    expect(
      LISTED.rows.map(({ symbol, kind, contractSize, settle, base }) => [symbol, kind, contractSize, settle, base]),
    ).toEqual([
      ['BTC-USDT-SWAP', 'linear', 0.01, 'USDT', 'BTC'],
      ['BTC-USD-SWAP', 'inverse', 100, 'BTC', 'BTC'],
      ['PEPE-USDT-SWAP', 'linear', 10_000_000, 'USDT', 'PEPE'],
    ])
    expect(LISTED.refused.map(({ reason }) => reason)).toEqual([
      'not trading: suspend',
      'contract value in USDT, not in ODD',
    ])
  })
})

describe('OKX streams', () => {
  it('a trade: contracts become coins, merged matches are counted', () => {
    // 25 contracts * 0.01 BTC = 0.25 BTC
    expect(events('trades')).toEqual([
      {
        kind: 'trade',
        instrument: 'okx:BTC-USDT-SWAP',
        exchangeTime: 1_790_000_000_100,
        receivedTime: RECEIVED,
        tradeId: '2310004207',
        price: 64_250.1,
        size: 0.25,
        side: 'sell',
        matches: 3,
      },
    ])
  })

  it('an inverse trade: contracts of 100 USD become coins at their price', () => {
    // 32 * 100 USD / 64,000 = 0.05 BTC
    expect(events('inverseTrades')).toMatchObject([{ size: 0.05, price: 64_000, side: 'buy' }])
  })

  it('a bad row does not lose the good ones of its frame', () => {
    expect(read(MESSAGES.body('severalTrades'))).toMatchObject({
      kind: 'events',
      events: [{ tradeId: '2310004208', size: 0.01 }],
      refused: [{ kind: 'bad', channel: 'trades', symbol: 'BTC-USDT-SWAP', reason: 'field px is missing or wrong' }],
    })
  })

  it('mark price and funding', () => {
    expect(events('markPrice')).toMatchObject([{ kind: 'markPrice', price: 64_251.4, exchangeTime: 1_790_000_001_000 }])
    expect(events('fundingRate')).toMatchObject([
      { kind: 'funding', rate: 0.000091, nextFundingTime: 1_790_006_400_000, exchangeTime: 1_790_000_002_000 },
    ])
  })

  it.each([
    // 3,000,000 contracts * 0.01 = 30,000 BTC; 30,000 * 64,251.4 = 1.9275 billion USD
    ['openInterest', 30_000, 64_251.4, 1_927_542_000],
    // 5,140,112 * 100 USD = 8,000 BTC * 64,251.4
    ['inverseOpenInterest', 8_000, 64_251.4, 514_011_200],
  ])('%s is coins of one side, and within 0.5 %% of the USD figure of the venue', (name, size, mark, usd) => {
    const [event] = [events(name)].flat()
    expect(event).toMatchObject({ kind: 'openInterest', size })
    expect(Math.abs((size * mark) / usd - 1)).toBeLessThan(0.005)
  })

  it('liquidations: the order side sells a long, contracts become coins, the price is where margin ends', () => {
    expect(events('liquidationOrders')).toMatchObject([
      // 50 * 0.01 = 0.5 BTC
      { positionSide: 'long', price: 63_990, priceKind: 'bankruptcy', bankruptcyPrice: 63_990, size: 0.5 },
      { positionSide: 'short', price: 64_900, size: 0.1 },
    ])
    // 64 * 100 USD / 64,000 = 0.1 BTC
    expect(events('inverseLiquidationOrders')).toMatchObject([{ positionSide: 'short', size: 0.1 }])
  })

  it('a book in the order of its sequence, in contracts', () => {
    expect(read(MESSAGES.body('bookSnapshot'))).toEqual({
      kind: 'book',
      update: {
        symbol: 'BTC-USDT-SWAP',
        exchangeTime: 1_790_000_000_200,
        receivedTime: RECEIVED,
        isSnapshot: true,
        lastId: 123_456,
        previousLastId: -1,
        bids: [64_250.1, 250, 64_250, 40],
        asks: [64_250.2, 110],
      },
    })
    expect(read(MESSAGES.body('bookUpdate'))).toMatchObject({
      update: { isSnapshot: false, previousLastId: 123_456, lastId: 123_499, asks: [64_250.2, 0, 64_250.3, 7] },
    })
  })

  it.each([
    ['liquidationOfAnother', 'of an instrument that is not followed', 'unused'],
    ['liquidationOfTwoMinds', 'field posSide is missing or wrong', 'bad'],
    ['tickers', 'not used: tickers', 'unused'],
    ['unknownInstrument', 'not a followed perpetual: NEW-USDT-SWAP', 'unused'],
    ['thirdVersion', 'not used: v3 swap/trade', 'unused'],
  ])('%s is left out: %s', (name, reason, kind) => {
    expect(read(MESSAGES.body(name))).toMatchObject({ kind, reason })
  })

  it('answers, announcements and pongs', () => {
    expect(read(MESSAGES.body('acknowledgement'))).toEqual({ kind: 'reply', id: '7', stream: 'trades:BTC-USDT-SWAP' })
    expect(read(MESSAGES.body('liquidationAcknowledgement'))).toMatchObject({ stream: 'liquidation-orders:SWAP' })
    expect(read(MESSAGES.body('refusal'))).toMatchObject({
      kind: 'reply',
      id: '8',
      problem: expect.stringContaining('60018'),
    })
    expect(read(MESSAGES.body('unsubscribed'))).toEqual({ kind: 'alive' })
    expect(read(MESSAGES.body('notice'))).toMatchObject({ kind: 'notice', closing: true })
    expect(readFrame('pong', RECEIVED, LISTING)).toEqual({ kind: 'alive' })
  })

  it.each(['px', 'sz', 'side', 'ts', 'tradeId'])('a trade without %s is no trade', (field) => {
    const frame = withPart(MESSAGES.body('trades'), ['data', 0, field], undefined)
    expect(read(frame)).toMatchObject({ kind: 'bad', reason: `field ${field} is missing or wrong` })
  })
})

describe('OKX answers', () => {
  it('candles: only closed ones, volume in coins', () => {
    const { rows, refused } = readCandles(data('candles'), BTC)
    expect(rows).toMatchObject([{ exchangeTime: 1_789_999_980_000, open: 64_240, close: 64_250.1, volume: 81.5 }])
    expect(rows[0]).not.toHaveProperty('takerBuyVolume')
    expect(refused.map(({ reason }) => reason)).toEqual(['candle still open'])
  })

  it('inverse candles: the sum of coins of the venue, not USD at the last price', () => {
    // 64,000 USD at the close of 50,000 would be 1.28
    expect(readCandles(data('inverseCandles'), INVERSE).rows).toMatchObject([{ volume: 1.1 }])
  })

  it('open interest is stamped at the END of its period', () => {
    expect(readOpenInterestHistory(data('openInterestHistory'), BTC).rows).toMatchObject([
      { exchangeTime: 1_790_000_100_000, size: 30_000 },
      { exchangeTime: 1_789_999_800_000, size: 29_900 },
    ])
  })

  it('funding as paid, mark price, single matches', () => {
    expect(readFundingHistory(data('fundingHistory'), BTC).rows).toMatchObject([{ rate: 0.000097 }])
    expect(readMarkPrice(data('markPrice'), BTC, RECEIVED).rows).toMatchObject([{ price: 64_000 }])
    expect(readTrades(data('historyTrades'), BTC).rows).toMatchObject([
      { tradeId: '2310004207', size: 0.1, side: 'sell' },
    ])
  })

  it('margin tiers in quote, joined at their edges, without a deduction', () => {
    // 1,000 contracts * 0.01 BTC * 64,000 = 640,000 USDT
    expect(readPositionTiers(data('positionTiers'), BTC, 64_000).rows).toEqual([
      { notionalFloor: 0, notionalCap: 640_000, maxLeverage: 100, maintenanceRate: 0.004, deduction: 0 },
      { notionalFloor: 640_000, notionalCap: 2_560_000, maxLeverage: 75, maintenanceRate: 0.005, deduction: 0 },
    ])
  })

  it('a refusal is said with the reason of the venue', () => {
    expect(dataOf(REST.body('refusal'))).toEqual({ problem: 'the venue says 50011: Too Many Requests' })
  })
})
