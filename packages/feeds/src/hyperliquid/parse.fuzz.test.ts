import { describe } from 'vitest'
import { fixtureFile } from '../../test/fixture-file.ts'
import { fuzzParsers } from '../../test/parser-fuzz.ts'
import { readEach } from '../venue/message.ts'
import { openHyperliquidReader } from './parse.ts'
import { readCandles, readFundingHistory, readInstruments, readMarginSchedule } from './rest-parse.ts'
import { readTruthFrame } from './truth/frames.ts'
import { readPositions } from './truth/positions.ts'

const INFO = fixtureFile(new URL('./fixtures/info.json', import.meta.url))
const { rows } = readInstruments(INFO.body('metaAndAssetCtxs'), 'hyperliquid')
const BTC = rows[0]!

const MESSAGES = fixtureFile(new URL('./fixtures/messages.json', import.meta.url))
const LISTING = new Map(rows.map((instrument) => [instrument.symbol, instrument]))

fuzzParsers({
  venue: 'hyperliquid',
  frames: MESSAGES.texts,
  openReader: openHyperliquidReader,
  listing: LISTING,
  answers: INFO.texts,
  rest: [
    (body) => readInstruments(body, 'hyperliquid'),
    (body) => readMarginSchedule(body, BTC, 1),
    (body) => readCandles(body, BTC),
    (body) => readFundingHistory(body, BTC),
  ],
})

describe('the truth', () => {
  fuzzParsers({
    venue: 'hyperliquid',
    frames: MESSAGES.texts.filter((text) => text.includes('ills')),
    openReader: () => (text, receivedTime, listing) => {
      const { fills, refused } = readTruthFrame(text, receivedTime, listing)
      return readEach([...fills.map(({ order }) => order), ...refused], (part) => part)
    },
    listing: LISTING,
    answers: [JSON.stringify(INFO.body('clearinghouseState'))],
    rest: [(body) => readPositions(body, '0xb1', LISTING)],
  })
})
