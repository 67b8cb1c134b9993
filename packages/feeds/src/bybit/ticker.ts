import { baseSize, type Instrument } from '@liqscope/market'
import { badField, type Parts } from '../venue/message.ts'
import { readDecimal, readTextTime } from '../wire-values.ts'
import type { TickerData } from './messages.ts'

/** What was not said again still holds, and is passed on this often, ms: liveness is seen without a flood. */
const REPEAT_MS = 5_000
const CHANNEL = 'tickers'

/**
 * One symbol's ticker on one connection. A message carries what changed; what it leaves out is as it was. Mark price,
 * open interest and funding come out of it, each when it changed and at least every 5 s.
 */
export class Ticker {
  readonly #instrument: Instrument
  #markPrice: number | undefined
  #indexPrice: number | undefined
  /** One side, in the venue's unit. */
  #contracts: number | undefined
  #rate: number | undefined
  #nextFundingTime: number | undefined
  #openInterestAt = 0
  #fundingAt = 0

  constructor(instrument: Instrument) {
    this.#instrument = instrument
  }

  /** A field that is wrong is refused alone: the others are not lost for it. */
  read(data: TickerData, exchangeTime: number, receivedTime: number, parts: Parts): void {
    const instrument = this.#instrument
    const { id } = instrument
    const marks = this.#readPrices(data, parts)
    const price = this.#markPrice
    const indexPrice = this.#indexPrice
    // Whole literals rather than spreads, which would be most of the work.
    if (marks && price !== undefined)
      parts.event(
        indexPrice === undefined
          ? { kind: 'markPrice', instrument: id, exchangeTime, receivedTime, price }
          : { kind: 'markPrice', instrument: id, exchangeTime, receivedTime, price, indexPrice },
      )
    const isOpenInterestNew = this.#readOpenInterest(data, parts)
    if (
      this.#contracts !== undefined &&
      (instrument.kind === 'linear' || price !== undefined) &&
      (isOpenInterestNew || exchangeTime - this.#openInterestAt >= REPEAT_MS)
    ) {
      this.#openInterestAt = exchangeTime
      const size = baseSize(instrument, this.#contracts, price ?? Number.NaN)
      parts.event({ kind: 'openInterest', instrument: id, exchangeTime, receivedTime, size })
    }
    const isFundingNew = this.#readFunding(data, parts)
    if (this.#rate !== undefined && (isFundingNew || exchangeTime - this.#fundingAt >= REPEAT_MS)) {
      this.#fundingAt = exchangeTime
      const rate = this.#rate
      const nextFundingTime = this.#nextFundingTime
      parts.event(
        nextFundingTime === undefined
          ? { kind: 'funding', instrument: id, exchangeTime, receivedTime, rate }
          : { kind: 'funding', instrument: id, exchangeTime, receivedTime, rate, nextFundingTime },
      )
    }
  }

  /** True when a mark or index price was said. */
  #readPrices({ markPrice, indexPrice }: TickerData, parts: Parts): boolean {
    const factor = this.#instrument.unitFactor
    let said = false
    if (markPrice !== undefined) {
      const price = readDecimal(markPrice) / factor
      said = price > 0
      if (said) this.#markPrice = price
      else parts.refuse(badField(CHANNEL, 'markPrice', this.#instrument))
    }
    if (indexPrice !== undefined) {
      const price = readDecimal(indexPrice) / factor
      if (price > 0) {
        this.#indexPrice = price
        said = true
      } else parts.refuse(badField(CHANNEL, 'indexPrice', this.#instrument))
    }
    return said
  }

  /** Bybit's `openInterest` counts both sides; `singleOpenInterest` is one, where the venue says it. */
  #readOpenInterest({ openInterest, singleOpenInterest }: TickerData, parts: Parts): boolean {
    if (openInterest === undefined && singleOpenInterest === undefined) return false
    const contracts = oneSided(openInterest, singleOpenInterest)
    if (!(contracts >= 0)) {
      parts.refuse(
        badField(CHANNEL, singleOpenInterest === undefined ? 'openInterest' : 'singleOpenInterest', this.#instrument),
      )
      return false
    }
    const changed = contracts !== this.#contracts
    this.#contracts = contracts
    return changed
  }

  #readFunding({ fundingRate, nextFundingTime }: TickerData, parts: Parts): boolean {
    let changed = false
    // Dated contracts say "".
    if (fundingRate !== undefined && fundingRate !== '') {
      const rate = readDecimal(fundingRate)
      if (rate > -1 && rate < 1) {
        changed = rate !== this.#rate
        this.#rate = rate
      } else parts.refuse(badField(CHANNEL, 'fundingRate', this.#instrument))
    }
    if (nextFundingTime !== undefined && nextFundingTime !== '') {
      const time = readTextTime(nextFundingTime)
      if (time > 0) {
        changed ||= time !== this.#nextFundingTime
        this.#nextFundingTime = time
      } else parts.refuse(badField(CHANNEL, 'nextFundingTime', this.#instrument))
    }
    return changed
  }
}

/** One side's open interest, in the venue's unit, or NaN. */
export function oneSided(both: unknown, single: unknown): number {
  return single === undefined ? readDecimal(both) / 2 : readDecimal(single)
}
