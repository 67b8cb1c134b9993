import type { Bar } from '@liqscope/market'
import type { ForcedSizes } from '../estimate/market-learner.ts'
import { binOf } from '../estimate/price-grid.ts'
import { bandOf } from './uncertainty.ts'

const DAY_MS = 86_400_000
/** A map is held against what came within this time after it; longer bars, against one of them. */
const TRIAL_MS = 3_600_000
/** The part of outcomes that a 10-90 % band should hold. */
const COVERAGE = 0.8
/** How far one trial moves ln(factor): a day of six hours on both sides, all missed, widens the variance threefold. */
const RATE = 0.12
const MOST = Math.log(32)
const LEAST = Math.log(1 / 4)
/** A day in which every bar was faulty multiplies the variance by so much more. */
const FAULTY_DAY = 9

/** A drawn column of the map: USD per bin, longs below `price`, shorts above. */
interface DrawnColumn {
  readonly price: number
  readonly firstBin: number
  readonly values: Float32Array
}

/** What the map said at the beginning of a window, and what came since. Sizes in USD. */
interface Trial {
  readonly until: number
  readonly column: DrawnColumn
  readonly spread: { readonly phi: number; readonly kappa: number }
  high: number
  low: number
  /** NaN once a bar did not say. */
  long: number
  short: number
}

/**
 * By what the variance of a market's bands is multiplied, so that they hold what really comes. Now and then an hour is
 * held against the map as it was drawn at its beginning: all that the map had from the mark to the hour's extremes, each
 * side by itself, beside what was published. Held: the bands narrow a little; missed: they widen four times as much, so
 * that in the long run four of five are held, whatever the distribution is (adaptive conformal inference: Gibbs and
 * Candes, NeurIPS 34 (2021), eq. 2). Neighbouring bins err together, and it is the sum over them that is tested.
 * Faulty bars widen the bands at once, and are forgotten within days.
 */
export class BandWidth {
  private logFactor = 0
  private faulty = 0
  private trial: Trial | undefined
  /** The smallest notional that was published in a bar: less cannot be told from nothing. */
  private least = Number.POSITIVE_INFINITY

  /** The factor, > 0. */
  get factor(): number {
    return this.trialFactor * (1 + FAULTY_DAY * this.faulty)
  }

  /** Part of the last day's bars that were faulty, fading. */
  get faultyPart(): number {
    return this.faulty
  }

  /** A bar of this length came; a faulty one was refused, contradicts itself or follows a hole. */
  note(intervalMs: number, isFaulty: boolean): void {
    const keep = Math.exp(-intervalMs / DAY_MS)
    this.faulty = this.faulty * keep + (isFaulty ? 1 - keep : 0)
  }

  /** Begins a trial of the map as drawn at `time`. `spread` before any factor: variance = phi mean + kappa mean^2, USD. */
  begin(time: number, column: DrawnColumn, spread: { readonly phi: number; readonly kappa: number }): void {
    const { price } = column
    this.trial = { until: time + TRIAL_MS, column, spread, high: price, low: price, long: 0, short: 0 }
  }

  /** Takes a bar that was folded and its forced sizes, and ends a trial whose time is over. A side of which a bar does not say is not judged. */
  follow({ exchangeTime, intervalMs, high, low, close }: Bar, sizes: ForcedSizes): void {
    const { long = Number.NaN, short = Number.NaN } = sizes
    for (const size of [long, short]) if (size > 0) this.least = Math.min(this.least, size * close)
    const { trial } = this
    if (trial === undefined) return
    trial.high = Math.max(trial.high, high)
    trial.low = Math.min(trial.low, low)
    trial.long += long * close
    trial.short += short * close
    if (exchangeTime + intervalMs < trial.until) return
    const { firstBin, values, price } = trial.column
    const sum = (from: number, to: number) => {
      let total = 0
      for (let bin = Math.max(from, firstBin); bin <= Math.min(to, firstBin + values.length - 1); bin++)
        total += values[bin - firstBin]!
      return total
    }
    const mark = binOf(price)
    if (binOf(trial.low) < mark) this.judge(sum(binOf(trial.low), mark - 1), trial.long, trial.spread)
    if (binOf(trial.high) > mark) this.judge(sum(mark + 1, binOf(trial.high)), trial.short, trial.spread)
    this.trial = undefined
  }

  private get trialFactor(): number {
    return Math.exp(this.logFactor)
  }

  private judge(mean: number, seen: number, { phi, kappa }: { readonly phi: number; readonly kappa: number }): void {
    if (!(mean > 0 && phi > 0) || Number.isNaN(seen)) return
    const factor = this.trialFactor
    const { low, high } = bandOf(mean, { phi: phi * factor, kappa: kappa * factor })
    if (seen === 0 && high < this.least) return // nothing was expected that could be seen
    const held = seen <= high && (seen >= low || low < this.least)
    this.logFactor = Math.min(MOST, Math.max(LEAST, this.logFactor + RATE * (held ? COVERAGE - 1 : COVERAGE)))
  }
}
