import { conformance } from '../../test/conformance.ts'
import { REFUSAL } from '../../test/conformance-faults.ts'
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
  refuse: ({ id, channel, payload }) => [
    {
      time: 1_790_000_000,
      id,
      channel,
      event: 'subscribe',
      payload,
      error: { code: 2, message: REFUSAL },
      result: null,
    },
  ],
  book: {
    restPath: '/order_book',
    whole: ({ position, time, bids, asks }) => {
      const seconds = time / 1_000
      return { id: position, current: seconds, update: seconds, bids: bids.map(levelOf), asks: asks.map(levelOf) }
    },
    change: ({ symbol, position, time, bids, asks }) => ({
      time: Math.floor(time / 1_000),
      time_ms: time,
      channel: 'futures.order_book_update',
      event: 'update',
      result: { t: time, s: symbol, U: position, u: position, l: '100', b: bids.map(levelOf), a: asks.map(levelOf) },
    }),
  },
})

function levelOf([p, s]: readonly [string, string]) {
  return { p, s }
}
