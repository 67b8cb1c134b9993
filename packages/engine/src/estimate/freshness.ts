import { AGE_WINDOWS_MS, COLUMN, LEG_WINDOWS_MS } from './exposures.ts'
import { GRID_STEP } from './price-grid.ts'
import { TrailingMaxima } from './trailing-maxima.ts'

/** The move in ln(price) at which a leg's growing density equals one unit of range density: 0.5 %. */
const LEG_UNIT = 0.005

/** A bar as one side sees it: positions in bins (see `positionOf`), rising toward liquidation. */
export interface SidePath {
  open: number
  /** The extreme that liquidates this side. */
  high: number
  low: number
  close: number
  /** Close of the bar before. */
  previous: number
  /** Open time of the bar, epoch ms. */
  time: number
  intervalMs: number
}

/**
 * What a side's recent path alone says: where price has not been for a time, stops and liquidations have had time
 * to gather. This is the strongest rival of any liquidation map, so it is part of ours.
 *
 * - range: the stretch of ln(price) swept;
 * - age T: the part of it beyond every price of the last T;
 * - leg W: density growing linearly with the distance from the last turning point A within W, integrated over the
 *   stretches of the bar's likely path, up from where it began and, when it seems to have reached its high first, from
 *   its low back to its close: [(H-A)^2 - (start-A)^2] / (2 * 0.5 %).
 */
export class Freshness {
  private readonly highs = new TrailingMaxima(AGE_WINDOWS_MS)
  private readonly depths = new TrailingMaxima(LEG_WINDOWS_MS.slice(1))
  private lastEnd = Number.NEGATIVE_INFINITY
  private lastInterval = 0
  private lastClose = 0

  /** Adds to `out` what the bar swept of each column, in units of `size` (open interest) per unit of ln(price). */
  sweep(path: SidePath, size: number, out: Float64Array): void {
    const { high, low, close, previous, time, intervalMs } = path
    const scale = size * GRID_STEP
    out[COLUMN.range] = out[COLUMN.range]! + scale * (high - Math.min(previous, low))
    for (let i = 0; i < AGE_WINDOWS_MS.length; i++) {
      if (AGE_WINDOWS_MS[i]! <= intervalMs) continue
      const fresh = high - this.trailing(this.highs, i, time, previous)
      if (fresh <= 0) break // a longer window's extreme is no lower
      out[COLUMN.ages + i] = out[COLUMN.ages + i]! + scale * fresh
    }
    // Where its high seems to have come first, a bar rises from its open and again from its low.
    const highFirst = close <= path.open
    const start = Math.min(previous, highFirst ? path.open : low)
    const rise = (scale * GRID_STEP) / LEG_UNIT
    for (let i = 0; i < LEG_WINDOWS_MS.length; i++) {
      if (i > 0 && LEG_WINDOWS_MS[i]! < intervalMs) continue
      const turn = i === 0 ? previous : Math.min(previous, -this.trailing(this.depths, i - 1, time, -previous))
      let leg = legOf(start, high, Math.min(turn, start))
      if (highFirst) leg += legOf(low, close, i === 0 ? low : Math.min(turn, low))
      out[COLUMN.legs + i] = out[COLUMN.legs + i]! + rise * leg
    }
  }

  /** Remembers the bar. */
  push({ high, low, close, time, intervalMs }: SidePath): void {
    this.highs.push(time, high)
    this.depths.push(time, -low)
    this.lastEnd = time + intervalMs
    this.lastInterval = intervalMs
    this.lastClose = close
  }

  /**
   * The map of now: adds to `out[bin - from]` the size expected per bin of [from, to], were price to sweep it next,
   * given what the unfinished bar has already reached. Range and ages are exact; of a leg only the part from the
   * mark outward is known beforehand, the way back within a bar is not.
   */
  addDensity(
    weights: Float64Array,
    size: number,
    reached: { readonly high: number; readonly low: number; readonly close: number },
    from: number,
    to: number,
    out: Float64Array,
  ): void {
    const scale = size * GRID_STEP
    // Beyond the mark every leg is a straight line, and so is their sum: level + slope * bin.
    let slope = 0
    let level = scale * weights[COLUMN.range]!
    for (let i = 0; i < LEG_WINDOWS_MS.length; i++) {
      const weight = weights[COLUMN.legs + i]!
      if (weight === 0 || (i > 0 && LEG_WINDOWS_MS[i]! < this.lastInterval)) continue
      const trailing = i === 0 ? reached.close : -this.trailing(this.depths, i - 1, this.lastEnd, -this.lastClose)
      const turn = i === 0 ? reached.close : Math.min(reached.close, reached.low, trailing)
      const rise = (scale * weight * GRID_STEP) / LEG_UNIT
      slope += rise
      level += rise * (0.5 - turn)
    }
    for (let bin = from; bin <= to; bin++) out[bin - from] = out[bin - from]! + Math.max(0, level + slope * bin)
    for (let i = 0; i < AGE_WINDOWS_MS.length; i++) {
      const weight = weights[COLUMN.ages + i]!
      if (weight === 0 || AGE_WINDOWS_MS[i]! <= this.lastInterval) continue
      const top = Math.max(reached.high, this.trailing(this.highs, i, this.lastEnd, this.lastClose))
      if (top >= to + 1) break // a longer window's extreme is no lower
      const edge = Math.floor(top)
      const amount = scale * weight
      if (edge >= from) out[edge - from] = out[edge - from]! + amount * (edge + 1 - top)
      for (let bin = Math.max(from, edge + 1); bin <= to; bin++) out[bin - from] = out[bin - from]! + amount
    }
  }

  /** The trailing maximum; after a gap longer than the window only the last close is known of it. */
  private trailing(of: TrailingMaxima, window: number, now: number, fallback: number): number {
    const maximum = of.maximum(window, now)
    return maximum === Number.NEGATIVE_INFINITY ? fallback : maximum
  }
}

/** Half the difference of the squared distances from a turning point A: ((b - A)^2 - (a - A)^2) / 2. */
function legOf(a: number, b: number, turn: number): number {
  return ((b - a) * (b + a - 2 * turn)) / 2
}
