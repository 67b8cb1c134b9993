import { describe, expect, test } from 'vitest'
import { HILL_BINS, HILL_MARK, HILL_STEP, hillMap } from '../testing/hill-map.ts'
import { findClusters } from './cluster.ts'

const STEP = HILL_STEP
const BINS = HILL_BINS
const MARK = HILL_MARK
const mapOf = hillMap

describe('findClusters', () => {
  test('an empty map has none', () => {
    expect(findClusters(mapOf([]))).toEqual([])
  })

  test('each hill is a cluster, named outward from the mark and sorted by price', () => {
    const clusters = findClusters(
      mapOf([
        [60, 6, 1e6],
        [150, 6, 2e6],
        [260, 6, 4e6],
        [340, 6, 1e6],
      ]),
    )
    expect(clusters.map(({ id }) => id)).toEqual(['L2', 'L1', 'S1', 'S2'])
    // a neighbour's skirt moves a bound by a bin at most: 25, 50, 100 and 25 within 2
    for (const [i, expected] of [25, 50, 100, 25].entries())
      expect(Math.abs(clusters[i]!.strength - expected)).toBeLessThan(2.5)
    for (const { low, high, price } of clusters) expect(low < price && price < high).toBe(true)
  })

  test('the price of a cluster is where its mass lies, and its distance is that of the near edge', () => {
    const [cluster] = findClusters(mapOf([[260, 6, 4e6]]))
    // the hill's middle is the middle of bin 260: 60.5 bins of 5 bp above the mark
    expect(cluster!.price / MARK).toBeCloseTo(Math.exp(60.5 * STEP), 4)
    expect(cluster!.distance).toBeCloseTo(cluster!.low / MARK - 1, 12)
    expect(cluster!.distance).toBeGreaterThan(0)
  })

  test('a ripple on the slope of a hill is not a cluster', () => {
    expect(
      findClusters(
        mapOf([
          [260, 20, 4e6],
          [285, 2, 1e5],
        ]),
      ),
    ).toHaveLength(1)
  })

  test('two hills that touch are parted at their saddle', () => {
    const [nearer, farther] = findClusters(
      mapOf([
        [250, 8, 4e6],
        [280, 8, 3e6],
      ]),
    )
    expect(nearer!.high).toBeLessThanOrEqual(farther!.low)
    expect(nearer!.high / MARK).toBeLessThan(Math.exp(70 * STEP))
  })

  test('the same map mirrored has the mirrored clusters', () => {
    const above = findClusters(
      mapOf([
        [250, 8, 4e6],
        [330, 8, 3e6],
      ]),
    )
    const below = findClusters(
      mapOf([
        [149, 8, 4e6],
        [69, 8, 3e6],
      ]),
    )
    expect(below.map(({ id }) => id)).toEqual(['L2', 'L1'])
    below.reverse().forEach((cluster, i) => {
      expect(cluster.notional).toBeCloseTo(above[i]!.notional, 3)
      expect(MARK / cluster.high).toBeCloseTo(above[i]!.low / MARK, 10)
    })
  })

  test('bands narrower than the noise of an hour are one band where price moves much, two where it moves little', () => {
    const hills = [
      [250, 4, 4e6],
      [268, 4, 4e6],
    ] as const
    expect(findClusters(hillMap(hills, { hourVolatility: 0.002 }))).toHaveLength(2)
    expect(findClusters(hillMap(hills, { hourVolatility: 0.02 }))).toHaveLength(1)
  })

  test('a plateau is no cluster, the edge at which it begins is', () => {
    const map = mapOf([])
    for (let i = 300; i < BINS; i++) map.short[i] = 1e6
    const clusters = findClusters(map)
    expect(clusters.map(({ id }) => id)).toEqual(['S1'])
    const [edge] = clusters
    const begins = MARK * Math.exp(100 * STEP)
    expect(edge!.low).toBeGreaterThan(begins * (1 - 10 * STEP))
    expect(edge!.low).toBeLessThan(begins * (1 + 10 * STEP))
    // the plateau goes on for 100 bins; the dense band is its first part
    expect(edge!.high).toBeLessThan(MARK * Math.exp(165 * STEP))
  })
})
