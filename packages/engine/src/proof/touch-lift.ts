import type { Snapshot } from './model-run.ts'
import { SNAPSHOT_BINS } from './model-run.ts'
import type { ScoredBars } from './scored-bars.ts'

const GRID_STEP = 5e-4
/** Grid bins per ranked bin: 10 bp. */
const MERGED = 2
/** The part of the touched bins that counts as ranked high. */
const TOP = 0.25
const FEWEST_BINS = 4

/** Liquidated size within the top quarter of the touched bins, by what ranked them, and in all of them. */
export interface LiftSums {
  readonly map: number
  /** Ranked by how long price has not been there. */
  readonly age: number
  /** Ranked farthest first. */
  readonly far: number
  readonly total: number
}

/**
 * Of the prices that were touched within `horizon` bars after a snapshot: how much of what was liquidated there lay
 * in the quarter that a ranking put first. Divide by total / 4 for the lift. A bar's forced size is spread evenly over
 * what the bar swept, which favours extremes: read the map's lift beside that of the farthest-first ranking only.
 */
export function liftAfter(scored: ScoredBars, snapshot: Snapshot, horizon: number): LiftSums {
  const sums = { map: 0, age: 0, far: 0, total: 0 }
  for (const side of ['long', 'short'] as const) {
    const found = sideLift(scored, snapshot, horizon, side)
    sums.map += found.map
    sums.age += found.age
    sums.far += found.far
    sums.total += found.total
  }
  return sums
}

function sideLift(scored: ScoredBars, snapshot: Snapshot, horizon: number, side: 'long' | 'short'): LiftSums {
  const none = { map: 0, age: 0, far: 0, total: 0 }
  const sign = side === 'long' ? -1 : 1
  const first = Math.floor(sign * snapshot.mark) + 1
  const reachOf = (i: number) => {
    const { high, low, close } = scored.bars[i]!
    return {
      top: (sign * Math.log(side === 'long' ? low : high)) / GRID_STEP,
      bottom: (sign * Math.log(side === 'long' ? high : low)) / GRID_STEP,
      close: (sign * Math.log(close)) / GRID_STEP,
    }
  }
  const from = snapshot.bar + 1
  const to = Math.min(scored.bars.length, from + horizon)
  let top = Number.NEGATIVE_INFINITY
  for (let i = from; i < to; i++) top = Math.max(top, reachOf(i).top)
  const count = Math.min(Math.floor((top - first) / MERGED), SNAPSHOT_BINS / MERGED)
  if (count < FEWEST_BINS) return none
  const density = snapshot[side]
  const bins = Array.from({ length: count }, (_, j) => {
    let expected = 0
    for (let b = 0; b < MERGED; b++) expected += density[MERGED * j + b]!
    return { map: expected, age: 0, far: j, liquidated: 0 }
  })
  let at = snapshot.bar
  bins.forEach((bin, j) => {
    while (at >= 0 && reachOf(at).top < first + MERGED * j) at--
    bin.age = snapshot.bar - at
  })
  let previous = reachOf(snapshot.bar).close
  for (let i = from; i < to; i++) {
    const { top: high, bottom, close } = reachOf(i)
    const size = scored.observed[side][i]!
    const low = Math.min(previous, bottom)
    previous = close
    if (!(size > 0) || !(high > low)) continue
    const start = Math.max(0, Math.floor((low - first) / MERGED))
    const end = Math.min(count - 1, Math.floor((high - first) / MERGED))
    for (let j = start; j <= end; j++) {
      const overlap = Math.min(high, first + MERGED * (j + 1)) - Math.max(low, first + MERGED * j)
      if (overlap > 0) bins[j]!.liquidated += (size * overlap) / (high - low)
    }
  }
  const total = bins.reduce((sum, bin) => sum + bin.liquidated, 0)
  if (!(total > 0)) return none
  return { map: topShare(bins, 'map'), age: topShare(bins, 'age'), far: topShare(bins, 'far'), total }
}

type RankedBin = { readonly map: number; readonly age: number; readonly far: number; readonly liquidated: number }

/** Liquidated size in the first quarter by a ranking; bins that tie at the edge count in part. */
function topShare(bins: readonly RankedBin[], by: 'map' | 'age' | 'far'): number {
  const ranked = [...bins].sort((a, b) => b[by] - a[by])
  const room = bins.length * TOP
  let used = 0
  let found = 0
  for (let i = 0; i < ranked.length && used < room; ) {
    let end = i
    let sum = 0
    while (end < ranked.length && ranked[end]![by] === ranked[i]![by]) sum += ranked[end++]!.liquidated
    const taken = Math.min(end - i, room - used)
    found += (sum * taken) / (end - i)
    used += taken
    i = end
  }
  return found
}
