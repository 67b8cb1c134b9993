import type { BarJson } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { en } from '../text/en/index.ts'
import { overlayLines, vwap } from './overlays.ts'
import { sessionOpens } from './sessions.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const bar = (openTime: number, close: number, volume: number | null = 1, spread = 1): BarJson => ({
  openTime,
  open: close,
  high: close + spread,
  low: close - spread,
  close,
  volume,
  takerBuyVolume: null,
  openInterest: null,
  fundingRate: null,
  longLiquidated: null,
  shortLiquidated: null,
})

describe('VWAP', () => {
  it('weighs typical prices by volume and begins anew with the day', () => {
    const bars = [bar(DAY - HOUR, 50), bar(DAY, 10, 1), bar(DAY + HOUR, 20, 3)]
    expect(vwap(bars, HOUR).map(({ price }) => price)).toEqual([50, 10, 17.5]) // (10 + 3 * 20) / 4
  })

  it('leaves bars without a volume out', () => {
    expect(vwap([bar(0, 10, null), bar(HOUR, 20, 2)], HOUR)).toEqual([{ openTime: HOUR, price: 20 }])
  })
})

describe('means and bands', () => {
  const bars = Array.from({ length: 80 }, (_, i) => bar(i * HOUR, 100))

  it('begin once as many bars as their period are in them, and lie on a flat price', () => {
    const [fast, slow] = overlayLines(bars, ['ema'], HOUR, en)
    expect([fast?.points[0]?.openTime, slow?.points[0]?.openTime]).toEqual([20 * HOUR, 54 * HOUR])
    expect(fast?.points.every(({ price }) => Math.abs(price - 100) < 1e-9)).toBe(true)
  })

  it('bands lie two true ranges around the mean', () => {
    const [upper, lower] = overlayLines(bars, ['atr'], HOUR, en)
    expect(upper?.points.at(-1)?.price).toBeCloseTo(104, 9) // 100 + 2 * (101 - 99)
    expect(lower?.points.at(-1)?.price).toBeCloseTo(96, 9)
  })
})

describe('session opens', () => {
  it("follow each place's clock through its summer time", () => {
    // New York changed on 8 March 2026, London on the 29th.
    const at = (day: number) =>
      sessionOpens(Date.UTC(2026, 2, day), Date.UTC(2026, 2, day + 1)).map(
        ({ place, time }) => `${place} ${new Date(time).toISOString().slice(11, 16)}`,
      )
    expect(at(6)).toEqual(['tokyo 00:00', 'london 08:00', 'newYork 14:30'])
    expect(at(9)).toEqual(['tokyo 00:00', 'london 08:00', 'newYork 13:30'])
    expect(at(30)).toEqual(['tokyo 00:00', 'london 07:00', 'newYork 13:30'])
  })

  it('leave weekends out', () => {
    expect(sessionOpens(Date.UTC(2026, 2, 21), Date.UTC(2026, 2, 22, 23))).toEqual([])
  })
})
