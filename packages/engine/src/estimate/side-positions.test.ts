import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DISTANCES, kernelOf } from './distance-class.ts'
import type { MemoryRegime } from './position-cohort.ts'
import { GRID_STEP } from './price-grid.ts'
import { SidePositions } from './side-positions.ts'

const FOREVER = {
  distances: DISTANCES,
  halfLifeMs: Number.POSITIVE_INFINITY,
  keptAtExtreme: 0.5,
  blurBins: 2,
}
const SEVEN_PERCENT = DISTANCES.findIndex((distance) => distance > 0.07)
const FLEETING = { distances: DISTANCES.slice(0, 6), halfLifeMs: 600_000, keptAtExtreme: 0, blurBins: 1 }

/** Bars as positions in bins: [where the low is, length, size]. */
const bars = fc.array(
  fc.tuple(
    fc.double({ min: -400, max: 400, noNaN: true }),
    fc.double({ min: 0, max: 30, noNaN: true }),
    fc.double({ min: 0, max: 1000, noNaN: true }),
  ),
  { minLength: 1, maxLength: 60 },
)

/** A path of bars that each begin near where the last one was, all with volume. */
const longPath = fc
  .array(
    fc.tuple(
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.double({ min: 0.5, max: 12, noNaN: true }),
      fc.double({ min: 10, max: 100, noNaN: true }),
    ),
    { minLength: 30, maxLength: 80 },
  )
  .map((steps) => {
    let low = 0
    return steps.map(([step, length, size]): BarSketch => {
      low += step
      return [low, length, size]
    })
  })

/** Like `longPath`, in thousandths of a bin, with a move of up to 30 % now and then, so that every distance is swept. */
const leaps = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: -8_000, max: 8_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: -600_000, max: 600_000 }) },
      ),
      fc.integer({ min: 0, max: 12_000 }),
      fc.integer({ min: 0, max: 100 }),
    ),
    { minLength: 10, maxLength: 50 },
  )
  .map((steps) => {
    let low = 0
    return steps.map(([step, length, size]): BarSketch => {
      low = Math.min(3000, Math.max(-3000, low + step / 1000))
      return [low, length / 1000, size]
    })
  })

type BarSketch = [low: number, length: number, size: number]

/** Folds bars whose sweeps join up, as closes and opens do. Returns what was swept per class. */
function fold(positions: SidePositions, path: readonly BarSketch[], each?: () => void): Float64Array {
  const out = new Float64Array(positions.columns)
  let previous = path[0]![0]
  for (const [low, length, size] of path) {
    positions.advance(60_000)
    positions.sweep(Math.min(previous, low), low + length, out, 0)
    if (size > 0) positions.open(low, low + length, size, low + length)
    previous = low + length / 2
    each?.()
  }
  return out
}

