import type { Prediction } from './deviance.ts'
import { FreshnessExposures } from './freshness-exposures.ts'
import type { ScoredBars } from './scored-bars.ts'

/** A column of a rival: what each bar would liquidate if the column's rate were 1. */
export type RivalColumn = Prediction

const MINUTE_MS = 60_000
/** Leverages and the maintenance rate that nearly every open map assumes. */
const TIERS = [100, 50, 25, 10, 5, 3]
const MAINTENANCE_RATE = 0.004
const GRID_STEP = 5e-4
/** Of ln(price) beyond the file's extremes; what is placed farther is never reached. */
const GRID_MARGIN = 0.3
/** Where a bar's volume is placed, and how much of it: the mean of its prices, low, high, close. */
const ENTRY_PARTS = [0.4, 0.2, 0.2, 0.2]
const HOUR_MS = 60 * MINUTE_MS
const EWMA_HALF_LIVES_MS = [HOUR_MS, 24 * HOUR_MS]

/** Columns of the rivals that know no positions; see FreshnessExposures. */
export interface FreshnessColumns {
  readonly range: RivalColumn
  /** The part beyond the extremes of the last 1, 4 and 24 hours. */
  readonly beyond: readonly RivalColumn[]
  readonly leg: RivalColumn
}

export function freshnessColumns({ bars, size, intervalMs }: ScoredBars): FreshnessColumns {
  const exposures = new FreshnessExposures(intervalMs)
  const column = (): RivalColumn => ({ long: new Float64Array(bars.length), short: new Float64Array(bars.length) })
  const columns = Array.from({ length: exposures.columns + 1 }, column)
  bars.forEach((bar, i) => {
    exposures.push(bar, size[i]!)
    for (const side of ['long', 'short'] as const) {
      const values = exposures.of(side)
      for (let c = 0; c < columns.length; c++) columns[c]![side][i] = values[c]!
    }
  })
  return { range: columns[0]!, beyond: columns.slice(1, -1), leg: columns.at(-1)! }
}

/**
 * What nearly every open map does: a bar's volume (growth of open interest where there is none) placed at the
 * liquidation prices of fixed leverages, cleared when price gets there. One column per leverage.
 */
export function fixedTierColumns({ bars, size, hasVolume }: ScoredBars): RivalColumn[] {
  if (bars.length === 0) return []
  const distances = TIERS.map((leverage) => -Math.log((1 - 1 / leverage) / (1 - MAINTENANCE_RATE)))
  const lowest = Math.log(bars.reduce((least, bar) => Math.min(least, bar.low), Number.POSITIVE_INFINITY)) - GRID_MARGIN
  const highest = Math.log(bars.reduce((most, bar) => Math.max(most, bar.high), 0)) + GRID_MARGIN
  const cells = Math.ceil((highest - lowest) / GRID_STEP)
  const binOf = (price: number) => Math.floor((Math.log(price) - lowest) / GRID_STEP)
  return distances.map((distance) => {
    const column = { long: new Float64Array(bars.length), short: new Float64Array(bars.length) }
    const mass = { long: new Float64Array(cells), short: new Float64Array(cells) }
    // Nothing stands beyond the bin of the bar before: a sweep starts there.
    let lowBin = binOf(bars[0]!.low)
    let highBin = binOf(bars[0]!.high)
    for (let i = 1; i < bars.length; i++) {
      const { open, high, low, close, volume } = bars[i]!
      const sweptLow = binOf(low)
      const sweptHigh = binOf(high)
      column.long[i] = take(mass.long, sweptLow, lowBin)
      column.short[i] = take(mass.short, highBin, sweptHigh)
      lowBin = sweptLow
      highBin = sweptHigh
      const opened = hasVolume ? (volume ?? 0) / 2 : Math.max(0, size[i]! - size[i - 1]!)
      const prices = [(open + high + low + close) / 4, low, high, close]
      prices.forEach((price, j) => {
        const below = price * Math.exp(-distance)
        const above = price * Math.exp(distance)
        if (below < low) put(mass.long, binOf(below), opened * ENTRY_PARTS[j]!)
        if (above > high) put(mass.short, binOf(above), opened * ENTRY_PARTS[j]!)
      })
    }
    return column
  })
}

/**
 * What was liquidated lately, whatever price does: fading means of each side's forced size, as known at the last full
 * hour, and a constant.
 */
export function recentColumns({ bars, observed, intervalMs }: ScoredBars): RivalColumn[] {
  const perHour = Math.max(1, Math.round(HOUR_MS / intervalMs))
  const means = EWMA_HALF_LIVES_MS.map((halfLife) => {
    const keep = 0.5 ** (intervalMs / halfLife)
    const column = { long: new Float64Array(bars.length), short: new Float64Array(bars.length) }
    for (const side of ['long', 'short'] as const) {
      let mean = 0
      let known = 0
      for (let i = 0; i < bars.length; i++) {
        if (i % perHour === 0) known = mean
        column[side][i] = known
        if (observed.known[side][i] === 0) continue
        mean = mean * keep + observed[side][i]! * (1 - keep)
      }
    }
    return column
  })
  return [...means, constantColumn(bars.length)]
}

/** The same for every bar. */
export function constantColumn(bars: number): RivalColumn {
  return { long: new Float64Array(bars).fill(1), short: new Float64Array(bars).fill(1) }
}

function take(mass: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let bin = Math.max(0, from); bin <= to && bin < mass.length; bin++) {
    sum += mass[bin]!
    mass[bin] = 0
  }
  return sum
}

function put(mass: Float64Array, bin: number, size: number): void {
  if (bin >= 0 && bin < mass.length) mass[bin] = mass[bin]! + size
}
