import { describe, expect, test } from 'vitest'
import { bandOf, gammaBand } from './uncertainty.ts'

describe('gamma band', () => {
  test('of shape 1 is that of the exponential', () => {
    const { low, high } = gammaBand(1)
    expect(low).toBeCloseTo(-Math.log(0.9), 3) // 0.105
    expect(high).toBeCloseTo(-Math.log(0.1), 3) // 2.303
  })

  test('of shape 5 is that of chi-squared with ten degrees of freedom, over ten', () => {
    // chi-squared(10): 10 % at 4.865, 90 % at 15.987
    expect(gammaBand(5).low).toBeCloseTo(0.4865, 3)
    expect(gammaBand(5).high).toBeCloseTo(1.5987, 3)
  })

  test('closes around the mean as the shape grows', () => {
    // variance 1 / 1000: about 1 -+ 1.2816 * 0.0316
    expect(gammaBand(1000).low).toBeCloseTo(1 - 1.2816 * 0.0316, 2)
    expect(gammaBand(1000).high).toBeCloseTo(1 + 1.2816 * 0.0316, 2)
  })

  test('never leaves the expected amount outside', () => {
    for (let exponent = -6; exponent <= 12; exponent++) {
      const mean = 10 ** exponent
      const { low, high } = bandOf(mean, { phi: 20_000, kappa: 1 })
      expect(low).toBeLessThanOrEqual(mean)
      expect(high).toBeGreaterThanOrEqual(mean)
    }
  })
})