function densityOf(positions: SidePositions, k: number, from: number, to: number, reached?: number): Float64Array {
  const shares = new Float64Array(positions.columns)
  shares[k] = 1
  const out = new Float64Array(to - from + 1)
  positions.addDensity(shares, from, to, out, reached)
  return out
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

describe('SidePositions', () => {
  test('cohorts side by side take and hold what each would alone, to the last bit', () => {
    const regimes = [FOREVER, FLEETING, { ...FLEETING, distances: DISTANCES.slice(3, 14), keptAtExtreme: 0.3 }]
    fc.assert(
      fc.property(leaps, (path) => {
        const together = new SidePositions(regimes)
        const swept = fold(together, path)
        const alone = regimes.map((regime) => new SidePositions([regime]))
        expect(Array.from(swept)).toEqual(alone.flatMap((positions) => Array.from(fold(positions, path))))
        const masses = alone.flatMap((positions) =>
          Array.from({ length: positions.columns }, (_, c) => positions.mass(c)),
        )
        expect(Array.from({ length: together.columns }, (_, c) => together.mass(c))).toEqual(masses)
        const weights = new Float64Array(together.columns).fill(0.5)
        const bound = together.weightedMassAtMost(weights, 0)
        expect(together.weightedMass(weights, 0)).toBeLessThanOrEqual(bound * (1 + 1e-12))
      }),
      { numRuns: 15, endOnFailure: true },
    )
  })

  test.each([FOREVER, FLEETING])(
    'its mass is what stands on the grid, and nothing is negative ($halfLifeMs)',
    (regime) => {
      fc.assert(
        fc.property(bars, (path) => {
          const positions = new SidePositions([regime])
          const swept = fold(positions, path)
          const opened = path.reduce((sum, [, , size]) => sum + size, 0)
          const { from, to } = positions.extent()
          for (let k = 0; k < regime.distances.length; k++) {
            const density = densityOf(positions, k, from, to)
            expect(density.every((value) => value >= 0)).toBe(true)
            expect(Math.abs(sumOf(density) - positions.mass(k))).toBeLessThanOrEqual(1e-9 * (opened + 1e-9))
            expect(swept[k]).toBeGreaterThanOrEqual(0)
            expect(swept[k]! + positions.mass(k)).toBeLessThanOrEqual(opened * (1 + 1e-9))
          }
        }),
        { numRuns: 25 },
      )
    },
  )

  test('looking changes nothing, not a bit of it', () => {
    fc.assert(
      fc.property(bars, (path) => {
        const watched = new SidePositions([FOREVER])
        const unwatched = new SidePositions([FOREVER])
        const seen = fold(watched, path, () => densityOf(watched, 3, -500, 500))
        expect(fold(unwatched, path)).toEqual(seen)
        expect(densityOf(unwatched, 5, -500, 500)).toEqual(densityOf(watched, 5, -500, 500))
      }),
      { numRuns: 40 },
    )
  })

  test('a class is liquidated at its own distance from the entry', () => {
    for (const [k, distance] of DISTANCES.entries()) {
      const positions = new SidePositions([FOREVER])
      positions.open(0, 0, 100, 0)
      const { from, to } = positions.extent()
      const density = densityOf(positions, k, from, to)
      const mean = density.reduce((sum, mass, i) => sum + (mass * (from + i + 0.5) * GRID_STEP) / 100, 0)
      expect(sumOf(density)).toBeCloseTo(100, 9)
      // hats lean to the farther side, and entries count as spread over their cell: up to a quarter of the distance
      expect(Math.abs(mean / distance - 1)).toBeLessThan(0.3)
    }
  })

  test('a sweep leaves half at its extreme, and the less the deeper', () => {
    const positions = new SidePositions([FOREVER])
    positions.sweep(0, 10, new Float64Array(DISTANCES.length), 0)
    positions.open(0, 10, 1000, 10)
    const before = densityOf(positions, SEVEN_PERCENT, 100, 200)
    positions.sweep(0, 150, new Float64Array(DISTANCES.length), 0)
    const after = densityOf(positions, SEVEN_PERCENT, 100, 200)
    // the bin just below the extreme keeps 0.5 exp(-0.5 bins / 2 bins), the tenth 0.5 exp(-9.5 / 2)
    expect(after[49]! / before[49]!).toBeCloseTo(0.5 * Math.exp(-0.25), 12)
    expect(after[40]! / before[40]!).toBeCloseTo(0.5 * Math.exp(-4.75), 12)
    expect(after[51]).toBeCloseTo(before[51]!, 12)
    // a second sweep, ten bins farther, takes of what the first left: bin 149 now lies 10.5 bins deep
    positions.sweep(145, 160, new Float64Array(DISTANCES.length), 0)
    expect(densityOf(positions, SEVEN_PERCENT, 100, 200)[49]! / after[49]!).toBeCloseTo(0.5 * Math.exp(-10.5 / 2), 9)
  })

  test('the density after a sweep that is still under way is what that sweep would leave', () => {
    fc.assert(
      fc.property(bars, fc.double({ min: 0, max: 60, noNaN: true }), (path, more) => {
        const positions = new SidePositions([FOREVER])
        fold(positions, path)
        const [low, length] = path.at(-1)!
        const close = low + length / 2
        const from = Math.floor(close)
        const expected = densityOf(positions, 6, from, from + 200, close + more)
        positions.sweep(close, close + more, new Float64Array(DISTANCES.length), 0)
        const found = densityOf(positions, 6, from, from + 200)
        const scale = Math.max(...expected, 1)
        const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0)
        expect(worst).toBeLessThan(1e-6 * scale)
      }),
      { numRuns: 40 },
    )
  })

  test('half of a fleeting memory is gone after its half-life', () => {
    const positions = new SidePositions([FLEETING])
    positions.open(0, 1, 100, 1)
    positions.advance(600_000)
    expect(positions.mass(5)).toBeCloseTo(50, 12)
    for (let i = 0; i < 5000; i++) {
      positions.advance(60_000)
      positions.open(0, 1, 1, 1)
    }
    // the steady state of one a minute: 1 / (1 - 0.5^(1/10)) = 14.93, less what enters already liquidated (none at 0.6 %)
    expect(positions.mass(5)).toBeCloseTo(1 / (1 - 0.5 ** 0.1), 6)
    expect(sumOf(densityOf(positions, 5, -10, 400))).toBeCloseTo(positions.mass(5), 9)
  })

  test('what a bar opens at or below its own extreme does not enter', () => {
    const positions = new SidePositions([FOREVER])
    positions.sweep(0, 30, new Float64Array(DISTANCES.length), 0)
    positions.open(0, 30, 100, 30)
    // 0.1 % is two bins: of entries over 30 bins about 27 are liquidated within the bar
    expect(positions.mass(0)).toBeLessThan(10)
    expect(densityOf(positions, 0, 0, 29).every((value) => value === 0)).toBe(true)
    expect(positions.mass(SEVEN_PERCENT)).toBe(100)
  })

  test('where the mark stopped short of the trades, what lies between is still standing', () => {
    const positions = new SidePositions([FOREVER])
    positions.sweep(0, 10, new Float64Array(DISTANCES.length), 0)
    positions.open(-20, 60, 1000, 10)
    const { from, to } = positions.extent()
    for (let k = 0; k < DISTANCES.length; k++) {
      const density = densityOf(positions, k, from, to)
      expect(sumOf(density)).toBeCloseTo(positions.mass(k), 6)
      expect(density.subarray(0, 10 - from).every((value) => value === 0)).toBe(true)
    }
    // 0.1 % is two bins: entries from -20 to 8 of 80 bins were closed within the bar, the others stand
    expect(positions.mass(0)).toBeGreaterThan(600)
    expect(positions.mass(0)).toBeLessThan(700)
  })

  test.each([FOREVER, FLEETING])(
    'takes what a dense fold takes that places every entry at once ($halfLifeMs)',
    (regime) => {
      fc.assert(
        fc.property(leaps, (path) => {
          const swept = fold(new SidePositions([regime]), path)
          const expected = eagerFold(path, regime)
          const total = path.reduce((sum, [, , size]) => sum + size, 0)
          for (const [k, expectedOfClass] of expected.entries())
            expect(Math.abs(swept[k]! - expectedOfClass)).toBeLessThanOrEqual(1e-9 * total)
        }),
        { numRuns: 15, endOnFailure: true },
      )
    },
  )

  test('agrees with a dense fold that keeps every class on the finest grid', () => {
    fc.assert(
      fc.property(longPath, (path) => {
        const positions = new SidePositions([{ ...FOREVER, distances: DISTANCES.slice(0, 8) }])
        const swept = fold(positions, path)
        const expected = denseFold(path, DISTANCES.slice(0, 8))
        const total = path.reduce((sum, [, , size]) => sum + size, 0)
        // entries count as spread over their bin, and the farther classes over cells of 10 bp
        for (let k = 0; k < 8; k++) expect(Math.abs(swept[k]! - expected[k]!)).toBeLessThan(0.1 * total)
      }),
      { numRuns: 15, endOnFailure: true },
    )
  })
})

