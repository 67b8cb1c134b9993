import { conformance } from '../../test/conformance.ts'
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
})
