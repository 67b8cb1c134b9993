import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Depth } from '../liquidity.ts'
import { type ChainRules, type ForcedSupply, runChain } from './chain.ts'

const BINS = 200

function evenDepth(perBin: number): Depth {
  return {
    step: 5e-4,
    cumulative: Float64Array.from({ length: BINS + 20 }, (_, j) => j * perBin),
    observed: 0,
    reachBins: 0,
    lawScale: 1,
  }
}

function evenSupply(perBin: number): ForcedSupply {
  return { bins: BINS, to: (bins) => bins * perBin }
}

const PLAIN: ChainRules = { refill: 0, bankruptcyBins: 1000, partialShare: 1 }

describe('a chain of forced orders', () => {
  test('in an even market it is the geometric series 1 / (1 - n)', () => {
    // 0.4 forced per 1.0 resting: n = 0.4, 10 USD become 10 / 0.6 = 16.67 USD and go through 16.67 bins.
    const chain = runChain(10, evenSupply(0.4), evenDepth(1), PLAIN)
    expect(chain.sold).toBeCloseTo(10 / 0.6, 2)
    expect(chain.reached).toBeCloseTo(10 / 0.6, 2)
    expect(chain.forced).toBeCloseTo(10 / 0.6 - 10, 2)
    expect(chain.rounds[1]!.sold).toBeCloseTo(4, 9)
    expect(chain.ranOut).toBe(false)
  })

  test('where more is forced than rests it feeds itself until the map ends, and says that it ran out', () => {
    const chain = runChain(10, evenSupply(1.2), evenDepth(1), PLAIN)
    expect(chain.ranOut).toBe(true)
    expect(chain.reached).toBe(BINS)
  })

  test('refill shortens it: with all back nothing is reached that the first round did not reach', () => {
    const none = runChain(10, evenSupply(0.5), evenDepth(1), PLAIN)
    const half = runChain(10, evenSupply(0.5), evenDepth(1), { ...PLAIN, refill: 0.5 })
    expect(half.reached).toBeLessThan(none.reached)
    expect(runChain(10, evenSupply(0.5), evenDepth(1), { ...PLAIN, refill: 0.95 }).reached).toBeCloseTo(10, 6)
  })

  test('what the book does not take before the bankruptcy price goes to the insurance fund and moves nothing', () => {
    // 30 USD fall due within the first ten bins, where 10 rest: unlimited they go through 40 bins, limited through 12.
    const dense: ForcedSupply = { bins: BINS, to: (bins) => 3 * Math.min(bins, 10) }
    expect(runChain(10, dense, evenDepth(1), PLAIN).reached).toBeCloseTo(40, 6)
    const chain = runChain(10, dense, evenDepth(1), { ...PLAIN, bankruptcyBins: 2 })
    expect(chain.reached).toBeCloseTo(12, 6)
    expect(chain.insured).toBeCloseTo(28, 6)
  })

  test('partial liquidation defers part of each position', () => {
    const rules = { ...PLAIN, partialShare: 0.5, bankruptcyBins: 8 }
    expect(runChain(10, evenSupply(0.5), evenDepth(1), rules).forced).toBeLessThan(
      runChain(10, evenSupply(0.5), evenDepth(1), PLAIN).forced,
    )
  })

  test('everything forced is sold or insured, rounds only go outward, and a larger start never ends nearer', () => {
    const figure = fc.double({ min: 0.01, max: 2, noNaN: true })
    fc.assert(
      fc.property(
        figure,
        figure,
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (forced, start, refill, bankruptcyBins) => {
          const rules = { refill, bankruptcyBins, partialShare: 1 }
          const chain = runChain(20 * start, evenSupply(forced), evenDepth(1), rules)
          const last = chain.rounds.at(-1)!
          if (!chain.ranOut)
            expect(chain.sold + chain.insured + last.triggered).toBeCloseTo(20 * start + chain.forced, 6)
          chain.rounds.reduce((before, { reached }) => {
            expect(reached).toBeGreaterThanOrEqual(before)
            return reached
          }, 0)
          expect(runChain(25 * start, evenSupply(forced), evenDepth(1), rules).reached).toBeGreaterThanOrEqual(
            chain.reached - 1e-9,
          )
        },
      ),
    )
  })
})
