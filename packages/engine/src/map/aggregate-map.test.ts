import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceAt } from '../estimate/price-grid.ts'
import { randomBars } from '../testing/random-bars.ts'
import { aggregateMaps, type MapPart } from './aggregate-map.ts'
import type { LiquidationMap } from './liquidation-map.ts'
import { MapBuilder } from './map-builder.ts'

const WINDOW = { below: 0.2, above: 0.2 }

function mapOf(seed: number, market: LiquidationMap['market'], scale = 1): LiquidationMap {
  const builder = new MapBuilder({ instrument: market })
  for (const bar of randomBars({ seed, bars: 300 }))
    builder.apply({
      ...bar,
      instrument: market,
      open: bar.open * scale,
      high: bar.high * scale,
      low: bar.low * scale,
      close: bar.close * scale,
    })
  return builder.map()!
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}

function massBeyond(map: LiquidationMap, side: 'long' | 'short', distance: number): number {
  let sum = 0
  for (let i = 0; i < map.bins; i++)
    if (Math.abs(Math.log(priceAt(map.firstBin + i + 0.5) / map.price)) > distance) sum += map[side][i]!
  return sum
}

function aggregate(parts: readonly MapPart[], reference: number): LiquidationMap {
  return aggregateMaps(parts, { market: 'all:BTC', reference, ...WINDOW })
}

