import { fixtureFile } from '../../test/fixture-file.ts'
import { fuzzParsers } from '../../test/parser-fuzz.ts'
import { readFrame } from './parse.ts'
import { readCandles, readFundingHistory, readInstruments, readMarginSchedule, readTrades } from './rest-parse.ts'

const REST = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
const linear = readInstruments(REST.body('contracts'), 'bitget', 'usdt-futures').rows
const inverse = readInstruments(REST.body('coinContracts'), 'bitget', 'coin-futures').rows

fuzzParsers({
  venue: 'bitget',
  frames: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)).texts,
  openReader: () => readFrame,
  listing: new Map([...linear, ...inverse].map((instrument) => [instrument.symbol, instrument])),
  answers: REST.texts,
  rest: [
    (body) => readInstruments(body, 'bitget', 'usdt-futures'),
    (body) => readInstruments(body, 'bitget', 'coin-futures'),
    (body) => readCandles(body, inverse[0]!),
    (body) => readFundingHistory(body, linear[0]!),
    (body) => readTrades(body, inverse[0]!),
    (body) => readMarginSchedule(body, linear[0]!, 1),
  ],
})
