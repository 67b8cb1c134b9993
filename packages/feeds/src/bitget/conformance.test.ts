import { conformance } from '../../test/conformance.ts'
import { REFUSAL, type ScriptedBook } from '../../test/conformance-faults.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { readInstruments } from './rest-parse.ts'
import { streamName } from './subscribe.ts'

const rest = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
conformance('bitget', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: [
    ...readInstruments(rest.body('contracts'), 'bitget', 'usdt-futures').rows,
    ...readInstruments(rest.body('coinContracts'), 'bitget', 'coin-futures').rows,
  ],
  acknowledge: ({ args }) => (Array.isArray(args) ? args : []).map((arg: unknown) => ({ event: 'subscribe', arg })),
  refuse: ({ args }, stream) =>
    (Array.isArray(args) ? args : []).map((arg: unknown) =>
      streamName(arg) === stream ? { event: 'error', arg, code: '30001', msg: REFUSAL } : { event: 'subscribe', arg },
    ),
  book: { whole: (book) => bookOf('snapshot', 0, book), change: (book) => bookOf('update', book.position - 1, book) },
})

function bookOf(action: string, pseq: number, { symbol, position, time, bids, asks }: ScriptedBook) {
  const arg = { instType: 'usdt-futures', topic: 'books', symbol }
  return { action, arg, data: [{ a: asks, b: bids, checksum: 0, seq: position, pseq, ts: String(time) }], ts: time }
}
