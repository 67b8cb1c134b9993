import { fixtureFile } from '../../test/fixture-file.ts'
import { fuzzParsers } from '../../test/parser-fuzz.ts'
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

const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const instruments = [
  ...readInstruments(REST.body('contracts'), 'gate', 'usdt').rows,
  ...readInstruments(REST.body('contractsInBtc'), 'gate', 'btc').rows,
]
const LINEAR = instruments[0]!
const INVERSE = instruments.at(-1)!

fuzzParsers({
  venue: 'gate',
  frames: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)).texts,
  openReader: () => readFrame,
  listing: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
  answers: REST.texts,
  rest: [
    (body) => readInstruments(body, 'gate', 'usdt'),
    (body) => readInstruments(body, 'gate', 'btc'),
    (body) => readCandles(body, INVERSE),
    (body) => readOpenInterestHistory(body, INVERSE),
    (body) => readFundingHistory(body, LINEAR),
    (body) => readTrades(body, LINEAR),
    (body) => readDepthSnapshot(body),
    (body) => readMarginSchedule(body, LINEAR, 1),
  ],
})
