import { describe, expect, test } from 'vitest'
import { matchClusters } from './cluster-match.ts'
import { binsOf, type KnownPosition, mirrored, outwardOf } from './outward-map.ts'
import { massWithin, overlap, wassersteinBp } from './shape-metrics.ts'

/** A triangle of height `half` around `middle`: shares fall linearly to 0 at `half` bins on either side. */
function triangle(bins: number, middle: number, half: number): Float64Array {
  return Float64Array.from({ length: bins }, (_, j) => Math.max(0, half - Math.abs(j - middle)))
}

describe('overlap', () => {
  test('of equal shapes is 1 whatever their size, of separate ones 0', () => {
    expect(
      overlap(
        triangle(100, 40, 10),
        triangle(100, 40, 10).map((x) => 7 * x),
      ),
    ).toBeCloseTo(1, 12)
    expect(overlap(triangle(100, 20, 10), triangle(100, 60, 10))).toBe(0)
  })

  test('of two triangles a half-width apart is a quarter', () => {
    // Half-width 10, area 100. Shifted by 10 they cross at height 5: below lies a triangle of base 10, area 25.
    expect(overlap(triangle(100, 40, 10), triangle(100, 50, 10))).toBeCloseTo(25 / 100, 12)
  })

  test('in coarser cells forgives what stays within a cell', () => {
    const at = (bin: number) => Float64Array.from({ length: 40 }, (_, j) => (j === bin ? 3 : 0))
    expect(overlap(at(2), at(17), 20)).toBe(1) // both in the cell 0 - 19
    expect(overlap(at(17), at(22), 20)).toBe(0)
    expect(overlap(at(2), new Float64Array(40))).toBeUndefined()
  })
})

describe('Wasserstein-1', () => {
  test('of a shift is the shift', () => {
    expect(wassersteinBp(triangle(200, 60, 10), triangle(200, 83, 10))).toBeCloseTo(23 * 5, 9) // 23 bins of 5 bp
    expect(wassersteinBp(triangle(200, 83, 10), triangle(200, 60, 10))).toBeCloseTo(23 * 5, 9)
  })

  test('counts the part that moves', () => {
    // Half of the mass stays in bin 0, half moves from bin 10 to bin 30: 0.5 x 20 bins x 5 bp.
    const a = Float64Array.from({ length: 40 }, (_, j) => Number(j === 0 || j === 10))
    const b = Float64Array.from({ length: 40 }, (_, j) => Number(j === 0 || j === 30))
    expect(wassersteinBp(a, b)).toBeCloseTo(0.5 * 20 * 5, 9)
    expect(wassersteinBp(a, new Float64Array(40))).toBeUndefined()
  })
})

describe('mass within', () => {
  test('is the part up to a distance, over the map or over a given total', () => {
    const flat = new Float64Array(400).fill(1) // 400 bins of 5 bp are 20 %
    expect(massWithin(flat, 0.05)).toBeCloseTo(0.25, 12)
    expect(massWithin(flat, 0.05, 1000)).toBeCloseTo(100 / 1000, 12)
    expect(massWithin(new Float64Array(400), 0.05)).toBeUndefined()
  })
})

describe('positions by distance', () => {
  const of = (side: 'long' | 'short', liquidationPrice: number | undefined): KnownPosition => ({
    side,
    size: 2,
    liquidationPrice,
  })

  test('lie outward from the mark on their own side', () => {
    const mark = 100
    const map = outwardOf(
      [of('long', 100 * Math.exp(-0.1)), of('short', 100 * Math.exp(0.02)), of('short', undefined)],
      mark,
      400,
    )
    expect(Math.abs(map.long.indexOf(2) - 0.1 / 5e-4)).toBeLessThanOrEqual(1)
    expect(Math.abs(map.short.indexOf(2) - 0.02 / 5e-4)).toBeLessThanOrEqual(1)
    expect(map.long.reduce((a, b) => a + b) + map.short.reduce((a, b) => a + b)).toBe(4)
  })

  test('at or behind the mark count as nearest, beyond the window not at all', () => {
    const map = outwardOf([of('long', 101), of('long', 50)], 100, binsOf(0.2))
    expect(map.long[0]).toBe(2)
    expect(map.long.reduce((a, b) => a + b)).toBe(2)
    expect(mirrored(map).short[0]).toBe(2)
  })
})

describe('clusters', () => {
  const empty = new Float64Array(400)
  const withBands = (...middles: number[]) =>
    Float64Array.from({ length: 400 }, (_, j) =>
      middles.reduce((sum, at) => sum + Math.max(0, 6 - Math.abs(j - at)), 0),
    )

  test('hit when their middles are near, on the same side', () => {
    const truth = { long: withBands(100), short: withBands(50, 200) }
    expect(matchClusters(truth, truth)).toEqual({ precision: 1, recall: 1 })
    expect(matchClusters({ long: empty, short: withBands(50, 200, 300) }, truth)).toEqual({
      precision: 2 / 3,
      recall: 2 / 3,
    })
    expect(matchClusters({ long: withBands(200), short: empty }, truth)).toEqual({ precision: 0, recall: 0 })
  })

  test('are each used once: one band between two true ones hits one of them', () => {
    const truth = { long: empty, short: withBands(190, 205) }
    expect(matchClusters({ long: empty, short: withBands(198) }, truth)).toEqual({ precision: 1, recall: 1 / 2 })
    expect(matchClusters({ long: empty, short: empty }, truth)).toBeUndefined()
  })
})
