import type { LiquidationMap } from '@liqscope/engine'
import { describe, expect, test } from 'vitest'
import { mapPicture } from './map-picture.ts'
import { rasterise } from './rasterise.ts'

const STEP = 5e-4
const FIRST = Math.floor(Math.log(60_000) / STEP)
const BINS = 700

/** A dense band of shorts 2 % above 70,000 and of longs 3 % below. */
function map(): LiquidationMap {
  const dense = (price: number) => (i: number) =>
    1e5 * Math.exp(-(((Math.log(price) / STEP - FIRST - i) / 6) ** 2)) + 2_000
  const mark = Math.log(70_000) / STEP - FIRST
  const long = Float64Array.from({ length: BINS }, (_, i) => (i + 1 <= mark ? dense(67_900)(i) : 0))
  const short = Float64Array.from({ length: BINS }, (_, i) => (i >= mark ? dense(71_400)(i) : 0))
  return {
    kind: 'liquidationMap',
    market: 'binance:BTC<USDT',
    at: Date.UTC(2026, 2, 19, 14, 32),
    price: 70_000,
    step: STEP,
    firstBin: FIRST,
    bins: BINS,
    long,
    short,
    longLow: long.map((value) => value / 2),
    longHigh: long.map((value) => 2 * value),
    shortLow: short.map((value) => value / 2),
    shortHigh: short.map((value) => 2 * value),
    byLeverage: new Float64Array(5 * BINS),
    model: { name: 'test', version: '1', weights: 'prior', notes: [] },
  }
}

describe('the picture of a map', () => {
  const text = mapPicture({ map: map(), simulated: false, coverage: 0.9899 })

  test('says what it shows: market, mark, time, estimate, coverage, never rounded up', () => {
    for (const words of [
      '70,000',
      '2026-03-19 14:32 UTC',
      'ESTIMATED',
      'data cover 98 % of the time held',
      'prior weights',
    ])
      expect(text).toContain(words)
    expect(text).not.toContain('SIMULATED')
    expect(text).not.toContain('BTC<USDT')
  })

  test('says of a simulated market that it is one, twice, and of late data that they are late', () => {
    const sim = mapPicture({ map: map(), simulated: true, coverage: undefined, notLive: 'stale' })
    expect(sim.match(/SIMULATED/g)).toHaveLength(2)
    expect(sim).toContain('not live: stale')
    expect(sim).toContain('coverage unknown')
  })

  test('draws shorts above the mark, longs below, the longest bar where the band is densest', () => {
    const bars = [...text.matchAll(/<rect x="118" y="([\d.]+)" width="([\d.]+)" height="[\d.]+" fill="(#\w+)"/g)].map(
      ([, y, width, fill]) => ({ y: Number(y), width: Number(width), fill }),
    )
    const mark = Number(/<line x1="24" x2="876" y1="([\d.]+)"/.exec(text)?.[1])
    expect(bars.length).toBe(72)
    for (const { y, fill } of bars) expect(fill).toBe(y < mark ? '#ef5350' : '#26a69a')
    const longest = bars.toSorted((a, b) => b.width - a.width)[0]!
    // 71,400 is ln(1.02) / 0.06 of the upper half away from the mark, 67,900 as much of the lower half.
    const yOf = (price: number) => mark - (Math.log(price / 70_000) / 0.06) * (mark - 104)
    expect(Math.min(Math.abs(longest.y - yOf(71_400)), Math.abs(longest.y - yOf(67_900)))).toBeLessThan(12)
  })

  test('becomes a PNG in which words are really drawn', async () => {
    const png = await rasterise(text)
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])
    const view = new DataView(png.buffer, png.byteOffset)
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([900, 960])
    const wordless = await rasterise(text.replace(/>[^<>]+<\/text>/g, '></text>'))
    expect(png.length).toBeGreaterThan(1.5 * wordless.length)
  })

  test('that cannot be drawn is an error, not an empty picture', async () => {
    await expect(rasterise('<svg')).rejects.toBeDefined()
  })
})
