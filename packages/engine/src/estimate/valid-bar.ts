import type { Bar } from '@liqscope/market'

/** Why a bar was not folded. The state never sees such a bar: the interval counts as not delivered. */
export type BarFault = 'price' | 'order of prices' | 'size' | 'time' | 'duplicate' | 'older' | 'implausible jump'

/** A factor between neighbouring bars that no listed future has moved by in one bar; more is a broken print. */
const LARGEST_JUMP = 20

/** What is wrong with the bar's own figures, before any state is asked. */
export function faultOf(bar: Bar): BarFault | undefined {
  const { open, high, low, close, volume, openInterest, exchangeTime, intervalMs } = bar
  if (!(Number.isFinite(exchangeTime) && intervalMs > 0 && Number.isFinite(intervalMs))) return 'time'
  if (!(low > 0 && open > 0 && close > 0 && high < Number.POSITIVE_INFINITY)) return 'price'
  if (!(high >= open && high >= close && low <= open && low <= close)) return 'order of prices'
  if (volume !== undefined && !(volume >= 0 && volume < Number.POSITIVE_INFINITY)) return 'size'
  if (openInterest !== undefined && !(openInterest >= 0 && openInterest < Number.POSITIVE_INFINITY)) return 'size'
  return undefined
}

/** True when price cannot have got from `previous` to the bar. */
export function isImplausible(bar: Bar, previous: number): boolean {
  return bar.low > previous * LARGEST_JUMP || bar.high * LARGEST_JUMP < previous
}
