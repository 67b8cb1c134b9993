import type { MarketJson } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { marketOver, marketWith, venuesOf } from './venues.ts'

const market = (id: string, sumOf: string[] | null = null, choiceOf: string | null = null) =>
  ({ id, base: 'BTC', quote: sumOf ? 'USD' : 'USDT', simulated: false, sumOf, choiceOf }) as unknown as MarketJson

const MEMBERS = ['binance:BTCUSDT', 'okx:BTC-USDT-SWAP', 'bybit:BTCUSDT']
const [BINANCE, OKX, BYBIT] = MEMBERS as [string, string, string]
const SUM = market('all:BTC', MEMBERS)
const CHOICE = market('all:BTC@binance,okx', [BINANCE, OKX], 'all:BTC')
const MARKETS = [...MEMBERS.map((id) => market(id)), SUM, CHOICE]

describe('the venues that are counted', () => {
  it.each([
    [SUM, MEMBERS],
    [CHOICE, [BINANCE, OKX]],
    [MARKETS[2]!, [BYBIT]],
  ])('are those of the market on screen', (shown, counted) => {
    const venues = venuesOf(MARKETS, shown)
    expect(venues.sum).toBe(SUM)
    expect(venues.members.map(({ id }) => id)).toEqual(MEMBERS)
    expect(venues.counted).toEqual(counted)
  })

  it.each([
    [SUM, BYBIT, 'all:BTC@binance,okx'],
    [CHOICE, BYBIT, 'all:BTC'],
    [CHOICE, OKX, BINANCE],
    [MARKETS[1]!, BINANCE, 'all:BTC@binance,okx'],
    [MARKETS[1]!, OKX, undefined],
  ])('change by one, and the last one stays', (shown, id, next) => {
    expect(marketWith(venuesOf(MARKETS, shown), id)).toBe(next)
  })

  it('of a coin that one exchange alone has are that one', () => {
    const alone = market('file:BTCUSDT')
    const venues = venuesOf([alone], alone)
    expect(venues).toEqual({ sum: undefined, members: [alone], counted: [alone.id] })
    expect(marketOver(venues, [alone.id])).toBe(alone.id)
  })
})
