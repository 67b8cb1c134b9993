import { TrailingMaxima } from '../estimate/trailing-maxima.ts'

const MINUTE_MS = 60_000
/** Trailing extremes of the freshness rival, minutes. */
const FRESHNESS_MINUTES = [60, 240, 1440]
/** The move at which a leg's density equals that of the range: 0.5 %. */
const LEG_UNIT = 0.005

/** Prices of a bar, quote per base. */
export interface BarPrices {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

interface Side {
  readonly sign: 1 | -1
  readonly maxima: TrailingMaxima
  readonly exposures: Float64Array
}

/**
 * What each bar would liquidate if a column's rate were 1, knowing no position: `size` times
 *
 * - range: the stretch of ln(price) that the bar swept, from the last close on;
 * - beyond 1, 4 and 24 hours: the part of it beyond every price of that time (windows not longer than a bar are left
 *   out; 0 until as many bars were seen);
 * - leg, the last column: density growing linearly from the last turning point, along the bar's likely path. A bar that
 *   closed below its open is taken to have gone up first, and the other way round.
 *
 * As a map: a density that is the same everywhere, and higher where price has not been for long.
 */
export class FreshnessExposures {
  /** Bars of each window. */
  private readonly counts: readonly number[]
  private readonly sides: { readonly long: Side; readonly short: Side }
  private bars = 0
  private previous = Number.NaN

  constructor(intervalMs: number) {
    this.counts = FRESHNESS_MINUTES.map((minutes) => minutes * MINUTE_MS)
      .filter((ms) => ms > intervalMs)
      .map((ms) => Math.round(ms / intervalMs))
    const side = (sign: 1 | -1): Side => ({
      sign,
      maxima: new TrailingMaxima(this.counts),
      exposures: new Float64Array(this.counts.length + 2),
    })
    this.sides = { long: side(-1), short: side(1) }
  }

  /** Columns of the freshness rival; one more with the leg. */
  get columns(): number {
    return this.counts.length + 1
  }

  /** Of the last bar, base units: range, beyond each window, leg. Overwritten by the next. */
  of(side: 'long' | 'short'): Readonly<Float64Array> {
    return this.sides[side].exposures
  }

  /** @param size that stands for open interest, base units. */
  push(bar: BarPrices, size: number): void {
    this.sweep(this.sides.long, bar, size)
    this.sweep(this.sides.short, bar, size)
    this.previous = bar.close
    this.bars++
  }

  /**
   * Where each window's extreme stands for what comes next, as that side counts: ln(price) for shorts, -ln(price) for
   * longs. Infinity while the window was not yet seen whole: nothing lies beyond it.
   */
  extremes(side: 'long' | 'short'): number[] {
    const { maxima } = this.sides[side]
    return this.counts.map((count, w) => (this.bars < count ? Number.POSITIVE_INFINITY : maxima.maximum(w, this.bars)))
  }

  private sweep({ sign, maxima, exposures }: Side, bar: BarPrices, size: number): void {
    const high = sign * Math.log(sign > 0 ? bar.high : bar.low)
    const low = sign * Math.log(sign > 0 ? bar.low : bar.high)
    const i = this.bars
    exposures.fill(0)
    if (i > 0) {
      const previous = sign * Math.log(this.previous)
      exposures[0] = size * (high - Math.min(previous, low))
      exposures[exposures.length - 1] = (size * legOf(sign, bar, high, low, previous)) / LEG_UNIT
    }
    this.counts.forEach((count, w) => {
      if (i >= count) exposures[w + 1] = size * Math.max(0, high - maxima.maximum(w, i))
    })
    maxima.push(i, high)
  }
}

function legOf(sign: 1 | -1, bar: BarPrices, top: number, bottom: number, previous: number): number {
  const from = sign * Math.log(bar.open)
  const last = sign * Math.log(bar.close)
  const topFirst = last <= from
  const start = Math.min(previous, topFirst ? from : bottom)
  return half(top - start) + (topFirst ? half(last - bottom) : 0)
}

function half(distance: number): number {
  return distance > 0 ? (distance * distance) / 2 : 0
}
