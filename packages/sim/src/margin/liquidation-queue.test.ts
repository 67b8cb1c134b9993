import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SIM_CONTRACTS } from '../core/contract.ts'
import { ClearingHouse } from './clearing-house.ts'
import { LiquidationQueue } from './liquidation-queue.ts'

describe('LiquidationQueue', () => {
  it('takes over at a mark exactly those whose listed price it has reached, however often they changed', () => {
    const change = fc.record({
      trader: fc.nat(7),
      lots: fc.integer({ min: -5000, max: 5000 }).filter((lots) => lots !== 0),
      tick: fc.integer({ min: 400_000, max: 600_000 }),
      leverage: fc.integer({ min: 1, max: 125 }),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.integer({ min: 300_000, max: 700_000 }), (changes, mark) => {
        const house = new ClearingHouse()
        const queue = new LiquidationQueue(SIM_CONTRACTS[0]!, house)
        const maker = house.register('maker')
        const traders = Array.from({ length: 8 }, () => house.register('trader'))
        for (const { trader, lots, tick, leverage } of changes) {
          const account = traders[trader]!
          account.leverage = leverage
          house.fill(account, lots, tick, 0)
          house.fill(maker, -lots, tick, 0)
          queue.track(account)
        }
        const reached = traders.filter(
          ({ lots, liquidationTick }) => lots !== 0 && (lots > 0 ? mark <= liquidationTick : mark >= liquidationTick),
        )
        const taken = new Set<number>()
        for (;;) {
          const account = queue.next(mark)
          if (account === undefined) break
          expect(taken.has(account.index)).toBe(false)
          taken.add(account.index)
        }
        expect(taken).toEqual(new Set(reached.map(({ index }) => index)))
      }),
      { numRuns: 500 },
    )
  })
})
