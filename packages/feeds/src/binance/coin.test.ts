import { baseSize, type Instrument } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { fixtureFile } from '../../test/fixture-file.ts'
import { recorded } from '../../test/recorded.ts'
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
import { routeUrl, streamsOf } from './subscribe.ts'

const COIN = fixtureFile(new URL('./fixtures/coin.json', import.meta.url))
const RECEIVED = 1_790_000_000_150
const LISTED = readInstruments(COIN.body('exchangeInfo'), 'binance')
const PERP = LISTED.rows[0] as Instrument
const read = (name: string) => readFrame(JSON.stringify(COIN.body(name)), RECEIVED, new Map([[PERP.symbol, PERP]]))

describe('a coin-margined contract of Binance', () => {
  it('is 100 USD, settled in the coin; dated ones are refused', () => {
    expect(LISTED.rows).toMatchObject([
      { id: 'binance:BTCUSD_PERP', kind: 'inverse', contractSize: 100, base: 'BTC', quote: 'USD', settle: 'BTC' },
    ])
    expect(LISTED.refused.map(({ reason }) => reason)).toEqual(['not a perpetual: CURRENT_QUARTER'])
  })

  it('has its own host, without the routes of USD-M', () => {
    const addresses = { restUrl: '', wsUrl: 'wss://u', inverseWsUrl: 'wss://coin' }
    expect(new Set(streamsOf(PERP).map(({ route }) => routeUrl(addresses, route)))).toEqual(new Set(['wss://coin/ws']))
  })

  it('counts contracts: trades and forced orders become coins at their price', () => {
    // 320 * 100 USD / 64,000 = 0.5 BTC
    expect(read('aggTrade')).toMatchObject({ events: [{ kind: 'trade', size: 0.5, side: 'sell', tradeId: '4773826' }] })
    // 64 * 100 USD / 64,000 = 0.1 BTC
    expect(read('forceOrder')).toMatchObject({
      events: [{ positionSide: 'short', price: 64_000, priceKind: 'average', bankruptcyPrice: 64_500, size: 0.1 }],
    })
    expect(read('markPrice')).toMatchObject({ events: [{ price: 64_000, indexPrice: 64_020 }, { rate: 0.0001 }] })
  })

  it('has open interest in contracts now and in coins in history, within 0.5 % of the USD they stand for', () => {
    const now = readOpenInterest(COIN.body('openInterest'), PERP, RECEIVED, 64_000)
    // 5,120,000 * 100 USD / 64,000 = 8,000 BTC
    expect(now.rows).toMatchObject([{ size: 8_000 }])
    expect(readOpenInterest(COIN.body('openInterest'), PERP, RECEIVED)).toMatchObject({
      rows: [],
      refused: [{ reason: 'contracts in USD before the first mark price' }],
    })
    const [stamp] = readOpenInterestHistory(COIN.body('openInterestHistory'), PERP).rows
    expect(Math.abs(((stamp?.size ?? 0) * 64_000) / (5_120_000 * 100) - 1)).toBeLessThan(0.005)
  })

  it('has bars whose volume is coins as they were, not contracts at the last price', () => {
    // 640 * 100 USD at the close of 50,000 would be 1.28
    expect(readKlines(COIN.body('klines'), PERP).rows).toMatchObject([{ volume: 1.1, takerBuyVolume: 0.6 }])
  })
})

const RESPONSES = recorded('binance-rest-responses.json')

it.skipIf(RESPONSES === undefined)('the recorded answers of COIN-M are read row by row', () => {
  const all: unknown = JSON.parse(RESPONSES ?? 'null')
  const routes = isRecord(all) && isRecord(all.routes) ? all.routes : {}
  const answers = (path: string) => {
    const methods = routes[path]
    return (isRecord(methods) ? Object.values(methods) : [])
      .flat()
      .flatMap((answer) => (isRecord(answer) ? [answer.data] : []))
  }
  const listed = readInstruments(answers('/dapi/v1/exchangeInfo')[0], 'binance')
  const listing = new Map(listed.rows.map((instrument) => [instrument.symbol, instrument]))
  const perp = listing.get('BTCUSD_PERP')
  if (perp === undefined) throw new Error('BTCUSD_PERP is not listed')
  const rows = (path: string, read: (body: unknown) => { rows: readonly unknown[] }) =>
    answers(path).reduce<number>((sum, body) => sum + read(body).rows.length, 0)
  expect({
    perpetuals: listed.rows.length,
    trades: rows('/dapi/v1/aggTrades', (body) => readAggTrades(body, perp)),
    books: rows('/dapi/v1/depth', readDepthSnapshot),
    funding: rows('/dapi/v1/fundingRate', (body) => readFundingHistory(body, perp)),
    bars: rows('/dapi/v1/klines', (body) => readKlines(body, perp)),
    openInterest: rows('/dapi/v1/openInterest', (body) => readOpenInterest(body, perp, RECEIVED, 42_000)),
    marks: rows('/dapi/v1/premiumIndex', (body) => readPremiumIndex(body, listing, RECEIVED)),
  }).toEqual({ perpetuals: 24, trades: 5, books: 3, funding: 60, bars: 16, openInterest: 1, marks: 3 })
  // The coins that Binance says of each bar are what its contracts are worth at the bar's prices.
  const asked = isRecord(routes['/dapi/v1/klines']) ? Object.values(routes['/dapi/v1/klines']).flat() : []
  let compared = 0
  for (const answer of asked) {
    if (!isRecord(answer) || !String(answer.queryString).includes('BTCUSD_PERP')) continue
    for (const bar of readKlines(answer.data, perp).rows) {
      const rows: unknown[] = Array.isArray(answer.data) ? answer.data : []
      const row = rows.find((one) => Array.isArray(one) && one[0] === bar.exchangeTime)
      const contracts = Number(Array.isArray(row) ? row[5] : Number.NaN)
      expect(bar.volume).toBeLessThanOrEqual(baseSize(perp, contracts, bar.low) * (1 + 1e-9))
      expect(bar.volume).toBeGreaterThanOrEqual(baseSize(perp, contracts, bar.high) * (1 - 1e-9))
      compared++
    }
  }
  expect(compared).toBeGreaterThan(0)
})
