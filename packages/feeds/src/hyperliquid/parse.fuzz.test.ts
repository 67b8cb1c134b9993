import { fixtureFile } from '../../test/fixture-file.ts'
import { fuzzParsers } from '../../test/parser-fuzz.ts'
import { openHyperliquidReader } from './parse.ts'
import { readCandles, readFundingHistory, readInstruments, readMarginSchedule } from './rest-parse.ts'

const INFO = fixtureFile(new URL('./fixtures/info.json', import.meta.url))
const { rows } = readInstruments(INFO.body('metaAndAssetCtxs'), 'hyperliquid')
const BTC = rows[0]!

fuzzParsers({
  venue: 'hyperliquid',
  frames: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)).texts,
  openReader: openHyperliquidReader,
  listing: new Map(rows.map((instrument) => [instrument.symbol, instrument])),
  answers: INFO.texts,
  rest: [
    (body) => readInstruments(body, 'hyperliquid'),
    (body) => readMarginSchedule(body, BTC, 1),
    (body) => readCandles(body, BTC),
    (body) => readFundingHistory(body, BTC),
  ],
})
