/** The moving average of the basis forgets in about this long. */
const BASIS_S = 30
/** Premium samples are taken this often. */
const PREMIUM_EVERY_MS = 5000
export const FUNDING_INTERVAL_MS = 8 * 3_600_000
/** Interest part of the rate per interval, and how far the rate may be from the premium. */
const INTEREST = 0.0001
const DAMPER = 0.0005
const RATE_CAP = 0.02

/**
 * The mark price and funding rate as large venues define them.
 *
 * mark = median(index x (1 + rate x share of the interval left), index + moving average of (mid - index), last trade);
 * rate = P + clamp(interest - P, -0.05 %, +0.05 %), P = time-weighted mean premium since the last payment.
 */
export class MarkPrice {
  #basis = 0
  #weight = 0
  #weightedPremium = 0
  #samples = 0
  /** Quote per base, 8 decimals. */
  price: number
  /** Paid at the last funding time: enters the mark. */
  lastRate = INTEREST
  nextFundingTime: number

  constructor(startPrice: number, startTime: number) {
    this.price = startPrice
    this.nextFundingTime = (Math.floor(startTime / FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS
  }

  /** The rate that would be paid if no more premium came, a fraction of notional. */
  get rate(): number {
    const premium = this.#weight === 0 ? this.lastRate - INTEREST : this.#weightedPremium / this.#weight
    const rate = premium + Math.max(-DAMPER, Math.min(DAMPER, INTEREST - premium))
    return Math.round(Math.max(-RATE_CAP, Math.min(RATE_CAP, rate)) * 1e8) / 1e8
  }

  /** Once a second. Prices in quote per base. */
  sample(time: number, index: number, mid: number, last: number): void {
    this.#basis += (mid - index - this.#basis) / BASIS_S
    const left = (this.nextFundingTime - time) / FUNDING_INTERVAL_MS
    const carried = index * (1 + this.lastRate * left)
    this.price = Math.round(median(carried, index + this.#basis, last) * 1e8) / 1e8
  }

  /** True when a premium sample is due: walking the book for it is worth doing then only. */
  wantsPremium(time: number): boolean {
    return time % PREMIUM_EVERY_MS === 0
  }

  /** Impact prices: what a standard order would get on average, selling and buying. */
  samplePremium(index: number, impactBid: number, impactAsk: number): void {
    const premium = (Math.max(0, impactBid - index) - Math.max(0, index - impactAsk)) / index
    this.#samples++
    this.#weight += this.#samples
    this.#weightedPremium += this.#samples * premium
  }

  /** Fixes the rate that is paid now and begins the next interval. */
  settle(): number {
    this.lastRate = this.rate
    this.#weight = 0
    this.#weightedPremium = 0
    this.#samples = 0
    this.nextFundingTime += FUNDING_INTERVAL_MS
    return this.lastRate
  }
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
