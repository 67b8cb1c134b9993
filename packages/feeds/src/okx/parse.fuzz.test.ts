import { fixtureFile } from '../../test/fixture-file.ts'
import { fuzzParsers } from '../../test/parser-fuzz.ts'
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

const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const dataIn = (body: unknown) => {
  const answer = dataOf(body)
  return 'data' in answer ? answer.data : body
}
const instruments = readInstruments(dataIn(REST.body('instruments')), 'okx').rows
const [LINEAR, INVERSE] = [instruments[0]!, instruments[1]!]

fuzzParsers({
  venue: 'okx',
  frames: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)).texts,
  openReader: () => readFrame,
  listing: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
  answers: REST.texts,
  rest: [
    (body) => readInstruments(dataIn(body), 'okx'),
    (body) => readCandles(dataIn(body), INVERSE),
    (body) => readOpenInterestHistory(dataIn(body), INVERSE),
    (body) => readFundingHistory(dataIn(body), LINEAR),
    (body) => readMarkPrice(dataIn(body), LINEAR, 1_790_000_000_000),
    (body) => readTrades(dataIn(body), INVERSE),
    (body) => readPositionTiers(dataIn(body), LINEAR, 64_000),
  ],
})
