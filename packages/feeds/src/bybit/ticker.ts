import { baseSize, type Instrument, type MarketEvent } from '@liqscope/market'
import { badField, type RefusedPart } from '../venue/message.ts'
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
  read(data: TickerData, exchangeTime: number, receivedTime: number): (MarketEvent | RefusedPart)[] {
    const instrument = this.#instrument
    const { id } = instrument
    const parts: (MarketEvent | RefusedPart)[] = []
    const marks = this.#readPrices(data, parts)
    const price = this.#markPrice
    const indexPrice = this.#indexPrice
    // Whole literals rather than spreads, which would be most of the work.
    if (marks && price !== undefined)
      parts.push(
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
      parts.push({ kind: 'openInterest', instrument: id, exchangeTime, receivedTime, size })
    }
    const isFundingNew = this.#readFunding(data, parts)
    if (this.#rate !== undefined && (isFundingNew || exchangeTime - this.#fundingAt >= REPEAT_MS)) {
      this.#fundingAt = exchangeTime
      const rate = this.#rate
      const nextFundingTime = this.#nextFundingTime
      parts.push(
        nextFundingTime === undefined
          ? { kind: 'funding', instrument: id, exchangeTime, receivedTime, rate }
          : { kind: 'funding', instrument: id, exchangeTime, receivedTime, rate, nextFundingTime },
      )
    }
    return parts
  }

  /** True when a mark or index price was said. */
  #readPrices({ markPrice, indexPrice }: TickerData, parts: (MarketEvent | RefusedPart)[]): boolean {
    const factor = this.#instrument.unitFactor
    let said = false
    if (markPrice !== undefined) {
      const price = readDecimal(markPrice) / factor
      said = price > 0
      if (said) this.#markPrice = price
      else parts.push(badField(CHANNEL, 'markPrice', this.#instrument))
    }
    if (indexPrice !== undefined) {
      const price = readDecimal(indexPrice) / factor
      if (price > 0) {
        this.#indexPrice = price
        said = true
      } else parts.push(badField(CHANNEL, 'indexPrice', this.#instrument))
    }
    return said
  }

  /** Bybit's `openInterest` counts both sides; `singleOpenInterest` is one, where the venue says it. */
  #readOpenInterest({ openInterest, singleOpenInterest }: TickerData, parts: (MarketEvent | RefusedPart)[]): boolean {
    if (openInterest === undefined && singleOpenInterest === undefined) return false
    const contracts = oneSided(openInterest, singleOpenInterest)
    if (!(contracts >= 0)) {
      parts.push(
        badField(CHANNEL, singleOpenInterest === undefined ? 'openInterest' : 'singleOpenInterest', this.#instrument),
      )
      return false
    }
    const changed = contracts !== this.#contracts
    this.#contracts = contracts
    return changed
  }

  #readFunding({ fundingRate, nextFundingTime }: TickerData, parts: (MarketEvent | RefusedPart)[]): boolean {
    let changed = false
    // Dated contracts say "".
    if (fundingRate !== undefined && fundingRate !== '') {
      const rate = readDecimal(fundingRate)
      if (rate > -1 && rate < 1) {
        changed = rate !== this.#rate
        this.#rate = rate
      } else parts.push(badField(CHANNEL, 'fundingRate', this.#instrument))
    }
    if (nextFundingTime !== undefined && nextFundingTime !== '') {
      const time = readTextTime(nextFundingTime)
      if (time > 0) {
        changed ||= time !== this.#nextFundingTime
        this.#nextFundingTime = time
      } else parts.push(badField(CHANNEL, 'nextFundingTime', this.#instrument))
    }
    return changed
  }
}

/** One side's open interest, in the venue's unit, or NaN. */
export function oneSided(both: unknown, single: unknown): number {
  return single === undefined ? readDecimal(both) / 2 : readDecimal(single)
}
