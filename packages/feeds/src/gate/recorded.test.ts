import { expect, it } from 'vitest'
import { nativeMessages, tallyOf } from '../../test/native-messages.ts'
import { readFrame } from './parse.ts'
import { readInstruments } from './rest-parse.ts'

const MESSAGES = nativeMessages('mappers > map gate-io-futures messages')
const contract = (name: string, type: string, multiplier: string) => ({
  name,
  type,
  quanto_multiplier: multiplier,
  order_price_round: '0.01',
})
const LISTING = new Map(
  [
    ...readInstruments(
      ['BTC_USDT', 'ETH_USDT', 'COMP_USDT', 'BSV_USDT'].map((name) => contract(name, 'direct', '0.0001')),
      'gate',
      'usdt',
    ).rows,
    ...readInstruments([contract('BTC_USD', 'inverse', '0')], 'gate', 'btc').rows,
  ].map((instrument) => [instrument.symbol, instrument]),
)

it.skipIf(MESSAGES === undefined)('each recorded message is an event, an answer, or left out for a reason', () => {
  expect(MESSAGES).toHaveLength(22)
  expect(tallyOf((MESSAGES ?? []).map((text) => readFrame(text, 1_760_000_000_000, LISTING)))).toEqual({
    trade: 5,
    markPrice: 2,
    openInterest: 2,
    funding: 2,
    reply: 3,
    'unused: not used: futures.order_book (the book is kept from futures.order_book_update)': 10,
    'unused: not used: futures.book_ticker (the book has the best prices)': 2,
    // A quanto contract of 2020 to 2022: worth ETC, settled in BTC.
    'unused: not a followed perpetual: ETC_USD': 3,
  })
})
