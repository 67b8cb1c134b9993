import { conformance } from '../../test/conformance.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { readInstruments } from './rest-parse.ts'

const rest = fixtureFile(new URL('./fixtures/rest.json', import.meta.url))
conformance('gate', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: [
    ...readInstruments(rest.body('contracts'), 'gate', 'usdt').rows,
    ...readInstruments(rest.body('contractsInBtc'), 'gate', 'btc').rows,
  ],
  acknowledge: ({ id, channel, payload }) => [
    { time: 1_790_000_000, id, channel, event: 'subscribe', payload, error: null, result: { status: 'success' } },
  ],
})
