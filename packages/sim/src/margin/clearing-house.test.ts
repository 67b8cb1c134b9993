import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClearingHouse } from './clearing-house.ts'

describe('ClearingHouse', () => {
  it('realises profit, sets margin aside and takes the fee', () => {
    const house = new ClearingHouse()
    const trader = house.register('trader')
    const maker = house.register('maker')
    trader.leverage = 10
    // Buys 10 lots at 1,000 ticks: cost 10,000, margin 1,000, fee 5; the deposit covers what the wallet lacks.
    house.fill(trader, 10, 1000, 0.0005)
    house.fill(maker, -10, 1000, 0)
    expect(trader).toMatchObject({ lots: 10, cost: 10_000, margin: 1000, wallet: 1000 })
    // Sells 4 at 1,100: profit 4 x 100 = 400, fee 2.2 -> 2; margin left 1,000 - floor(400) = 600.
    house.fill(trader, -4, 1100, 0.0005)
    house.fill(maker, 4, 1100, 0)
    expect(trader).toMatchObject({ lots: 6, cost: 6000, margin: 600, wallet: 1398 })
    expect(house.ledger(1100)).toMatchObject({ deposited: 1005, fees: 7, longLots: 6, shortLots: 6 })
  })

  it('flips a position: what is closed is realised, the rest opens at the new price', () => {
    const house = new ClearingHouse()
    const maker = house.register('maker')
    house.fill(maker, 5, 100, 0)
    house.fill(maker, -8, 110, 0)
    expect(maker).toMatchObject({ lots: -3, cost: -330, wallet: 50 })
  })

  it('keeps every atom and as many longs as shorts, whatever is traded and paid', () => {
    const deal = fc.record({
      seller: fc.nat(5),
      buyer: fc.nat(5),
      lots: fc.integer({ min: 1, max: 1_000_000 }),
      tick: fc.integer({ min: 1, max: 1_500_000 }),
      fee: fc.constantFrom(0, 0.0002, 0.0005),
      next: fc.constantFrom('nothing', 'funding', 'close', 'pay'),
    })
    fc.assert(
      fc.property(fc.array(deal, { maxLength: 60 }), (deals) => {
        const house = new ClearingHouse()
        const accounts = (['trader', 'trader', 'trader', 'maker', 'hedger', 'insurance'] as const).map((kind) =>
          house.register(kind),
        )
        accounts.forEach((account, at) => {
          account.leverage = at + 1
          account.isolated = at % 2 === 0
        })
        for (const { seller, buyer, lots, tick, fee, next } of deals) {
          if (seller === buyer) continue
          house.fill(accounts[seller]!, -lots, tick, fee)
          house.fill(accounts[buyer]!, lots, tick, 0)
          if (next === 'funding') house.payFunding(0.000_123_45, tick + 0.37)
          if (next === 'pay') house.pay(accounts[seller]!, house.insurance, 12_345)
          if (next === 'close' && accounts[buyer]!.lots === 0) house.close(accounts[buyer]!)
          const { wallets, unrealised, fees, deposited, longLots, shortLots } = house.ledger(tick)
          expect(wallets + unrealised + fees - deposited).toBe(0)
          expect(longLots).toBe(shortLots)
          expect(longLots).toBe(house.accounts.reduce((sum, account) => sum + Math.max(0, account.lots), 0))
        }
      }),
      { numRuns: 300 },
    )
  })
})