describe('the sum of several venues', () => {
  test('one part on its own mark is that part, bin for bin', () => {
    const map = mapOf(1, 'binance:BTCUSDT')
    const sum = aggregate([{ map, weight: 1 }], map.price)
    expect(sum.firstBin).toBe(map.firstBin)
    for (const name of ['long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh', 'byLeverage'] as const)
      map[name].forEach((value, i) => {
        expect(Math.abs(sum[name][i]! - value)).toBeLessThanOrEqual(1e-6 * (1 + value))
      })
    expect(sum.spread?.phi).toBeCloseTo(map.spread!.phi, 6)
    expect(sum.shares).toEqual([
      { market: 'binance:BTCUSDT', weight: 1, at: map.at, price: map.price, basis: 0, openInterestShare: 1 },
    ])
  })

  test('stands for the published mass over all that its parts say is forced', () => {
    const half = mapOf(1, 'binance:BTCUSDT') // half is published, nobody measured it
    const other = mapOf(2, 'bybit:BTCUSDT')
    const all = { factor: 1, low: 1, high: 1, source: 'complete' } as const
    const whole = { ...other, model: { ...other.model, capture: all } }
    expect(half.model.capture).toMatchObject({ factor: 0.5, source: 'assumed' })
    const mass = ({ long, short }: LiquidationMap) => sumOf(long) + sumOf(short)
    const { capture } = aggregate(
      [
        { map: half, weight: 1 },
        { map: whole, weight: 1 },
      ],
      half.price,
    ).model
    expect(capture?.factor).toBeCloseTo((mass(half) + mass(whole)) / (mass(half) / 0.5 + mass(whole)), 9)
    expect(capture?.source).toBe('assumed')
    expect(aggregate([{ map: whole, weight: 1 }], whole.price).model.capture).toEqual(all)
  })

  test('each side holds what its parts hold, moved by their basis, and nothing crosses the reference', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: -0.004, max: 0.004, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, basis, weight) => {
          const one = mapOf(seed, 'binance:BTCUSDT')
          const other = mapOf(seed, 'okx:BTC-USDT-SWAP', Math.exp(basis))
          const sum = aggregate(
            [
              { map: one, weight: 1 },
              { map: other, weight },
            ],
            one.price,
          )
          for (const side of ['long', 'short'] as const) {
            const expected = massBeyond(one, side, 0) + weight * massBeyond(other, side, 0)
            const inside = sumOf(sum[side])
            // What lies at the window's far edge may be shifted out of it: at most what the outermost per cent holds.
            const edge = massBeyond(one, side, 0.16) + massBeyond(other, side, 0.16)
            expect(inside).toBeLessThanOrEqual(expected * (1 + 1e-9))
            expect(inside).toBeGreaterThanOrEqual((expected - edge) * (1 - 1e-9))
          }
          for (let i = 0; i < sum.bins; i++) {
            const middle = priceAt(sum.firstBin + i + 0.5)
            if (middle >= sum.price) expect(sum.long[i]).toBe(0)
            if (middle < sum.price) expect(sum.short[i]).toBe(0)
            expect(sum.longLow[i]!).toBeLessThanOrEqual(sum.long[i]! * (1 + 1e-9))
            expect(sum.longHigh[i]!).toBeGreaterThanOrEqual(sum.long[i]! * (1 - 1e-9))
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  test('a venue 0.3 % dearer adds its mass at the same distance from the reference, not 0.3 % away', () => {
    const one = mapOf(7, 'binance:BTCUSDT')
    const dear = mapOf(7, 'okx:BTC-USDT-SWAP', 1.003)
    const twice = aggregate(
      [
        { map: one, weight: 1 },
        { map: dear, weight: 1 },
      ],
      one.price,
    )
    for (const side of ['long', 'short'] as const) {
      const centre = (map: LiquidationMap) => {
        let moment = 0
        let mass = 0
        for (let i = 0; i < map.bins; i++) {
          const distance = Math.log(priceAt(map.firstBin + i + 0.5) / map.price)
          if (Math.abs(distance) > 0.15) continue // windows begin at whole per cents, so their far ends differ
          moment += map[side][i]! * distance
          mass += map[side][i]!
        }
        return moment / mass
      }
      // Without the move the centre would lie 15 bp off; a bin is 5 bp.
      expect(Math.abs(centre(twice) - centre(one))).toBeLessThan(0.0003)
    }
    expect(twice.shares?.[1]?.basis).toBeCloseTo(Math.log(1.003), 9)
  })

  test('a part of weight 0 adds nothing, and its share of open interest is still named', () => {
    const one = mapOf(3, 'binance:BTCUSDT')
    const gone = mapOf(4, 'okx:BTC-USDT-SWAP')
    const alone = aggregate([{ map: one, weight: 1 }], one.price)
    const sum = aggregate(
      [
        { map: one, weight: 1 },
        { map: gone, weight: 0 },
      ],
      one.price,
    )
    expect(sum.long).toEqual(alone.long)
    expect(sum.openInterest).toEqual(alone.openInterest)
    expect(sum.shares?.[1]).toMatchObject({ market: 'okx:BTC-USDT-SWAP', weight: 0 })
    const shares = sum.shares!.map(({ openInterestShare = 0 }) => openInterestShare)
    expect(sumOf(shares)).toBeCloseTo(1, 12)
    expect(shares[1]).toBeGreaterThan(0)
  })

  test('each bin is split by venue and by leverage, and both splits add up to it', () => {
    const sum = aggregate(
      [
        { map: mapOf(5, 'binance:BTCUSDT'), weight: 1 },
        { map: mapOf(6, 'bybit:BTCUSDT', 0.9995), weight: 0.5 },
      ],
      mapOf(5, 'binance:BTCUSDT').price,
    )
    for (let i = 0; i < sum.bins; i++) {
      const bin = sum.long[i]! + sum.short[i]!
      const byVenue = sum.byVenue![i]! + sum.byVenue![sum.bins + i]!
      let byLeverage = 0
      for (let at = i; at < sum.byLeverage.length; at += sum.bins) byLeverage += sum.byLeverage[at]!
      expect(Math.abs(byVenue - bin)).toBeLessThanOrEqual(1e-9 * (1 + bin))
      expect(Math.abs(byLeverage - bin)).toBeLessThanOrEqual(1e-9 * (1 + bin))
    }
  })

  test('the order of parts changes no number', () => {
    const [a, b] = [mapOf(8, 'binance:BTCUSDT'), mapOf(9, 'okx:BTC-USDT-SWAP')]
    const one = aggregate(
      [
        { map: a, weight: 1 },
        { map: b, weight: 0.3 },
      ],
      a.price,
    )
    const other = aggregate(
      [
        { map: b, weight: 0.3 },
        { map: a, weight: 1 },
      ],
      a.price,
    )
    for (let i = 0; i < one.bins; i++) expect(other.long[i]).toBeCloseTo(one.long[i]!, 6)
    expect(one.openInterest?.size).toBeCloseTo(other.openInterest!.size, 9)
  })

  test('no part, or parts of other grids, are refused', () => {
    const map = mapOf(1, 'binance:BTCUSDT')
    expect(() => aggregate([], 1)).toThrow('at least one')
    expect(() =>
      aggregate(
        [
          { map, weight: 1 },
          { map: { ...map, step: 0.001 }, weight: 1 },
        ],
        map.price,
      ),
    ).toThrow('grids')
  })
})