/** The plain fold that the cohort replaces: each class an array of bins, entries every tenth of a bin. */
function denseFold(path: readonly BarSketch[], distances: readonly number[]): Float64Array {
  const origin = -600
  const out = new Float64Array(distances.length)
  distances.forEach((distance, k) => {
    const grid = new Float64Array(1600)
    const nearer = distances[k - 1] ?? distance ** 2 / distances[k + 1]!
    const farther = distances[k + 1] ?? distance ** 2 / distances[k - 1]!
    let previous = path[0]![0]
    for (const [low, length, size] of path) {
      const top = low + length
      for (let bin = Math.floor(Math.min(previous, low)); bin <= Math.floor(top); bin++) {
        const depth = Math.floor(top) - bin
        const kept = depth > 0 ? 0.5 * Math.exp(-(depth - 0.5) / 2) : 1 - (top - Math.floor(top)) * 0.5
        const gone = grid[bin - origin]! * (1 - kept)
        out[k] = out[k]! + gone
        grid[bin - origin] = grid[bin - origin]! - gone
      }
      const targets = new Map<number, number>()
      let height = 0
      for (let i = 0; i < 40; i++)
        for (let j = 0; j < 60; j++) {
          const moved = nearer * (farther / nearer) ** ((j + 0.5) / 60)
          const weight =
            moved < distance
              ? Math.log(moved / nearer) / Math.log(distance / nearer)
              : Math.log(farther / moved) / Math.log(farther / distance)
          const position = low + ((i + 0.5) / 40) * length + moved / GRID_STEP
          height += weight
          if (position > top) targets.set(Math.floor(position), (targets.get(Math.floor(position)) ?? 0) + weight)
        }
      for (const [bin, weight] of targets) grid[bin - origin] = grid[bin - origin]! + (size * weight) / height
      previous = low + length / 2
    }
  })
  return out
}

