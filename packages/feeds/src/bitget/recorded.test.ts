import { expect, it } from 'vitest'
import { nativeMessages, tallyOf } from '../../test/native-messages.ts'
import { readFrame } from './parse.ts'
import { readInstruments } from './rest-parse.ts'

const CLASSIC = nativeMessages('map bitget-futures messages')
const V3 = nativeMessages('map bitget-futures v3 messages')
const LISTING = new Map(
  readInstruments(
    {
      code: '00000',
      data: ['BTC', 'APE', 'IP'].map((baseCoin) => ({
        symbol: `${baseCoin}USDT`,
        baseCoin,
        quoteCoin: 'USDT',
        symbolType: 'perpetual',
        symbolStatus: 'normal',
        pricePlace: '1',
        priceEndStep: '1',
      })),
    },
    'bitget',
    'usdt-futures',
  ).rows.map((instrument) => [instrument.symbol, instrument]),
)
const read = (text: string) => readFrame(text, 1_777_400_000_000, LISTING)

it.skipIf(V3 === undefined)('each recorded v3 message is an event, a book, or left out for a reason', () => {
  expect(V3).toHaveLength(7)
  expect(tallyOf((V3 ?? []).map(read))).toEqual({
    trade: 1,
    markPrice: 1,
    openInterest: 1,
    funding: 1,
    liquidationOrder: 2,
    book: 2,
    'unused: trades from before the subscription': 1,
    'unused: not used: books1 (books carries the whole book)': 1,
  })
})

it.skipIf(V3 === undefined)(
  'the recorded forced orders have sizes that their contracts allow: the amount is quote',
  () => {
    const orders = (V3 ?? []).map(read).flatMap((message) => (message.kind === 'events' ? message.events : []))
    const sizes = orders.flatMap((event) => (event.kind === 'liquidationOrder' ? [event.size] : []))
    // 13.70319 USDT / 0.1649 and 143.330431857868 USDT / 0.500280739469, to a tenth each
    expect(sizes.map((size) => Number(size.toFixed(9)))).toEqual([83.1, 286.5])
  },
)

it.skipIf(CLASSIC === undefined)(
  'each recorded message of the v2 socket is left out: the feed does not ask for it',
  () => {
    expect(CLASSIC).toHaveLength(11)
    expect(tallyOf((CLASSIC ?? []).map(read))).toEqual({
      'unused: not used: an answer of the v2 socket (the feed listens to v3)': 3,
      "unused: not used: the v2 socket's trade (the feed listens to v3)": 1,
      "unused: not used: the v2 socket's books (the feed listens to v3)": 2,
      "unused: not used: the v2 socket's books1 (the feed listens to v3)": 2,
      "unused: not used: the v2 socket's books15 (the feed listens to v3)": 1,
      "unused: not used: the v2 socket's ticker (the feed listens to v3)": 2,
    })
  },
)
