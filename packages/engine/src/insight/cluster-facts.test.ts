import { expect, test } from 'vitest'
import { hillMap } from '../testing/hill-map.ts'
import { hillView } from '../testing/hill-view.ts'
import { bandFacts } from './cluster-facts.ts'

test('a band of a sum is split by venue: markets of one venue are one, simulated protocols are told apart', () => {
  const hills = [[250, 10, 1e6]] as const
  const { price, short } = hillMap([...hills])
  const markets = ['binance:BTCUSDT', 'binance:BTCUSDC', 'sim:BTC@gate', 'sim:BTC@okx'] as const
  const parts = [0.1, 0.2, 0.3, 0.4]
  const map = {
    shares: markets.map((market) => ({ market, weight: 1, at: 0, price, basis: 0 })),
    byVenue: Float64Array.from(parts.flatMap((part) => Array.from(short, (value) => part * value))),
  }
  const view = hillView([...hills], { map })
  const band = { side: 'short', low: price, high: price * 1.05, notional: 500 } as const
  const { byVenue } = bandFacts(view, band)
  expect(byVenue?.map(({ venue }) => venue)).toEqual(['binance', 'sim gate', 'sim okx'])
  byVenue?.forEach(({ notional }, i) => {
    expect(notional).toBeCloseTo([150, 150, 200][i]!, 6)
  })
})
