import type { Random } from './random.ts'

/** News moves the price by this much (standard deviation, log) in one go, this many times a day. */
const NEWS_SIZE = 0.0022
const NEWS_PER_DAY = 7
/** A piece of news takes about this long to be fully in the price. */
const NEWS_DIGESTION_S = 25
/** Volatility forgets slowly (regimes of about a day) and fast (bursts of about half an hour). */
const SLOW_S = 30 * 3600
const SLOW_DEVIATION = 0.4
const FAST_S = 25 * 60
const FAST_DEVIATION = 0.4
/** How much more volatile the next minutes are after one standard piece of news. */
const NEWS_EXCITEMENT = 0.35
/** Log volatility never leaves these bounds, so that no seed produces an absurd market. */
const LOG_VOLATILITY_BOUND = 1.7
/** Relative volatility by hour of the day, UTC: quiet Asian noon, busy New York morning. */
const SEASON = [
  1.0, 0.98, 0.93, 0.86, 0.82, 0.8, 0.83, 0.92, 0.98, 0.98, 0.96, 1.0, 1.1, 1.3, 1.42, 1.38, 1.26, 1.14, 1.06, 1.02,
  1.0, 0.97, 0.93, 0.96,
]
const SEASON_SQUARE = SEASON.reduce((sum, factor) => sum + factor * factor, 0) / SEASON.length
/** Correlation of the coins' news-driven returns: majors move together. */
const CORRELATION = 0.8
/** News sizes are those of a coin this volatile over a year; others in proportion. */
const NEWS_VOLATILITY = 0.42
const SECONDS_PER_YEAR = 365 * 86_400

/**
 * What the coin is worth away from this market: stochastic volatility on two time scales, an intraday season, news
 * jumps that excite volatility, and the mark that this market's own arbitrage leaves on the spot market.
 *
 * Volatility and news come from `common`: coins of one seed and start that step together share them. Markets of one
 * coin on several venues share the object itself.
 */
export class Fundamental {
  readonly #own: Random
  readonly #common: Random
  readonly #perSecond: number
  readonly #newsSize: number
  #logValue: number
  #slow: number
  #fast: number
  #pendingNews = 0
  #season = 1
  #time = Number.NEGATIVE_INFINITY
  /** Volatility now, relative to the long-run mean. */
  activity = 1

  constructor(own: Random, common: Random, startPrice: number, annualVolatility: number) {
    this.#own = own
    this.#common = common
    this.#newsSize = NEWS_SIZE * (annualVolatility / NEWS_VOLATILITY)
    this.#logValue = Math.log(startPrice)
    this.#perSecond = annualVolatility / Math.sqrt(SECONDS_PER_YEAR)
    this.#slow = SLOW_DEVIATION * common.normal()
    this.#fast = FAST_DEVIATION * common.normal()
  }

  /** The index price, quote per base. */
  get price(): number {
    return Math.exp(this.#logValue)
  }

  get logPrice(): number {
    return this.#logValue
  }

  /**
   * Moves the clock by `seconds` (below a minute), ending at `time` (epoch ms). A time already reached does nothing:
   * the first of several markets moves the coin for all.
   */
  step(seconds: number, time: number): void {
    if (time <= this.#time) return
    this.#time = time
    const common = this.#common
    this.#slow +=
      (-this.#slow * seconds) / SLOW_S + SLOW_DEVIATION * Math.sqrt((2 * seconds) / SLOW_S) * common.normal()
    this.#fast +=
      (-this.#fast * seconds) / FAST_S + FAST_DEVIATION * Math.sqrt((2 * seconds) / FAST_S) * common.normal()
    const meanSquare = SLOW_DEVIATION * SLOW_DEVIATION + FAST_DEVIATION * FAST_DEVIATION
    const logVolatility = Math.max(-LOG_VOLATILITY_BOUND, Math.min(LOG_VOLATILITY_BOUND, this.#slow + this.#fast))
    if (time % 60_000 === 0) this.#season = seasonAt(time)
    this.activity = this.#season * Math.exp(logVolatility - meanSquare)
    if (common.chance((NEWS_PER_DAY / 86_400) * seconds * this.activity)) {
      const surprise = common.normal() * (1 + 0.5 * common.exponential(1))
      this.#pendingNews += this.#newsSize * surprise
      this.#fast += NEWS_EXCITEMENT * Math.min(3, Math.abs(surprise))
    }
    const digested = this.#pendingNews * Math.min(1, seconds / NEWS_DIGESTION_S)
    this.#pendingNews -= digested
    const alone = Math.sqrt(1 - CORRELATION * CORRELATION) * this.#own.normal()
    const innovation = CORRELATION * common.normal() + alone
    this.#logValue += this.#perSecond * this.activity * Math.sqrt(seconds) * innovation + digested
  }

  /** Moves the value for good, as spot orders or a scenario do: `logReturn` of 0.01 is one percent up. */
  push(logReturn: number): void {
    this.#logValue += logReturn
  }
}

/** Mean square over the day is one. */
function seasonAt(time: number): number {
  const hours = (time / 3_600_000) % 24
  const hour = Math.floor(hours)
  const here = SEASON[hour] ?? 1
  const next = SEASON[(hour + 1) % 24] ?? 1
  return (here + (next - here) * (hours - hour)) / Math.sqrt(SEASON_SQUARE)
}
