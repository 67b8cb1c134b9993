import { seeded } from './bootstrap.ts'
import { SNAPSHOT_BINS, type Snapshot } from './model-run.ts'
import type { RivalColumn } from './rival-columns.ts'
import type { ScoredBars } from './scored-bars.ts'

const GRID_STEP = 5e-4
const DAY_MS = 86_400_000

/**
 * The map of another day: each block is swept through a snapshot taken at the same time of a day drawn at random, laid
 * at the block's own mark. Fitted with the range beside it. A map that does not beat this knows nothing about its own day.
 */
export function shuffledMapColumn(scored: ScoredBars, snapshots: readonly Snapshot[], seed = 1): RivalColumn {
  const bars = scored.bars.length
  const column = { long: new Float64Array(bars), short: new Float64Array(bars) }
  const others = otherDays(scored, snapshots, seeded(seed))
  snapshots.forEach((snapshot, b) => {
    const other = others[b]
    const end = snapshots[b + 1]?.bar ?? bars - 1
    if (other === undefined) return
    for (const side of ['long', 'short'] as const) {
      const sign = side === 'long' ? -1 : 1
      const density = other[side]
      let reached = 0
      for (let i = snapshot.bar + 1; i <= end; i++) {
        const { high, low } = scored.bars[i]!
        const extreme = (sign * Math.log(side === 'long' ? low : high)) / GRID_STEP - sign * snapshot.mark
        const to = Math.min(SNAPSHOT_BINS, Math.max(0, extreme))
        if (to <= reached) continue
        column[side][i] = between(density, reached, to)
        reached = to
      }
    }
  })
  return column
}

/** For each snapshot one of the same time of day and another day, where there is one. */
function otherDays(
  { bars }: ScoredBars,
  snapshots: readonly Snapshot[],
  random: () => number,
): (Snapshot | undefined)[] {
  const byTime = new Map<number, number[]>()
  snapshots.forEach(({ bar }, b) => {
    const time = bars[bar]!.exchangeTime % DAY_MS
    byTime.set(time, [...(byTime.get(time) ?? []), b])
  })
  return snapshots.map(({ bar }, b) => {
    const peers = (byTime.get(bars[bar]!.exchangeTime % DAY_MS) ?? []).filter((peer) => peer !== b)
    const peer = peers[Math.floor(random() * peers.length)]
    return peer === undefined ? undefined : snapshots[peer]
  })
}

function between(density: Float32Array, from: number, to: number): number {
  let sum = 0
  for (let bin = Math.floor(from); bin < to && bin < density.length; bin++)
    sum += density[bin]! * (Math.min(to, bin + 1) - Math.max(from, bin))
  return sum
}
