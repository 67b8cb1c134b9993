import type { Instrument } from '@liqscope/market'
import { expect, it } from 'vitest'
import { nativeMessages, tallyOf } from '../../test/native-messages.ts'
import { openReader } from './parse.ts'
import { readInstruments } from './rest-parse.ts'

const MESSAGES = nativeMessages('mappers > map bybit messages')
const contract = (symbol: string, contractType: string, baseCoin: string, quoteCoin: string) => ({
  symbol,
  contractType,
  status: 'Trading',
  baseCoin,
  quoteCoin,
  settleCoin: contractType === 'LinearPerpetual' ? quoteCoin : baseCoin,
  priceFilter: { tickSize: '0.1' },
})
const LISTING: ReadonlyMap<string, Instrument> = new Map(
  readInstruments(
    [
      ...['BTC', 'LTC', 'PIPPIN', 'GALA'].map((base) => contract(`${base}USDT`, 'LinearPerpetual', base, 'USDT')),
      ...['BTC', 'XRP'].map((base) => contract(`${base}USD`, 'InversePerpetual', base, 'USD')),
    ],
    'bybit',
  ).rows.map((instrument) => [instrument.symbol, instrument]),
)

it.skipIf(MESSAGES === undefined)('each recorded message is an event, an answer, or left out for a reason', () => {
  const read = openReader()
  expect(MESSAGES).toHaveLength(54)
  expect(tallyOf((MESSAGES ?? []).map((text) => read(text, 1_760_000_000_000, LISTING)))).toEqual({
    trade: 4,
    markPrice: 2,
    openInterest: 3,
    funding: 2,
    liquidationOrder: 2,
    'unused: not a followed perpetual: BTCUSDU23': 2,
    'unused: not used: an order book of another depth': 5,
    // Versions 1 and 2, gone since 2023.
    'unused: not used: instrument_info': 11,
    'unused: not used: orderBookL2_25': 13,
    'unused: not used: orderBook_200': 3,
    'unused: not used: trade': 5,
    // Replaced by allLiquidation, which is complete.
    'unused: not used: liquidation': 7,
    'bad: neither topic nor answer: op undefined': 1,
  })
})
