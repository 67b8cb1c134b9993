import { type Candle, joinCandles, MINUTE_MS } from './candle.ts'
import type { MarketRecord } from './market-record.ts'

const DAY_MS = 86_400_000

export interface DayFigures {
  readonly day: Candle
  readonly change: number
  readonly changePercent: number
  readonly average: number
  readonly lastSize: number
}

/** The last 24 hours to the minute. Undefined before the first candle. */
export function dayFigures(record: MarketRecord, time: number): DayFigures | undefined {
  const minutes = record.candlesFrom(time - DAY_MS, time, DAY_MS / MINUTE_MS + 1)
  const first = minutes[0]
  if (first === undefined) return undefined
  const day = joinCandles(
    minutes.map((minute) => ({ ...minute, openTime: 0 })),
    DAY_MS,
  )[0]
  if (day === undefined) return undefined
  return {
    day: { ...day, openTime: first.openTime },
    change: day.close - day.open,
    changePercent: (100 * (day.close - day.open)) / day.open,
    average: day.volume > 0 ? day.quoteVolume / day.volume : day.close,
    lastSize: record.lastTrade?.size ?? 0,
  }
}
