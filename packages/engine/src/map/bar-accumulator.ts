import type { Bar, InstrumentId, MarketEvent } from '@liqscope/market'
import type { MarkRange } from '../estimate/estimator.ts'

/** Marks at least this often, on average, make their range the one that is swept; rarer ones miss extremes. */
const MARK_EVERY_MS = 3000

/** The events that make up a bar. */
export type BarPart = Exclude<MarketEvent, { kind: 'bar' | 'orderBook' | 'gap' | 'marginTable' }>

/** Builds the bar of the current interval from single events. Time is the exchange's, never a clock. */
export class BarAccumulator {
  /** Open time of the interval, NaN before the first event. */
  private start = Number.NaN
  private end = Number.NEGATIVE_INFINITY
  private open = 0
  private high = 0
  private low = 0
  private close = 0
  private volume = 0
  private takerBuyVolume = 0
  private trades = 0
  private markHigh = 0
  private markLow = 0
  private markClose = 0
  private firstMark = 0
  private marks = 0
  private openInterest: number | undefined
  private fundingRate: number | undefined
  private longLiquidated = 0
  private shortLiquidated = 0
  private forcedOrders = 0
  private receivedTime = 0

  constructor(
    private readonly instrument: InstrumentId,
    private readonly intervalMs: number,
  ) {}

  /** True when an event of this time belongs to a later interval than the one being built. */
  endsBefore(time: number): boolean {
    return time >= this.end
  }

  /** True when an event of this time comes too late for the interval being built. */
  startsAfter(time: number): boolean {
    return time < this.start
  }

  /** Adds an event of the current interval, or the first of a new one. */
  add(event: BarPart): void {
    const time = event.exchangeTime
    if (time >= this.end) this.begin(time)
    this.receivedTime = event.receivedTime
    switch (event.kind) {
      case 'trade': {
        const { price, size } = event
        if (this.trades++ === 0) this.open = this.high = this.low = price
        if (price > this.high) this.high = price
        if (price < this.low) this.low = price
        this.close = price
        this.volume += size
        if (event.side === 'buy') this.takerBuyVolume += size
        return
      }
      case 'markPrice': {
        const { price } = event
        if (this.marks++ === 0) this.firstMark = this.markHigh = this.markLow = price
        if (price > this.markHigh) this.markHigh = price
        if (price < this.markLow) this.markLow = price
        this.markClose = price
        return
      }
      case 'openInterest':
        this.openInterest = event.size
        return
      case 'funding':
        this.fundingRate = event.rate
        return
      case 'liquidationOrder':
        this.forcedOrders++
        if (event.positionSide === 'long') this.longLiquidated += event.size
        else this.shortLiquidated += event.size
    }
  }

  /**
   * The bar as far as it goes. `undefined` when the interval saw neither a trade nor a mark price. An interval with
   * marks but no trade is a bar of volume 0. Forced orders are absent where none were published: feeds are throttled.
   */
  get bar(): Bar | undefined {
    const traded = this.trades > 0
    if (!traded && this.marks === 0) return undefined
    return {
      kind: 'bar',
      instrument: this.instrument,
      exchangeTime: this.start,
      receivedTime: this.receivedTime,
      intervalMs: this.intervalMs,
      open: traded ? this.open : this.firstMark,
      high: traded ? this.high : this.markHigh,
      low: traded ? this.low : this.markLow,
      close: traded ? this.close : this.markClose,
      volume: this.volume,
      takerBuyVolume: this.takerBuyVolume,
      ...(this.openInterest === undefined ? {} : { openInterest: this.openInterest }),
      ...(this.fundingRate === undefined ? {} : { fundingRate: this.fundingRate }),
      ...(this.forcedOrders === 0
        ? {}
        : { longLiquidated: this.longLiquidated, shortLiquidated: this.shortLiquidated }),
    }
  }

  /** The mark price's range, where it was followed closely enough to trust its extremes. */
  get markRange(): MarkRange | undefined {
    if (this.marks * MARK_EVERY_MS < this.intervalMs) return undefined
    return { high: this.markHigh, low: this.markLow, close: this.markClose }
  }

  /** The newest price that triggers liquidation: the mark, else the last trade. */
  get price(): number | undefined {
    if (this.marks > 0) return this.markClose
    return this.trades > 0 ? this.close : undefined
  }

  /** Forgets the interval. The next event begins its own. */
  clear(): void {
    this.start = Number.NaN
    this.end = Number.NEGATIVE_INFINITY
    this.trades = this.marks = 0
  }

  private begin(time: number): void {
    this.start = Math.floor(time / this.intervalMs) * this.intervalMs
    this.end = this.start + this.intervalMs
    this.trades = this.marks = this.forcedOrders = 0
    this.volume = this.takerBuyVolume = this.longLiquidated = this.shortLiquidated = 0
    this.openInterest = undefined
    this.fundingRate = undefined
  }
}
