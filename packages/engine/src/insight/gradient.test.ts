import { describe, expect, test } from 'vitest'
import { HILL_MARK, hillMap } from '../testing/hill-map.ts'
import { gradientIndex, indexAround } from './gradient.ts'

describe('the gradient index', () => {
  test('an even side has 50 everywhere but at its ends', () => {
    const map = hillMap([])
    map.short.fill(1e6, 200)
    const { values, zones } = gradientIndex(map)
    expect(values[300]).toBeCloseTo(50, 6)
    expect(zones).toEqual([])
    expect(values[100]).toBeNaN()
  })

  test('a hill is a black hole, the emptiness beside it a smooth gap', () => {
    const { zones } = gradientIndex(hillMap([[300, 8, 1e6]]))
    const holes = zones.filter(({ kind }) => kind === 'blackHole')
    expect(holes).toHaveLength(1)
    expect(holes[0]!.low / HILL_MARK).toBeLessThan(Math.exp(100 * 5e-4))
    expect(holes[0]!.high / HILL_MARK).toBeGreaterThan(Math.exp(100 * 5e-4))
    expect(zones.filter(({ kind }) => kind === 'smooth').length).toBeGreaterThan(0)
  })

  test('it does not change with the unit, and mirrors with the map', () => {
    const index = (scale: number, at: number) => gradientIndex(hillMap([[at, 8, scale]])).values
    expect(index(1e6, 300)[305]).toBeCloseTo(index(1e3, 300)[305]!, 9)
    expect(index(1e6, 300)[305]).toBeCloseTo(index(1e6, 99)[94]!, 9)
  })

  test('what price is in is the mean within an hour of movement', () => {
    const map = hillMap([
      [205, 4, 1e6],
      [100, 4, 1e6],
    ])
    const index = gradientIndex(map)
    expect(indexAround(index, map, HILL_MARK * Math.exp(5 * 5e-4))).toBeGreaterThan(50)
    expect(indexAround(index, map, HILL_MARK * 3)).toBeUndefined()
  })
})
