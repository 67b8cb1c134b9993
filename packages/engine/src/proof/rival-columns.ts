import type { Prediction } from './deviance.ts'
import type { ScoredBars } from './scored-bars.ts'

/** A column of a rival: what each bar would liquidate if the column's rate were 1. */
export type RivalColumn = Prediction

const MINUTE_MS = 60_000
/** Trailing extremes of the freshness rival, minutes. */
const FRESHNESS_MINUTES = [60, 240, 1440]
/** The move at which a leg's density equals that of the range: 0.5 %. */
const LEG_UNIT = 0.005
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

/** Size x stretch of ln(price) that each bar swept: no memory at all. */
export function rangeColumn({ bars, size }: ScoredBars): RivalColumn {
  return columnOf(bars.length, (i, side) => {
    if (i === 0) return 0
    const { high, low } = bars[i]!
    const previous = bars[i - 1]!.close
    return (
      size[i]! *
      (side === 'short' ? Math.log(high / Math.min(previous, low)) : Math.log(Math.max(previous, high) / low))
    )
  })
}

/** The strongest rival of a map: range, and the part of it beyond the extremes of the last 1, 4 and 24 hours. */
export function freshnessColumns(scored: ScoredBars): RivalColumn[] {
  const windows = FRESHNESS_MINUTES.map((minutes) => minutes * MINUTE_MS).filter((ms) => ms > scored.intervalMs)
  return [rangeColumn(scored), ...windows.map((ms) => beyondColumn(scored, Math.round(ms / scored.intervalMs)))]
}

/** Size x stretch beyond every price of the last `count` bars; zero before there are as many. */
function beyondColumn({ bars, size }: ScoredBars, count: number): RivalColumn {
  const highs = trailingMaxima(
    bars.map((bar) => Math.log(bar.high)),
    count,
  )
  const depths = trailingMaxima(
    bars.map((bar) => -Math.log(bar.low)),
    count,
  )
  return columnOf(bars.length, (i, side) => {
    if (i < count) return 0
    const { high, low } = bars[i]!
    const beyond = side === 'short' ? Math.log(high) - highs[i]! : -Math.log(low) - depths[i]!
    return size[i]! * Math.max(0, beyond)
  })
}

/**
 * One leg: density growing linearly from the last turning point, integrated along the bar's likely path. A bar that
 * closed below its open is taken to have gone up first, and the other way round.
 */
export function legColumn({ bars, size }: ScoredBars): RivalColumn {
  const half = (distance: number) => (distance > 0 ? (distance * distance) / 2 : 0)
  return columnOf(bars.length, (i, side) => {
    if (i === 0) return 0
    const sign = side === 'short' ? 1 : -1
    const { open, high, low, close } = bars[i]!
    const from = sign * Math.log(open)
    const top = sign * Math.log(side === 'short' ? high : low)
    const bottom = sign * Math.log(side === 'short' ? low : high)
    const last = sign * Math.log(close)
    const previous = sign * Math.log(bars[i - 1]!.close)
    const topFirst = last <= from
    const start = Math.min(previous, topFirst ? from : bottom)
    let sum = top > start ? half(top - start) : 0
    if (topFirst) sum += half(last - bottom)
    return (size[i]! * sum) / LEG_UNIT
  })
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

/** `result[i]`: the largest of the `count` values before i; -Infinity at 0. One monotone queue. */
function trailingMaxima(values: readonly number[], count: number): Float64Array {
  const result = new Float64Array(values.length)
  const queue = new Int32Array(values.length)
  let head = 0
  let tail = 0
  for (let i = 0; i < values.length; i++) {
    while (head < tail && queue[head]! < i - count) head++
    result[i] = head < tail ? values[queue[head]!]! : Number.NEGATIVE_INFINITY
    while (head < tail && values[queue[tail - 1]!]! <= values[i]!) tail--
    queue[tail++] = i
  }
  return result
}

function columnOf(bars: number, at: (index: number, side: 'long' | 'short') => number): RivalColumn {
  return {
    long: Float64Array.from({ length: bars }, (_, i) => at(i, 'long')),
    short: Float64Array.from({ length: bars }, (_, i) => at(i, 'short')),
  }
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
