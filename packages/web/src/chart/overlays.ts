import type { BarJson } from '@liqscope/protocol'
import { ATR, EMA } from 'trading-signals'
import type { OverlayName } from '../state/layout.ts'
import type { Text } from '../text/en/index.ts'

/** OBSERVED: a line over the candles, computed from bars. */
export interface OverlayLine {
  readonly key: string
  readonly label: string
  readonly look: 'strong' | 'plain' | 'faint'
  readonly points: readonly { readonly openTime: number; readonly price: number }[]
}

const EMA_PERIODS = [21, 55] as const
const ATR_PERIOD = 14
const ATR_FACTOR = 2
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 1 January 1970 was a Thursday: weeks are counted from Monday. */
const MONDAY = 4 * DAY

const known = new WeakMap<readonly BarJson[], Map<OverlayName, readonly OverlayLine[]>>()

/** The lines of the overlays asked for; computed once for each list of bars. */
export function overlayLines(
  bars: readonly BarJson[],
  overlays: readonly OverlayName[],
  intervalMs: number,
  { picture: { overlays: words } }: Text,
): readonly OverlayLine[] {
  const held = known.get(bars) ?? new Map<OverlayName, readonly OverlayLine[]>()
  known.set(bars, held)
  return overlays.flatMap((name) => {
    const lines = held.get(name) ?? build(name, bars, intervalMs, words)
    held.set(name, lines)
    return lines
  })
}

function build(
  name: OverlayName,
  bars: readonly BarJson[],
  intervalMs: number,
  words: Text['picture']['overlays'],
): readonly OverlayLine[] {
  switch (name) {
    case 'vwap':
      return [{ key: 'vwap', label: words.vwap, look: 'strong', points: vwap(bars, intervalMs) }]
    case 'ema':
      return EMA_PERIODS.map((period) => ({
        key: `ema${period}`,
        label: words.ema(period),
        look: 'plain',
        points: ema(bars, period),
      }))
    case 'atr':
      return atrBands(bars).map((points, i) => ({
        key: `atr${i}`,
        label: i === 0 ? words.atr(ATR_PERIOD, ATR_FACTOR) : '',
        look: 'faint',
        points,
      }))
    case 'sessions':
    case 'gradient':
    case 'events':
      return []
  }
}

/** Volume-weighted mean of typical prices since the day began, UTC; since Monday for bars of four hours and more. */
export function vwap(bars: readonly BarJson[], intervalMs: number): OverlayLine['points'] {
  const spanOf = (time: number) =>
    intervalMs >= 4 * HOUR ? Math.floor((time - MONDAY) / (7 * DAY)) : Math.floor(time / DAY)
  let span: number | undefined
  let notional = 0
  let volume = 0
  return bars.flatMap((bar) => {
    if (spanOf(bar.openTime) !== span) {
      span = spanOf(bar.openTime)
      notional = 0
      volume = 0
    }
    if (bar.volume === null) return []
    notional += (bar.volume * (bar.high + bar.low + bar.close)) / 3
    volume += bar.volume
    return volume > 0 ? [{ openTime: bar.openTime, price: notional / volume }] : []
  })
}

/** Exponential mean of closes, drawn once as many bars as its period are in it. */
function ema(bars: readonly BarJson[], period: number): OverlayLine['points'] {
  const mean = new EMA(period)
  return bars.flatMap(({ openTime, close }) => {
    const price = mean.update(close, false)
    return mean.isStable ? [{ openTime, price }] : []
  })
}

/** The shorter mean of closes plus and minus two average true ranges. */
function atrBands(bars: readonly BarJson[]): readonly OverlayLine['points'][] {
  const mean = new EMA(EMA_PERIODS[0])
  const range = new ATR(ATR_PERIOD)
  const points = bars.flatMap(({ openTime, high, low, close }) => {
    const middle = mean.update(close, false)
    const width = range.update({ high, low, close }, false)
    return mean.isStable && width !== null ? [{ openTime, middle, width: ATR_FACTOR * width }] : []
  })
  return [1, -1].map((sign) =>
    points.map(({ openTime, middle, width }) => ({ openTime, price: middle + sign * width })),
  )
}
