import type { Bar } from '@liqscope/market'
import type { BarJson } from '@liqscope/protocol'

/** A year of minutes and a month: about 90 MB when full. The oldest go first. */
const MAX_BARS = 570_000
/** Dropping from the front of an array costs its length, so it is done for many at once. */
const DROP = 30_000

/** Closed bars of one instrument by open time, each moment once, and the sums of them that a chart asks for. */
export class BarStore {
  private readonly bars: Bar[] = []
  /** Sum of the bars' lengths, ms. */
  private covered = 0

  /** A bar of an open time already held replaces it. Late ones are put where they belong. */
  add(bar: Bar): void {
    const { bars } = this
    const last = bars.at(-1)
    this.covered += bar.intervalMs
    if (last === undefined || bar.exchangeTime > last.exchangeTime) bars.push(bar)
    else {
      const index = this.firstAt(bar.exchangeTime)
      const replaced = bars.splice(index, bars[index]?.exchangeTime === bar.exchangeTime ? 1 : 0, bar)
      this.covered -= lengthOf(replaced)
    }
    if (bars.length > MAX_BARS) this.covered -= lengthOf(bars.splice(0, DROP))
  }

  /** Open time of the oldest bar held. */
  get from(): number | undefined {
    return this.bars[0]?.exchangeTime
  }

  /** Close time of the newest bar held. */
  get to(): number | undefined {
    const last = this.bars.at(-1)
    return last && last.exchangeTime + last.intervalMs
  }

  get last(): Bar | undefined {
    return this.bars.at(-1)
  }

  /** Share of [from, to) that bars cover, 0-1. */
  get coverage(): number | undefined {
    const { from, to } = this
    if (from === undefined || to === undefined) return undefined
    return Math.min(1, this.covered / (to - from))
  }

  /** The last close at or before `time`, epoch ms, when a bar that ends within `tolerance` ms before it is held. */
  closeAt(time: number, tolerance: number): number | undefined {
    const bar = this.bars[this.firstAt(time) - 1]
    if (!bar) return undefined
    return bar.exchangeTime + bar.intervalMs >= time - tolerance ? bar.close : undefined
  }

  /**
   * Bars of `intervalMs` whose open time lies in [from, to), each the sum of the bars held within it, `open` (the bar
   * in progress) included. Bars longer than the interval are left out: they cannot be divided.
   */
  range(intervalMs: number, from: number, to: number, open?: Bar): BarJson[] {
    const result: BarJson[] = []
    let group: Bar[] = []
    let openTime = Number.NaN
    const close = () => {
      if (group.length > 0) result.push(sumOf(group, openTime))
      group = []
    }
    const take = (bar: Bar) => {
      if (bar.intervalMs > intervalMs) return
      const start = Math.floor(bar.exchangeTime / intervalMs) * intervalMs
      if (start < from || start >= to) return
      if (start !== openTime) close()
      openTime = start
      group.push(bar)
    }
    for (let i = this.firstAt(from); i < this.bars.length && this.bars[i]!.exchangeTime < to + intervalMs; i++)
      take(this.bars[i]!)
    if (open && open.exchangeTime >= (this.to ?? 0)) take(open)
    close()
    return result
  }

  /** Index of the first bar whose open time is at or after `time`. */
  private firstAt(time: number): number {
    let low = 0
    let high = this.bars.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.bars[middle]!.exchangeTime < time) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** One bar as the wire has it: what was not published is null. */
export function barJson(bar: Bar): BarJson {
  return sumOf([bar], bar.exchangeTime)
}

function sumOf(group: readonly Bar[], openTime: number): BarJson {
  const first = group[0]!
  const last = group.at(-1)!
  let { high, low } = first
  for (const bar of group) {
    if (bar.high > high) high = bar.high
    if (bar.low < low) low = bar.low
  }
  return {
    openTime,
    open: first.open,
    high,
    low,
    close: last.close,
    volume: total(group, 'volume'),
    takerBuyVolume: total(group, 'takerBuyVolume'),
    openInterest: latest(group, 'openInterest'),
    fundingRate: latest(group, 'fundingRate'),
    longLiquidated: total(group, 'longLiquidated'),
    shortLiquidated: total(group, 'shortLiquidated'),
  }
}

function lengthOf(bars: readonly Bar[]): number {
  return bars.reduce((sum, { intervalMs }) => sum + intervalMs, 0)
}

type Figure = 'volume' | 'takerBuyVolume' | 'openInterest' | 'fundingRate' | 'longLiquidated' | 'shortLiquidated'

/** Sum of what was published; null when nothing was. */
function total(group: readonly Bar[], figure: Figure): number | null {
  let sum: number | null = null
  for (const bar of group) {
    const value = bar[figure]
    if (value !== undefined) sum = (sum ?? 0) + value
  }
  return sum
}

function latest(group: readonly Bar[], figure: Figure): number | null {
  for (let i = group.length - 1; i >= 0; i--) {
    const value = group[i]![figure]
    if (value !== undefined) return value
  }
  return null
}
