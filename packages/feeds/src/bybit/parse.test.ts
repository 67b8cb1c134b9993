import type { Instrument } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { fixtureFile, withPart } from '../../test/fixture-file.ts'
import { openReader } from './parse.ts'
import {
  listOf,
  readFundingHistory,
  readInstruments,
  readKlines,
  readMarkPrices,
  readOpenInterestHistory,
  readRiskLimits,
  readTrades,
} from './rest-parse.ts'

const MESSAGES = fixtureFile(new URL('./fixtures/messages.json', import.meta.url))
const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const RECEIVED = 1_790_000_000_150
const list = (name: string) => {
  const answer = listOf(REST.body(name))
  return 'list' in answer ? answer.list : answer
}
const LINEAR = readInstruments(list('instruments'), 'bybit')
const LISTED = [...LINEAR.rows, ...readInstruments(list('inverseInstruments'), 'bybit').rows]
const LISTING = new Map(LISTED.map((instrument) => [instrument.symbol, instrument]))
const [BTC, , INVERSE] = LISTED as [Instrument, Instrument, Instrument]
const read = (value: unknown) => openReader()(JSON.stringify(value), RECEIVED, LISTING)
const events = (name: string) => {
  const message = read(MESSAGES.body(name))
  return message.kind === 'events' ? message.events : message
}

it('lists linear and inverse perpetuals by what their sizes mean', () => {
  expect(LISTED.map(({ symbol, kind, base, unitFactor, settle }) => [symbol, kind, base, unitFactor, settle])).toEqual([
    ['BTCUSDT', 'linear', 'BTC', 1, 'USDT'],
    ['1000PEPEUSDT', 'linear', 'PEPE', 1_000, 'USDT'],
    ['BTCUSD', 'inverse', 'BTC', 1, 'BTC'],
  ])
  expect(LINEAR.refused.map(({ reason }) => reason)).toEqual(['not a perpetual: LinearFutures', 'not trading: Closed'])
})

describe('Bybit tickers', () => {
  it('carry mark price, one-sided open interest and funding', () => {
    const head = { instrument: 'bybit:BTCUSDT', exchangeTime: 1_790_000_000_000, receivedTime: RECEIVED }
    expect(events('tickersSnapshot')).toEqual([
      { ...head, kind: 'markPrice', price: 64_250, indexPrice: 64_255.2 },
      { ...head, kind: 'openInterest', size: 30_000 },
      { ...head, kind: 'funding', rate: 0.000091, nextFundingTime: 1_790_006_400_000 },
    ])
    // 30,000 * 64,250 = 1,927,500,000: what the venue itself says
    expect(30_000 * 64_250).toBe(1_927_500_000)
  })

  it('halve the open interest where the venue says only both sides', () => {
    expect(events('tickersOfBothSides')).toMatchObject([{}, { kind: 'openInterest', size: 30_000 }, {}])
  })

  it('of inverse contracts: USD become coins at the mark price, within 0.5 % of the figure of the venue', () => {
    // 512,000,000 USD / 64,000 = 8,000 BTC
    expect(events('inverseTickers')).toMatchObject([{}, { kind: 'openInterest', size: 8_000 }, { kind: 'funding' }])
  })

  it('what a change leaves out is as it was', () => {
    const reader = openReader()
    const say = (value: unknown) => {
      const message = reader(JSON.stringify(value), RECEIVED, LISTING)
      return message.kind === 'events' ? message.events : message
    }
    say(MESSAGES.body('tickersSnapshot'))
    expect(say(MESSAGES.body('tickersDelta'))).toMatchObject([
      { kind: 'markPrice', price: 64_251, indexPrice: 64_255.2 },
    ])
    const later = withPart(MESSAGES.body('tickersDelta'), ['ts'], 1_790_000_005_000)
    expect(say(later)).toMatchObject([
      { kind: 'markPrice' },
      { kind: 'openInterest', size: 30_000, exchangeTime: 1_790_000_005_000 },
      { kind: 'funding', rate: 0.000091 },
    ])
  })

  it('a change before the first snapshot says nothing', () => {
    expect(events('tickersDelta')).toMatchObject({ kind: 'unused', reason: 'a change before the first snapshot' })
  })

  it('a field that is wrong is refused alone', () => {
    const frame = withPart(MESSAGES.body('tickersSnapshot'), ['data', 'fundingRate'], 'NaN')
    expect(read(frame)).toMatchObject({
      events: [{ kind: 'markPrice' }, { kind: 'openInterest' }],
      refused: [{ kind: 'bad', symbol: 'BTCUSDT', reason: 'field fundingRate is missing or wrong' }],
    })
  })
})

