import { conformance } from '../../test/conformance.ts'
import { REFUSAL } from '../../test/conformance-faults.ts'
import { fixtureFile } from '../../test/fixture-file.ts'
import { LISTING } from '../../test/instruments.ts'

conformance('binance', {
  messages: fixtureFile(new URL('./fixtures/messages.json', import.meta.url)),
  instruments: [...LISTING.values()],
  acknowledge: ({ id }) => [{ result: null, id }],
  refuse: ({ id }) => [{ error: { code: 2, msg: REFUSAL }, id }],
  book: {
    restPath: '/depth',
    whole: ({ position, time, bids, asks }) => ({ lastUpdateId: position, E: time, T: time, bids, asks }),
    change: ({ symbol, position, time, bids, asks }) => ({
      e: 'depthUpdate',
      E: time,
      T: time,
      s: symbol,
      U: position,
      u: position,
      pu: position - 1,
      b: bids,
      a: asks,
    }),
  },
})
