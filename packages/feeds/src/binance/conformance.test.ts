import { conformance } from '../../test/conformance.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { LISTING } from '../../test/instruments.ts'

conformance('binance', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: [...LISTING.values()],
  acknowledge: ({ id }) => [{ result: null, id }],
})
