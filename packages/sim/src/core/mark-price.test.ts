import { describe, expect, it } from 'vitest'
import { FUNDING_INTERVAL_MS, MarkPrice } from './mark-price.ts'

const EIGHT = Date.UTC(2026, 0, 1, 8)

describe('MarkPrice', () => {
  it('is the median of the carried index, the index plus mean basis, and the last trade', () => {
    const mark = new MarkPrice(100, EIGHT - FUNDING_INTERVAL_MS / 2)
    expect(mark.nextFundingTime).toBe(EIGHT)
    mark.lastRate = 0.0002
    // Half the interval left: carried = 100 x (1 + 0.0002 / 2) = 100.01. Basis (103 - 100) / 30 = 0.1: 100.1. Last 99.
    mark.sample(EIGHT - FUNDING_INTERVAL_MS / 2, 100, 103, 99)
    expect(mark.price).toBe(100.01)
    // A last trade far away does not move it past the other two.
    mark.sample(EIGHT - FUNDING_INTERVAL_MS / 2, 100, 100, 150)
    expect(mark.price).toBeGreaterThan(100)
    expect(mark.price).toBeLessThan(100.1)
  })

  it('pays interest while the premium stays within the damper, and the premium beyond it', () => {
    const mark = new MarkPrice(100, EIGHT)
    // Impact bid 0.02 % above the index: within 0.05 % of the interest rate, so the rate is the interest rate.
    mark.samplePremium(100, 100.02, 100.03)
    expect(mark.rate).toBe(0.0001)
    // 0.2 % above: 0.002 + clamp(0.0001 - 0.002) = 0.002 - 0.0005 = 0.0015.
    const rich = new MarkPrice(100, EIGHT)
    rich.samplePremium(100, 100.2, 100.3)
    expect(rich.settle()).toBe(0.0015)
    expect(rich.nextFundingTime).toBe(EIGHT + 2 * FUNDING_INTERVAL_MS)
  })

  it('weighs later premiums more', () => {
    const mark = new MarkPrice(100, EIGHT)
    mark.samplePremium(100, 99, 99.9) // -0.001
    mark.samplePremium(100, 100.2, 101) // +0.002, weight 2
    // (-0.001 + 2 x 0.002) / 3 = 0.001; 0.001 - 0.0005 = 0.0005
    expect(mark.rate).toBe(0.0005)
  })
})
