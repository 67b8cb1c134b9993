import type { Bar } from '@liqscope/market'
import { GRID_STEP, positionOf } from '../../estimate/price-grid.ts'
import { TrailingMaxima } from '../../estimate/trailing-maxima.ts'
import { emptyOutward, frontier, type OutwardMap } from './outward-map.ts'

const HOUR_MS = 3_600_000
/** As the freshness rival of the score: where price has not been for an hour, four, a day. */
const AGES_MS = [HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS]
/** Between two spikes of the comb: 4 %. */
const COMB_BINS = 80
/** Leverages and the maintenance rate that nearly every open map assumes. */
const TIERS = [100, 50, 25, 10, 5, 3]
const MAINTENANCE_RATE = 0.004

/** The same at every distance. */
export function uniformMap(bins: number): OutwardMap {
  return { long: new Float64Array(bins).fill(1), short: new Float64Array(bins).fill(1) }
}

/**
 * A spike at 2 %, 6 %, 10 %, 14 % and 18 % of either side: ten places that know nothing. What they hit of the true
 * clusters is what chance hits.
 */
export function combMap(bins: number): OutwardMap {
  const spikes = () => Float64Array.from({ length: bins }, (_, j) => Number(j % COMB_BINS === COMB_BINS / 2))
  return { long: spikes(), short: spikes() }
}

/**
 * No positions at all, only where price has not been: one part everywhere, one more beyond the extreme of each age.
 * Equal parts, because without forced orders there is nothing to fit them to.
 */
export class FreshnessMap {
  private readonly highs = new TrailingMaxima(AGES_MS)
  private readonly depths = new TrailingMaxima(AGES_MS)
  private end = Number.NEGATIVE_INFINITY

  fold(bar: Bar): void {
    this.highs.push(bar.exchangeTime, positionOf(bar.high))
    this.depths.push(bar.exchangeTime, -positionOf(bar.low))
    this.end = bar.exchangeTime + bar.intervalMs
  }

  map(mark: number, bins: number): OutwardMap {
    const map = uniformMap(bins)
    for (const side of ['long', 'short'] as const) {
      const { first } = frontier(side, mark)
      const extremes = side === 'long' ? this.depths : this.highs
      for (let age = 0; age < AGES_MS.length; age++)
        for (let j = Math.max(0, Math.ceil(extremes.maximum(age, this.end) - first)); j < bins; j++)
          map[side][j] = map[side][j]! + 1
    }
    return map
  }
}

/**
 * What nearly every open map does: half of a bar's volume on each side (growth of open interest where there is none) at
 * the liquidation prices of fixed leverages, in equal parts, cleared when price gets there.
 */
export class FixedTierMap {
  private readonly mass = { long: new Map<number, number>(), short: new Map<number, number>() }
  private close = Number.NaN
  private openInterest: number | undefined

  fold(bar: Bar): void {
    const { open, high, low, close } = bar
    const grown = Math.max(0, (bar.openInterest ?? 0) - (this.openInterest ?? bar.openInterest ?? 0))
    const opened = bar.volume === undefined ? grown : bar.volume / 2
    this.openInterest = bar.openInterest ?? this.openInterest
    const entry = positionOf((open + high + low + close) / 4)
    for (const [side, entered, reached, before] of [
      ['short', entry, positionOf(high), positionOf(this.close)],
      ['long', -entry, -positionOf(low), -positionOf(this.close)],
    ] as const) {
      const mass = this.mass[side]
      for (let bin = Math.floor(Number.isNaN(before) ? reached : Math.min(before, reached)); bin <= reached; bin++)
        mass.delete(bin)
      for (const leverage of TIERS) {
        const bin = Math.floor(entered + distanceOf(side, leverage) / GRID_STEP)
        if (bin > reached) mass.set(bin, (mass.get(bin) ?? 0) + opened / TIERS.length)
      }
    }
    this.close = close
  }

  map(mark: number, bins: number): OutwardMap {
    const map = emptyOutward(bins)
    for (const side of ['long', 'short'] as const) {
      const { first } = frontier(side, mark)
      for (let j = 0; j < bins; j++) map[side][j] = this.mass[side].get(first + j) ?? 0
    }
    return map
  }
}

/** From entry to liquidation in ln(price): P / E = (1 -+ 1 / leverage) / (1 -+ m), the margin being E / leverage. */
function distanceOf(side: 'long' | 'short', leverage: number): number {
  const sign = side === 'long' ? -1 : 1
  return sign * Math.log((1 + sign / leverage) / (1 + sign * MAINTENANCE_RATE))
}
