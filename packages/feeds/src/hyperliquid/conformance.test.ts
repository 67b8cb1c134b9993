import { conformance } from '../../test/conformance.ts'
import { REFUSAL } from '../../test/conformance-faults.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { readInstruments } from './rest-parse.ts'

const info = fixtureFile(new URL('./fixtures/info.json', import.meta.url))
conformance('hyperliquid', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: readInstruments(info.body('metaAndAssetCtxs'), 'hyperliquid').rows,
  acknowledge: ({ subscription }) => [{ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription } }],
  refuse: ({ subscription }) => [{ channel: 'error', data: `${REFUSAL} ${JSON.stringify(subscription)}` }],
  book: { without: 'every message is the whole book and has no number: a missed one leaves no hole' },
})
