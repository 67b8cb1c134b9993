import { conformance } from '../../test/conformance.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { readInstruments } from './rest-parse.ts'

const rest = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
conformance('bitget', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: [
    ...readInstruments(rest.body('contracts'), 'bitget', 'usdt-futures').rows,
    ...readInstruments(rest.body('coinContracts'), 'bitget', 'coin-futures').rows,
  ],
  acknowledge: ({ args }) => (Array.isArray(args) ? args : []).map((arg: unknown) => ({ event: 'subscribe', arg })),
})
