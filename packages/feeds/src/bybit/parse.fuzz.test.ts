import { fixtureFile } from '../../test/fixture-file.ts'
import { fuzzParsers } from '../../test/parser-fuzz.ts'
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

const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const listIn = (body: unknown) => {
  const answer = listOf(body)
  return 'list' in answer ? answer.list : body
}
const instruments = ['instruments', 'inverseInstruments'].flatMap(
  (name) => readInstruments(listIn(REST.body(name)), 'bybit').rows,
)
const [LINEAR, INVERSE] = [instruments[0]!, instruments.at(-1)!]

fuzzParsers({
  venue: 'bybit',
  frames: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)).texts,
  openReader,
  listing: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
  answers: REST.texts,
  rest: [
    (body) => readInstruments(listIn(body), 'bybit'),
    (body) => readKlines(listIn(body), INVERSE),
    (body) => readOpenInterestHistory(listIn(body), INVERSE, new Map([[1_789_999_800_000, 64_000]])),
    (body) => readMarkPrices(listIn(body), INVERSE),
    (body) => readFundingHistory(listIn(body), LINEAR),
    (body) => readTrades(listIn(body), INVERSE),
    (body) => readRiskLimits(listIn(body), LINEAR),
  ],
})
