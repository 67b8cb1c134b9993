import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SIM_CONTRACTS } from '../core/contract.ts'
import { Account } from './account.ts'
import { LiquidationRule } from './liquidation-price.ts'

const contract = SIM_CONTRACTS[0]!
const rule = new LiquidationRule(contract)

/** Prices in ticks of 0.1, sizes in lots of 0.001: 1 quote is 10,000 atoms. */
function position(lots: number, entryTick: number, margin: number): Account {
  const account = new Account(0, 'trader')
  account.lots = lots
  account.cost = lots * entryTick
  account.margin = margin
  account.wallet = margin
  return account
}

describe('LiquidationRule', () => {
  it('follows the worked lines', () => {
    // Long 1 BTC at 50,000 with 5,000, tier m = 0.004, c = 0: (50,000 - 5,000) / (1 - 0.004) = 45,180.7229
    expect(rule.liquidationTick(position(1000, 500_000, 50_000_000)) / 10).toBeCloseTo(45_180.7229, 3)
    // Short 1 BTC at 50,000 with 5,000: (50,000 + 5,000) / (1 + 0.004) = 54,780.8765
    expect(rule.liquidationTick(position(-1000, 500_000, 50_000_000)) / 10).toBeCloseTo(54_780.8765, 3)
    // Long 20 BTC at 50,000 with 100,000. Notional at P is near 900,000: m = 0.0065, c = 1,500.
    // (1,000,000 - 100,000 - 1,500) / (20 x 0.9935) = 45,218.9230
    expect(rule.liquidationTick(position(20_000, 500_000, 1_000_000_000)) / 10).toBeCloseTo(45_218.923, 3)
  })

  it('uses the tier at the liquidation price, not at entry', () => {
    // Short 5.5 BTC at 50,000: 275,000 at entry is tier 1, 330,000 at P is tier 2: m = 0.005, c = 300.
    // (275,000 + 60,000 + 300) / (5.5 x 1.005) = 60,660.3347
    expect(rule.liquidationTick(position(-5500, 500_000, 600_000_000)) / 10).toBeCloseTo(60_660.3347, 3)
  })

  it('knows no price for a long whose margin covers it whole', () => {
    expect(rule.liquidationTick(position(1000, 500_000, 500_000_001))).toBeNaN()
  })

  it('puts the bankruptcy price where the margin is gone', () => {
    expect(rule.bankruptcyTick(position(1000, 500_000, 50_000_000)) / 10).toBe(45_000)
    expect(rule.bankruptcyTick(position(-1000, 500_000, 50_000_000)) / 10).toBe(55_000)
  })

  it('is where the margin balance equals the maintenance margin, for any position', () => {
    const anyPosition = fc.record({
      lots: fc.integer({ min: 1, max: 500_000 }),
      long: fc.boolean(),
      entryTick: fc.integer({ min: 10_000, max: 2_000_000 }),
      leverage: fc.integer({ min: 1, max: 125 }),
    })
    fc.assert(
      fc.property(anyPosition, ({ lots, long, entryTick, leverage }) => {
        const account = position(long ? lots : -lots, entryTick, Math.ceil((lots * entryTick) / leverage))
        const tick = rule.liquidationTick(account)
        if (Number.isNaN(tick)) {
          expect(long).toBe(true)
          return
        }
        const balance = account.margin + account.unrealised(tick)
        const maintenance = rule.maintenance(account.lots, tick)
        expect(Math.abs(balance - maintenance)).toBeLessThanOrEqual(2 + 1e-9 * lots * entryTick)
      }),
      { numRuns: 2000 },
    )
  })
})
