import { describe, expect, it } from 'vitest'
import { Random } from './random.ts'

describe('Random', () => {
  it('repeats itself for one seed and name, and differs for another of either', () => {
    const draw = (seed: number, name: string): number[] => {
      const random = new Random(seed, name)
      return Array.from({ length: 20 }, () => random.uniform())
    }
    expect(draw(7, 'BTCUSDT')).toEqual(draw(7, 'BTCUSDT'))
    expect(draw(7, 'BTCUSDT')).not.toEqual(draw(8, 'BTCUSDT'))
    expect(draw(7, 'BTCUSDT')).not.toEqual(draw(7, 'ETHUSDT'))
  })

  it('has the moments its names promise', () => {
    const random = new Random(1)
    const mean = (draw: () => number): number => {
      let sum = 0
      for (let count = 0; count < 100_000; count++) sum += draw()
      return sum / 100_000
    }
    // Standard errors at 100,000 draws: 0.0009, 0.003, 0.0045, 0.019, 0.0045.
    expect(mean(() => random.uniform())).toBeCloseTo(0.5, 1)
    expect(Math.abs(mean(() => random.normal()))).toBeLessThan(0.015)
    expect(Math.abs(mean(() => random.normal() ** 2) - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean(() => random.exponential(6)) - 6)).toBeLessThan(0.1)
    expect(Math.abs(mean(() => random.poisson(2)) - 2)).toBeLessThan(0.02)
    expect(Math.abs(mean(() => Math.log(random.lognormal(10, 0.5))) - Math.log(10))).toBeLessThan(0.01)
  })
})
