import type { Bar } from '@liqscope/market'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** Windows whose variances are averaged into a forecast, as in HAR (Corsi 2009), with equal weights chosen beforehand. */
const WINDOWS_MS = [HOUR_MS, 4 * HOUR_MS, DAY_MS] as const
/** A window counts when bars cover this part of it. */
const LEAST_COVERED = 0.5
const FEWEST_BARS = 2
const ATR_BARS = 14
const ATR_BAR_MS = 1_800_000

/** Bars that ended within (until - windowMs, until], newest last. Bars are sorted by time. */
export function barsWithin(bars: readonly Bar[], windowMs: number, until: number): readonly Bar[] {
  let to = bars.length
  while (to > 0 && endOf(bars[to - 1]!) > until) to--
  let from = to
  while (from > 0 && bars[from - 1]!.exchangeTime >= until - windowMs) from--
  return bars.slice(from, to)
}

/**
 * Variance of ln(price) per hour over the window, from the range of each bar (Parkinson 1980: `ln(H / L)^2 / (4 ln 2)`)
 * and the jump between bars. Undefined when bars cover less than half of the window.
 */
export function varianceRate(bars: readonly Bar[], windowMs: number, until: number): number | undefined {
  const interval = bars.at(-1)?.intervalMs ?? 0
  const window = Math.max(windowMs, FEWEST_BARS * interval)
  const within = barsWithin(bars, window, until)
  if (within.length < FEWEST_BARS) return undefined
  const covered = within.reduce((sum, bar) => sum + bar.intervalMs, 0)
  if (covered < LEAST_COVERED * window) return undefined
  return (varianceOf(within) / covered) * HOUR_MS
}

/** Variance of ln(price) over the bars together: ranges within them and jumps between neighbours. */
export function varianceOf(bars: readonly Bar[]): number {
  let sum = 0
  for (let i = 0; i < bars.length; i++) {
    const { high, low, open } = bars[i]!
    sum += Math.log(high / low) ** 2 / (4 * Math.LN2)
    const before = bars[i - 1]
    if (before !== undefined) sum += Math.log(open / before.close) ** 2
  }
  return sum
}

/**
 * Standard deviation of ln(price) over the next `horizonMs`: the mean of the variances of the last hour, four hours
 * and day, without drift. Undefined when none of them is known.
 */
export function forecastVolatility(bars: readonly Bar[], horizonMs: number, until: number): number | undefined {
  const rates = WINDOWS_MS.map((window) => varianceRate(bars, window, until)).filter((rate) => rate !== undefined)
  if (rates.length === 0) return undefined
  const rate = rates.reduce((sum, one) => sum + one, 0) / rates.length
  return rate > 0 ? Math.sqrt((rate * horizonMs) / HOUR_MS) : undefined
}

/**
 * Average true range of 14 bars of half an hour, or of the bars themselves where they are longer, as a fraction of the
 * last close. Undefined with fewer bars.
 */
export function averageTrueRange(bars: readonly Bar[], until: number): number | undefined {
  const interval = Math.max(ATR_BAR_MS, bars.at(-1)?.intervalMs ?? 0)
  const wide = joined(barsWithin(bars, (ATR_BARS + 1) * interval, until), interval, until)
  if (wide.length < ATR_BARS) return undefined
  const recent = wide.slice(-ATR_BARS - 1)
  let sum = 0
  let count = 0
  for (let i = recent.length - ATR_BARS; i < recent.length; i++) {
    const { high, low } = recent[i]!
    const before = recent[i - 1]?.close ?? recent[i]!.open
    sum += Math.max(high, before) - Math.min(low, before)
    count++
  }
  return sum / count / recent.at(-1)!.close
}

interface WideBar {
  readonly open: number
  high: number
  low: number
  close: number
}

/** Bars joined into stretches of `intervalMs` that end at `until`. */
function joined(bars: readonly Bar[], intervalMs: number, until: number): WideBar[] {
  const wide: WideBar[] = []
  let key = Number.NaN
  for (const { exchangeTime, open, high, low, close } of bars) {
    const at = Math.floor((exchangeTime - until) / intervalMs)
    const last = wide.at(-1)
    if (at !== key || last === undefined) {
      wide.push({ open, high, low, close })
      key = at
      continue
    }
    last.high = Math.max(last.high, high)
    last.low = Math.min(last.low, low)
    last.close = close
  }
  return wide
}

/** Traded notional per day over the last day, or over what of it is known, USD. Undefined without volumes. */
export function dailyNotional(bars: readonly Bar[], until: number): number | undefined {
  let notional = 0
  let covered = 0
  for (const { volume, close, intervalMs } of barsWithin(bars, DAY_MS, until)) {
    if (volume === undefined) continue
    notional += volume * close
    covered += intervalMs
  }
  return covered > 0 && notional > 0 ? (notional * DAY_MS) / covered : undefined
}

export function endOf(bar: Bar): number {
  return bar.exchangeTime + bar.intervalMs
}
