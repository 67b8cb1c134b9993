import { conformance } from '../../test/conformance.ts'
import { REFUSAL, type ScriptedBook } from '../../test/conformance-faults.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { listOf, readInstruments } from './rest-parse.ts'

const rest = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
conformance('bybit', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: ['instruments', 'inverseInstruments'].flatMap((name) => {
    const answer = listOf(rest.body(name))
    return readInstruments('list' in answer ? answer.list : undefined, 'bybit').rows
  }),
  acknowledge: ({ req_id }) => [{ success: true, ret_msg: '', conn_id: 'f428f979', req_id, op: 'subscribe' }],
  refuse: ({ req_id }) => [{ success: false, ret_msg: REFUSAL, conn_id: 'f428f979', req_id, op: 'subscribe' }],
  book: { whole: (book) => bookOf('snapshot', book), change: (book) => bookOf('delta', book) },
})

function bookOf(type: string, { symbol, position, time, bids, asks }: ScriptedBook) {
  const data = { s: symbol, b: bids, a: asks, u: position, seq: position }
  return { topic: `orderbook.200.${symbol}`, type, ts: time, data, cts: time }
}
