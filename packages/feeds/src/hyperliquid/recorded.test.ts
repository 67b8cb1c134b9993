import { expect, it } from 'vitest'
import { nativeMessages, tallyOf } from '../../test/native-messages.ts'
import { openHyperliquidReader } from './parse.ts'
import { readInstruments } from './rest-parse.ts'

const MESSAGES = nativeMessages('map hyperliquid messages')
const UNIVERSE = ['FXS', 'BTC', 'SHIA', 'BANANA', 'MOODENG'].map((name) => ({ name, szDecimals: 1, maxLeverage: 5 }))
const LISTING = new Map(
  readInstruments([{ universe: UNIVERSE }, []], 'hyperliquid').rows.map((instrument) => [
    instrument.symbol,
    instrument,
  ]),
)

it.skipIf(MESSAGES === undefined)('each recorded message is an event, a book, or left out for a reason', () => {
  const read = openHyperliquidReader()
  expect(MESSAGES).toHaveLength(10)
  expect(tallyOf((MESSAGES ?? []).map((text) => read(text, 1_760_000_000_000, LISTING)))).toEqual({
    trade: 6,
    markPrice: 1,
    openInterest: 1,
    funding: 1,
    book: 2,
    'unused: not used: a spot market': 1,
    'unused: not used: bbo (l2Book carries twenty levels)': 2,
  })
})
