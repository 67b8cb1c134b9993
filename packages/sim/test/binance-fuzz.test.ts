import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binanceDialect, SimMarket } from '../src/index.ts'
import { MarketRecord } from '../src/record/market-record.ts'
import { T0 } from './venue.ts'

describe('hostile input', () => {
  const market = new SimMarket({ seed: 1, symbol: 'BTCUSDT', startTime: T0 })
  const record = new MarketRecord()
  market.run(T0 + 600_000, (event) => record.apply(event))
  const open = () =>
    binanceDialect.open([{ market, record, listing: { listed: true, unitFactor: 1 } }], () => market.time)

  const PATHS = ['klines', 'depth', 'aggTrades', 'premiumIndex', 'openInterest', 'fundingRate', 'ticker/24hr', 'x']
  const NAMES = ['symbol', 'interval', 'period', 'startTime', 'endTime', 'fromId', 'limit', '__proto__']
  const value = fc.oneof(
    fc.constantFrom('BTCUSDT', '1m', '5m', '1d', '0', '-1', '1e400', 'NaN', '', '99999999999999999999', String(T0)),
    fc.string({ unit: 'binary', maxLength: 30 }),
  )

  it('is answered by REST with JSON and a status of its own, never by an exception or a NaN', () => {
    const service = open()
    const query = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 6 })
    const path = fc.oneof(
      fc.constantFrom(...PATHS.map((name) => `/fapi/v1/${name}`), '/futures/data/openInterestHist'),
      fc.string().map((text) => `/fapi/${text}`),
    )
    let client = 0
    fc.assert(
      fc.property(path, query, (asked, pairs) => {
        // A new client each time, or the budget would answer for the routes.
        const reply = service.answer({
          method: 'GET',
          path: asked,
          query: new URLSearchParams(pairs),
          body: '',
          client: String(client++),
          time: market.time,
        })
        expect([200, 400, 404]).toContain(reply?.status)
        const body = reply?.body ?? ''
        expect(() => JSON.parse(body)).not.toThrow()
        expect(body).not.toMatch(/NaN|Infinity|:null/)
      }),
      { numRuns: 1500 },
    )
  })

  it('is answered by the socket with one message, never by an exception', () => {
    const service = open()
    const sent: string[] = []
    const session = service.accept('/market/ws', new URLSearchParams(), {
      send: (text) => sent.push(text),
      close: () => {},
    })
    const method = fc.constantFrom('SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'GET_PROPERTY', '__proto__', 7)
    const message = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ method, params: fc.anything(), id: fc.anything() }, { requiredKeys: [] }).map(textOf),
      fc.record({ method, params: fc.array(fc.string()), id: fc.nat() }).map(textOf),
    )
    fc.assert(
      fc.property(message, (text) => {
        sent.length = 0
        session?.receive(text)
        expect(sent).toHaveLength(1)
        expect(() => JSON.parse(sent[0] ?? '')).not.toThrow()
      }),
      { numRuns: 1500 },
    )
  })
})

/** JSON where there is one: bigints and cycles have none. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return '{'
  }
}