/** Bins that a class's entries are pooled by: near ones 1, far ones at most a quarter of the layer's nearest distance. */
function cellBinsOf(distance: number): number {
  if (distance < 0.01) return 1
  if (distance < 0.03) return 4
  if (distance < 0.1) return 16
  return distance < 0.3 ? 32 : 128
}

/** The cohort without its laziness: dense arrays, nothing waits, decay is a pass over the grid. */
function eagerFold(path: readonly BarSketch[], regime: MemoryRegime): Float64Array {
  const origin = -4096
  const { distances, keptAtExtreme, blurBins } = regime
  const decay = 0.5 ** (60_000 / regime.halfLifeMs)
  return Float64Array.from(distances, (distance, k) => {
    const cellBins = cellBinsOf(distance)
    const { first, weights } = kernelOf(distances, k, cellBins)
    const grid = new Float64Array(10_240)
    let swept = 0
    let previous = path[0]![0]
    for (const [low, length, size] of path) {
      const high = low + length
      const top = Math.floor(high)
      if (decay < 1) for (let i = 0; i < grid.length; i++) grid[i] = grid[i]! * decay
      for (let bin = Math.floor(Math.min(previous, low)); bin <= top; bin++) {
        const depth = top - bin
        const kept =
          depth > 0 ? keptAtExtreme * Math.exp(-(depth - 0.5) / blurBins) : 1 - (high - top) * (1 - keptAtExtreme)
        const stood = grid[bin - origin]!
        swept += stood * (1 - kept)
        grid[bin - origin] = stood * kept
      }
      for (let cell = Math.floor(low / cellBins); cell * cellBins <= high; cell++) {
        const overlap = Math.min(high, (cell + 1) * cellBins) - Math.max(low, cell * cellBins)
        const entered = length > 0 ? size * (overlap / length) : size
        // per bin: the line between the weights of the two cells whose middles it lies between
        for (let bin = 0; bin < (weights.length + 1) * cellBins; bin++) {
          const from = (cell + first) * cellBins + bin - Math.floor(cellBins / 2)
          const position = (bin + 0.5) / cellBins
          const at = cellBins === 1 ? bin : Math.floor(position)
          const far = cellBins === 1 ? 1 : position - at
          const nearer = cellBins === 1 ? 0 : (weights[at - 1] ?? 0)
          const mass = (entered * ((1 - far) * nearer + far * (weights[at] ?? 0))) / cellBins
          const standing = from > top ? 1 : from === top ? 1 - (high - top) : 0
          grid[from - origin] = grid[from - origin]! + mass * standing
        }
      }
      previous = low + length / 2
    }
    return swept
  })
}
