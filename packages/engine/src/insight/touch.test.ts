import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seeded } from '../proof/bootstrap.ts'
import { normalDraw } from './cascade/gamma-draw.ts'
import { normalBelow, returnProbability, touchProbability } from './touch.ts'

describe('the probability of being touched', () => {
  test('the normal distribution function has its known values', () => {
    expect(normalBelow(0)).toBeCloseTo(0.5, 7)
    expect(normalBelow(-1.959964)).toBeCloseTo(0.025, 6)
    expect(normalBelow(1)).toBeCloseTo(0.8413447, 6)
  })

  test('is 1 where price is, falls with distance and rises with volatility', () => {
    expect(touchProbability(0, 0.02)).toBeCloseTo(1, 6)
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
        fc.double({ min: 1e-3, max: 0.1, noNaN: true }),
        (d, sigma) => {
          const p = touchProbability(d, sigma)
          expect(p).toBeGreaterThanOrEqual(0)
          expect(p).toBeLessThanOrEqual(1)
          expect(touchProbability(d * 1.1, sigma)).toBeLessThanOrEqual(p)
          expect(touchProbability(d, sigma * 1.1)).toBeGreaterThanOrEqual(p)
        },
      ),
    )
  })

  test('is what drawn paths with a volatility that is itself drawn do, and so is the way back', () => {
    const random = seeded(7)
    const steps = 400
    const distance = 0.015
    let touched = 0
    let back = 0
    const paths = 3000
    for (let path = 0; path < paths; path++) {
      const sigma = 0.02 * Math.exp(-(0.35 ** 2) + 0.35 * normalDraw(random))
      let x = 0
      let hit = false
      for (let i = 0; i < steps; i++) {
        x += (sigma / Math.sqrt(steps)) * normalDraw(random)
        if (!hit && x <= -distance) hit = true
        if (hit && x >= 0) {
          back++
          break
        }
      }
      if (hit) touched++
    }
    // Steps miss some touches between them: by 0.58 of a step's deviation (Broadie, Glasserman and Kou 1997).
    const shifted = distance + (0.58 * 0.02) / Math.sqrt(steps)
    expect(touched / paths).toBeGreaterThan(touchProbability(shifted, 0.02) - 0.03)
    expect(touched / paths).toBeLessThan(touchProbability(shifted, 0.02) + 0.03)
    expect(Math.abs(back / touched - returnProbability(shifted, 0.02))).toBeLessThan(0.05)
  })
})
