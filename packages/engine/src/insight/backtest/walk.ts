import type { Bar } from '@liqscope/market'
import { MapBuilder } from '../../map/map-builder.ts'
import { type MarketView, marketView } from '../market-view.ts'
import { DAY_MS, endOf } from '../volatility.ts'

/** Nothing is decided before this much was seen: the map and the day's volatility need it. */
const WARM_UP_MS = DAY_MS
/** Bars that a decision may look at. */
const BARS_MS = 2 * DAY_MS

export interface WalkOptions {
  readonly everyMs: number
  /** Bars of this long after a decision are handed over to judge it. Decisions without all of them are left out. */
  readonly horizonMs: number
}

export interface Decision {
  readonly at: number // epoch ms
  /** From what was known at `at` alone. */
  readonly view: MarketView
  /** What came then, without a gap. Only for judging. */
  readonly ahead: readonly Bar[]
}

/** Walks through bars once, forward only: what is decided at a moment is computed from the bars that had closed by then. */
export function walkForward(bars: readonly Bar[], options: WalkOptions, decide: (decision: Decision) => void): void {
  const first = bars[0]
  if (first === undefined) return
  const every = Math.max(options.everyMs, first.intervalMs)
  const count = Math.ceil(options.horizonMs / first.intervalMs)
  const builder = new MapBuilder({ instrument: first.instrument, historyEnd: Number.POSITIVE_INFINITY })
  let from = 0
  for (let i = 0; i < bars.length; i++) {
    builder.apply(bars[i]!)
    const at = endOf(bars[i]!)
    if (at % every !== 0 || at - first.exchangeTime < WARM_UP_MS || i + count >= bars.length) continue
    const ahead = bars.slice(i + 1, i + 1 + count)
    if (ahead[0]!.exchangeTime !== at || ahead.at(-1)!.exchangeTime !== at + (count - 1) * first.intervalMs) continue
    while (bars[from]!.exchangeTime < at - BARS_MS) from++
    const map = builder.map()
    if (map !== undefined) decide({ at, view: marketView({ map, bars: bars.slice(from, i + 1) }), ahead })
  }
}

/** One trade on bars, at market now, closed at its stop, its target or the end; a bar that touches both is a stop. */
export interface Trade {
  readonly sign: 1 | -1 // of the position
  readonly entry: number
  readonly stop?: number
  readonly target?: number
}

export interface TradeOutcome {
  /** Before costs, a fraction of the entry. */
  readonly gain: number
  readonly end: 'stop' | 'target' | 'time'
  /** After the stop, price came back to the entry. */
  readonly back: boolean
}

export function tradeOn(ahead: readonly Bar[], { sign, entry, stop, target }: Trade): TradeOutcome {
  const gainAt = (price: number) => sign * (price / entry - 1)
  for (let i = 0; i < ahead.length; i++) {
    const { open, high, low } = ahead[i]!
    const worst = sign > 0 ? low : high
    const best = sign > 0 ? high : low
    if (stop !== undefined && sign * (worst - stop) <= 0) {
      // A bar that opens beyond the stop fills at its open.
      const filled = sign * (open - stop) < 0 ? open : stop
      const back = ahead.slice(i + 1).some((bar) => sign * ((sign > 0 ? bar.high : bar.low) - entry) >= 0)
      return { gain: gainAt(filled), end: 'stop', back }
    }
    if (target !== undefined && sign * (best - target) >= 0) return { gain: gainAt(target), end: 'target', back: false }
  }
  return { gain: gainAt(ahead.at(-1)!.close), end: 'time', back: false }
}

/** True when price came to the level. */
export function touches(ahead: readonly Bar[], price: number, level: number): boolean {
  return ahead.some(({ high, low }) => (level >= price ? high >= level : low <= level))
}
