import { conformance } from '../../test/conformance.ts'
import { REFUSAL, type ScriptedBook } from '../../test/conformance-faults.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { isRecord } from '../wire-values.ts'
import { readInstruments } from './rest-parse.ts'

const listed = fixtureFile(new URL('./fixtures/rest.json', import.meta.url)).payload('instruments')
conformance('okx', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: readInstruments(listed.data, 'okx').rows,
  acknowledge: ({ id, args }) =>
    (Array.isArray(args) ? args : [])
      .filter(isRecord)
      .map((arg) => ({ id, event: 'subscribe', arg, connId: 'a4d3ae55' })),
  refuse: ({ id, args }, stream) =>
    (Array.isArray(args) ? args : [])
      .filter(isRecord)
      .map((arg) =>
        stream === `${String(arg.channel)}:${String(arg.instId)}`
          ? { id, event: 'error', code: '60018', msg: `${REFUSAL}: ${JSON.stringify(arg)}`, connId: 'a4d3ae55' }
          : { id, event: 'subscribe', arg, connId: 'a4d3ae55' },
      ),
  book: { whole: (book) => bookOf('snapshot', -1, book), change: (book) => bookOf('update', book.position - 1, book) },
})

function bookOf(action: string, prevSeqId: number, { symbol, position, time, bids, asks }: ScriptedBook) {
  const rows = (side: ScriptedBook['bids']) => side.map(([price, size]) => [price, size, '0', '1'])
  const data = [{ asks: rows(asks), bids: rows(bids), ts: String(time), checksum: 0, prevSeqId, seqId: position }]
  return { arg: { channel: 'books', instId: symbol }, action, data }
}