describe('Bybit streams', () => {
  it('each match of a frame is a trade; the side is the taker', () => {
    expect(events('publicTrade')).toMatchObject([
      { kind: 'trade', tradeId: '0cbf2330-952d-5d03-a462-4bf826c867af', price: 64_250.1, size: 0.25, side: 'sell' },
      { price: 64_250.2, size: 0.01, side: 'buy' },
    ])
  })

  it('inverse sizes are USD, those of 1000PEPE thousands', () => {
    // 32,000 USD / 64,000 = 0.5 BTC
    expect(events('inverseTrade')).toMatchObject([{ size: 0.5, price: 64_000 }])
    expect(events('tradeOfThousands')).toMatchObject([{ size: 5_000_000, price: 0.0102 / 1_000 }])
  })

  it('the side of a liquidation is the POSITION: Buy is a long', () => {
    expect(events('allLiquidation')).toMatchObject([
      { positionSide: 'long', price: 63_990, priceKind: 'bankruptcy', bankruptcyPrice: 63_990, size: 0.5 },
      { positionSide: 'short', price: 64_900, size: 0.1 },
    ])
    // 6,400 USD / 64,000 = 0.1 BTC
    expect(events('inverseLiquidation')).toMatchObject([{ positionSide: 'short', size: 0.1 }])
  })

  it('a book counts up by one, and begins anew at 1', () => {
    expect(read(MESSAGES.body('bookSnapshot'))).toMatchObject({
      kind: 'book',
      update: {
        isSnapshot: true,
        lastId: 7_003_305,
        exchangeTime: 1_790_000_000_190,
        bids: [64_250, 2.5, 64_249.9, 0.4],
      },
    })
    expect(read(MESSAGES.body('bookDelta'))).toMatchObject({
      update: { isSnapshot: false, lastId: 7_003_306, previousLastId: 7_003_305, asks: [64_250.1, 0, 64_250.2, 0.7] },
    })
    expect(read(MESSAGES.body('bookAfterRestart'))).toMatchObject({ update: { isSnapshot: true, lastId: 1 } })
  })

  it.each([
    ['blockTrade', 'not flow: block trade'],
    ['bookOfAnotherDepth', 'not used: an order book of another depth'],
    ['kline', 'not used: kline'],
    ['unknownInstrument', 'not a followed perpetual: NEWUSDT'],
  ])('%s is left out: %s', (name, reason) => {
    expect(read(MESSAGES.body(name))).toMatchObject({ kind: 'unused', reason })
  })

  it('answers and pongs', () => {
    expect(read(MESSAGES.body('acknowledgement'))).toEqual({ kind: 'reply', id: '7' })
    expect(read(MESSAGES.body('refusal'))).toMatchObject({
      id: '8',
      problem: expect.stringContaining('handler not found'),
    })
    expect(read(MESSAGES.body('pong'))).toEqual({ kind: 'alive' })
  })
})

describe('Bybit answers', () => {
  it('klines: volume in coins', () => {
    expect(readKlines(list('klines'), BTC).rows).toMatchObject([{ volume: 81.5, close: 64_250.1 }])
    expect(readKlines(list('inverseKlines'), INVERSE).rows).toMatchObject([{ volume: 1.1 }])
  })

  it('open interest of one side, halved where only both are said, coins of inverse at the mark price then', () => {
    expect(readOpenInterestHistory(list('openInterest'), BTC, new Map()).rows.map(({ size }) => size)).toEqual([
      30_000, 29_900,
    ])
    const prices = new Map(readMarkPrices(list('markPrices'), INVERSE).rows)
    expect(readOpenInterestHistory(list('inverseOpenInterest'), INVERSE, prices).rows).toMatchObject([{ size: 8_000 }])
    expect(readOpenInterestHistory(list('inverseOpenInterest'), INVERSE, new Map())).toMatchObject({
      rows: [],
      refused: [{ reason: 'open interest in USD without a mark price' }],
    })
  })

  it('funding and trades', () => {
    expect(readFundingHistory(list('funding'), BTC).rows).toMatchObject([
      { rate: 0.0001, exchangeTime: 1_789_977_600_000 },
    ])
    expect(readTrades(list('recentTrades'), BTC).rows).toMatchObject([{ size: 0.25, side: 'sell' }])
  })

  it.each(['riskLimits', 'riskLimitsInPercent'])('%s are the same tiers', (name) => {
    // 2,000,000 * (0.0056 - 0.005) = 1,200
    const { rows } = readRiskLimits(list(name), BTC)
    expect(
      rows.map(({ notionalFloor, notionalCap, maxLeverage }) => [notionalFloor, notionalCap, maxLeverage]),
    ).toEqual([
      [0, 2_000_000, 100],
      [2_000_000, 4_000_000, 90],
    ])
    expect(rows.map(({ maintenanceRate }) => maintenanceRate)).toEqual([
      expect.closeTo(0.005, 12),
      expect.closeTo(0.0056, 12),
    ])
    expect(rows[1]?.deduction).toBeCloseTo(1_200, 6)
  })

  it('tiers whose deductions make the margin jump are refused', () => {
    const jumping = withPart(REST.body('riskLimits'), ['result', 'list', 1, 'mmDeduction'], '9999')
    const answer = listOf(jumping)
    expect(readRiskLimits('list' in answer ? answer.list : answer, BTC)).toMatchObject({
      rows: [],
      refused: [{ reason: 'tier 2: a deduction of 9999 makes the margin jump' }],
    })
  })

  it('a refusal is said with the reason of the venue', () => {
    expect(listOf(REST.body('refusal'))).toEqual({ problem: 'the venue says 10006: Too many visits!' })
  })
})
