import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { deductionsOf, hyperliquidMaintenanceRate, type MarginTier, type PositionSide, tierOf } from '@liqscope/market'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bankruptcyPrice, liquidationPrice, type Position, triggerPrice } from './liquidation-price.ts'
import { BYBIT_BEFORE_MAY_2026, LEGACY_INVERSE, marginRuleOf } from './margin-rule.ts'

const DATA = resolve(process.env.LIQSCOPE_DATA ?? '../shared/data')
const TODAY = Date.UTC(2026, 10, 22)

/** One band for all notionals. */
function flat(maintenanceRate: number, deduction = 0): MarginTier[] {
  return [{ notionalFloor: 0, notionalCap: Number.POSITIVE_INFINITY, maxLeverage: 100, maintenanceRate, deduction }]
}

/** A table from floors and rates; deductions from the formula unless the venue has none. */
function tiersOf(rows: readonly (readonly [floor: number, rate: number])[], deduction = true): MarginTier[] {
  const bands = rows.map(([notionalFloor, maintenanceRate]) => ({ notionalFloor, maintenanceRate }))
  const deductions = deductionsOf(bands)
  return bands.map((band, j) => ({
    ...band,
    notionalCap: bands[j + 1]?.notionalFloor ?? Number.POSITIVE_INFINITY,
    maxLeverage: 1 / (2 * band.maintenanceRate),
    deduction: deduction ? deductions[j]! : 0,
  }))
}

function linear(side: PositionSide, size: number, entry: number, margin: number): Position {
  return { kind: 'linear', side, size, entry, margin }
}

const binance = { rule: marginRuleOf('binance', TODAY), takerFee: 0.0005 }
const okx = { rule: marginRuleOf('okx', TODAY), takerFee: 0.0005 }

describe('liquidation price of a linear contract', () => {
  test('a long at 10x is liquidated where its equity is the maintenance margin', () => {
    // (50_000 - 5_000) / (1 - 0.005) = 45_226.13
    expect(liquidationPrice(linear('long', 1, 50_000, 5_000), { ...binance, tiers: flat(0.005) })).toBeCloseTo(
      45_226.13,
      2,
    )
  })

  test('a short at 10x likewise', () => {
    // (50_000 + 5_000) / (1 + 0.005) = 54_726.37
    expect(liquidationPrice(linear('short', 1, 50_000, 5_000), { ...binance, tiers: flat(0.005) })).toBeCloseTo(
      54_726.37,
      2,
    )
  })

  test("Binance's own example holds to a cent", () => {
    // (109.488 * 32_481.98 - 1_535_443.01 - 16_300) / (109.488 * (1 - 0.025)) = 18_778.73
    const position = linear('long', 109.488, 32_481.98, 1_535_443.01)
    expect(liquidationPrice(position, { ...binance, tiers: flat(0.025, 16_300) })).toBeCloseTo(18_778.73, 2)
  })

  test("Hyperliquid's rate is half of the initial margin at the highest leverage", () => {
    // 50x: 1 / (2 * 50) = 0.01; (0.0335 * 2_986.3 - 4.981226) / (0.0335 * 0.99) = 2_866.269
    expect(hyperliquidMaintenanceRate(50)).toBe(0.01)
    const terms = { rule: marginRuleOf('hyperliquid', TODAY), takerFee: 0.00045, tiers: flat(0.01) }
    expect(liquidationPrice(linear('long', 0.0335, 2986.3, 4.981226), terms)).toBeCloseTo(2866.269, 3)
  })

  test('Bitget counts the closing fee', () => {
    // (250 - 9.669505) / (0.01 * (1 - 0.004 - 0.0006)) = 24_144.11
    const terms = { rule: marginRuleOf('bitget', TODAY), takerFee: 0.0006, tiers: flat(0.004) }
    expect(liquidationPrice(linear('long', 0.01, 25_000, 9.669505009337334), terms)).toBeCloseTo(24_144.11, 2)
  })

  test('Bybit took maintenance at entry until May 2026, and takes it at mark with the fee since', () => {
    const position = linear('long', 1, 20_000, 400)
    // 20_000 - (400 - 0.005 * 20_000) = 19_700
    const before = { rule: marginRuleOf('bybit', Date.UTC(2026, 3, 1)), takerFee: 0.00055, tiers: flat(0.005) }
    expect(before.rule).toBe(BYBIT_BEFORE_MAY_2026)
    expect(liquidationPrice(position, before)).toBeCloseTo(19_700, 6)
    // 19_600 / (1 - 0.005) = 19_698.49 without the fee, 19_600 / (1 - 0.005 - 0.00055) = 19_709.39 with it
    const now = { ...before, rule: marginRuleOf('bybit', TODAY) }
    expect(liquidationPrice(position, { ...now, takerFee: 0 })).toBeCloseTo(19_698.49, 2)
    expect(liquidationPrice(position, now)).toBeCloseTo(19_709.39, 2)
  })

  test('a fully paid long has no liquidation price', () => {
    expect(liquidationPrice(linear('long', 1, 50_000, 50_000), { ...binance, tiers: flat(0.005) })).toBeUndefined()
    expect(liquidationPrice(linear('long', 1, 50_000, 80_000), { ...binance, tiers: flat(0.005) })).toBeUndefined()
  })

  test('the tier is the one at the liquidation price, not at entry', () => {
    const tiers = tiersOf([
      [0, 0.0125],
      [150_000_000, 0.025],
    ])
    // tier 0: 190e6 / (4000 * 0.9875) = 48_101.27, a notional of 192.4 M: rejected.
    // tier 1, c = 150e6 * 0.0125 = 1_875_000: (190e6 - 1.875e6) / (4000 * 0.975) = 48_237.18
    expect(tiers[1]!.deduction).toBe(1_875_000)
    expect(liquidationPrice(linear('long', 4000, 50_000, 10_000_000), { ...binance, tiers })).toBeCloseTo(48_237.18, 2)
  })

  test('without deduction, a short is liquidated on the edge where maintenance jumps past its equity', () => {
    const tiers = tiersOf(
      [
        [0, 0.01],
        [110_000, 0.05],
      ],
      false,
    )
    // 1 short from 100_000 with 15_000: at the edge of 110_000 the equity is 5_000, and maintenance jumps from
    // 1_155 (1.05 % with the fee) to 5_555: liquidated at 110_000. Within tier 0 it would be 115_000 / 1.0105 = 113_805.
    expect(liquidationPrice(linear('short', 1, 100_000, 15_000), { ...okx, tiers })).toBe(110_000)
    // With 20_000 of margin the equity at the edge is 10_000: 120_000 / 1.0505 = 114_231.32
    expect(liquidationPrice(linear('short', 1, 100_000, 20_000), { ...okx, tiers })).toBeCloseTo(114_231.32, 2)
  })

  test('without deduction, a falling long goes down the tiers to where it is really liquidated', () => {
    const tiers = tiersOf(
      [
        [0, 0.01],
        [110_000, 0.05],
      ],
      false,
    )
    // from 120_000 (tier 1) with 13_000: tier 1 would be 107_000 / 0.9495 = 112_690.9
    expect(liquidationPrice(linear('long', 1, 120_000, 13_000), { ...okx, tiers })).toBeCloseTo(112_690.89, 1)
    // with 16_000, tier 1 gives 104_000 / 0.9495 = 109_531 < 110_000: tier 0, 104_000 / 0.9895 = 105_103.59
    expect(liquidationPrice(linear('long', 1, 120_000, 16_000), { ...okx, tiers })).toBeCloseTo(105_103.59, 1)
  })
})

describe('liquidation price of an inverse contract', () => {
  test('equity in coin meets the maintenance margin in coin', () => {
    const position: Position = { kind: 'inverse', side: 'long', size: 10_000, entry: 10_000, margin: 0.1 }
    // 10_000 * (1 + 0.005) / (0.1 + 10_000 / 10_000) = 9_136.36
    expect(liquidationPrice(position, { ...binance, tiers: flat(0.005) })).toBeCloseTo(9_136.36, 2)
    // short: 10_000 * (-1 + 0.005) / (0.1 - 1) = 11_055.56
    expect(liquidationPrice({ ...position, side: 'short' }, { ...binance, tiers: flat(0.005) })).toBeCloseTo(
      11_055.56,
      2,
    )
  })

  test('a short that holds its whole notional in coin has no liquidation price', () => {
    const position: Position = { kind: 'inverse', side: 'short', size: 10_000, entry: 10_000, margin: 1 }
    expect(liquidationPrice(position, { ...binance, tiers: flat(0.005) })).toBeUndefined()
  })

  test("Bybit's legacy example: maintenance at entry, closing fee at both prices", () => {
    const position: Position = { kind: 'inverse', side: 'long', size: 10_000, entry: 8_000, margin: 0.5 }
    // bankruptcy 10_000 * 1.00075 / (0.5 + 1.25) = 5_718.57
    expect(bankruptcyPrice(position, 0.00075)).toBeCloseTo(5_718.57, 2)
    // liquidation 10_000 * 1.00075 / (0.5 - 0.00625 + 1.25) = 5_739.07
    const terms = { rule: LEGACY_INVERSE, takerFee: 0.00075, tiers: flat(0.005) }
    expect(liquidationPrice(position, terms)).toBeCloseTo(5_739.07, 2)
  })
})

describe('bankruptcy and trigger', () => {
  test('the bankruptcy price is where nothing is left', () => {
    // 50_000 - 5_000 / 1 = 45_000
    expect(bankruptcyPrice(linear('long', 1, 50_000, 5_000))).toBeCloseTo(45_000, 9)
    expect(bankruptcyPrice(linear('long', 1, 50_000, 50_000))).toBeUndefined()
  })

  test('the trigger price follows from the bankruptcy price alone', () => {
    // 45_000 / (1 - 0.005) = 45_226.13
    const bankrupt = { kind: 'linear', side: 'long', size: 1, price: 45_000 } as const
    expect(triggerPrice(bankrupt, { ...binance, tiers: flat(0.005) })).toBeCloseTo(45_226.13, 2)
  })

  test('trigger of bankruptcy is the liquidation price, for any position, table and fee', () => {
    fc.assert(
      fc.property(anyPosition, anyTable, fc.boolean(), (position, tiers, withFee) => {
        const terms = {
          rule: { closingFee: withFee, deduction: true, maintenanceAt: 'liquidation' as const },
          takerFee: 0.0005,
          tiers,
        }
        const bankrupt = bankruptcyPrice(position, withFee ? 0.0005 : 0)
        const price = liquidationPrice(position, terms)
        if (bankrupt === undefined || price === undefined) return
        const trigger = triggerPrice({ ...position, price: bankrupt }, terms)!
        expect(Math.abs(trigger / price - 1)).toBeLessThan(1e-9)
      }),
    )
  })
})

const anyPosition: fc.Arbitrary<Position> = fc
  .record({
    kind: fc.constantFrom('linear' as const, 'inverse' as const),
    side: fc.constantFrom('long' as const, 'short' as const),
    entry: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
    leverage: fc.double({ min: 1.05, max: 100, noNaN: true }),
    notional: fc.double({ min: 1, max: 1e8, noNaN: true }),
  })
  .map(({ kind, side, entry, leverage, notional }) => ({
    kind,
    side,
    entry,
    size: kind === 'linear' ? notional / entry : notional * entry,
    margin: notional / leverage,
  }))

const anyTable = fc
  .record({
    rates: fc.array(fc.double({ min: 0.001, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 8 }),
    floors: fc.array(fc.double({ min: 10, max: 1e8, noNaN: true }), { minLength: 7, maxLength: 7 }),
  })
  .map(({ rates, floors }) => {
    const sorted = [...floors].sort((a, b) => a - b)
    return tiersOf([...rates].sort((a, b) => a - b).map((rate, j) => [j === 0 ? 0 : sorted[j - 1]!, rate] as const))
  })

test('at the price returned, equity equals maintenance of the tier that holds the notional there', () => {
  fc.assert(
    fc.property(anyPosition, anyTable, fc.double({ min: 0, max: 0.001, noNaN: true }), (position, tiers, takerFee) => {
      const rule = { closingFee: true, deduction: true, maintenanceAt: 'liquidation' as const }
      const price = liquidationPrice(position, { rule, tiers, takerFee })
      if (price === undefined) return
      const { kind, side, size, entry, margin } = position
      const sign = side === 'long' ? 1 : -1
      const notional = kind === 'linear' ? size * price : size / price
      const profit = kind === 'linear' ? sign * size * (price - entry) : sign * size * (1 / entry - 1 / price)
      const tier = tierOf(tiers, notional * (1 + 1e-12))!
      const required = (tier.maintenanceRate + takerFee) * notional - tier.deduction
      expect(Math.abs(margin + profit - required)).toBeLessThan(
        1e-9 * (notional + size * (kind === 'linear' ? entry : 1 / entry)),
      )
    }),
    { numRuns: 500 },
  )
})

test('more margin never brings a liquidation price nearer', () => {
  fc.assert(
    fc.property(anyPosition, anyTable, fc.boolean(), (position, tiers, deduction) => {
      const table = deduction ? tiers : tiers.map((tier) => ({ ...tier, deduction: 0 }))
      const terms = {
        rule: { closingFee: false, deduction, maintenanceAt: 'liquidation' as const },
        tiers: table,
        takerFee: 0,
      }
      const less = liquidationPrice(position, terms)
      const more = liquidationPrice({ ...position, margin: position.margin * 1.1 }, terms)
      if (less === undefined) expect(more).toBeUndefined()
      if (less === undefined || more === undefined) return
      if (position.side === 'long') expect(more).toBeLessThanOrEqual(less * (1 + 1e-12))
      else expect(more).toBeGreaterThanOrEqual(less * (1 - 1e-12))
    }),
  )
})

describe('deductions', () => {
  test('make the maintenance margin continuous', () => {
    // Binance COIN-M, tier 5: 0.56 + 50 * (0.05 - 0.025) = 1.81
    const tiers = [
      { notionalFloor: 0, maintenanceRate: 0.004 },
      { notionalFloor: 10, maintenanceRate: 0.01 },
      { notionalFloor: 50, maintenanceRate: 0.02 },
    ]
    // 10 * 0.006 = 0.06; 0.06 + 50 * 0.01 = 0.56
    expect(deductionsOf(tiers).map((value) => Number(value.toFixed(12)))).toEqual([0, 0.06, 0.56])
  })
})

interface Vectors {
  linear: VenueExample[]
  linearMaintenanceAtEntry: (Omit<VenueExample, 'margin'> & { leverage: number; markBasedRule: number })[]
  inverse: {
    id: string
    notionalUsd?: number
    entry?: number
    marginCoin?: number
    mmr?: number
    fee?: number
    stated?: number
    statedBankruptcy?: number
    tolerance?: number
    cumulative?: { floor: number; from: number; to: number; previous: number; stated: number }[]
  }[]
  tierAtLiquidationPrice: {
    side: number
    size: number
    entry: number
    margin: number
    tiers: { floor: number; mmr: number }[]
    expected: number
  }[]
}
interface VenueExample {
  id: string
  side: number
  size: number
  entry: number
  margin: number
  mmr: number
  deduction: number
  fee: number
  stated: number
  tolerance: number
}

const VECTORS = resolve(DATA, 'liquidation-price-vectors.json')
describe("the venues' own worked examples", () => {
  if (!existsSync(VECTORS)) {
    test(`are not read: ${VECTORS} is absent (set LIQSCOPE_DATA); the essential ones are written out above`, () => {
      expect(existsSync(VECTORS)).toBe(false)
    })
    return
  }
  const vectors: Vectors = JSON.parse(readFileSync(VECTORS, 'utf8'))
  const side = (sign: number) => (sign === 1 ? 'long' : 'short')
  test.each(vectors.linear)('$id', (example) => {
    const terms = {
      rule: { closingFee: true, deduction: true, maintenanceAt: 'liquidation' as const },
      takerFee: example.fee,
      tiers: flat(example.mmr, example.deduction),
    }
    const price = liquidationPrice(linear(side(example.side), example.size, example.entry, example.margin), terms)!
    expect(Math.abs(price / example.stated - 1)).toBeLessThanOrEqual(example.tolerance)
  })
  test.each(vectors.linearMaintenanceAtEntry)(
    '$id',
    ({ side: sign, size, entry, leverage, mmr, stated, markBasedRule }) => {
      const position = linear(side(sign), size, entry, (size * entry) / leverage)
      expect(liquidationPrice(position, { rule: BYBIT_BEFORE_MAY_2026, takerFee: 0, tiers: flat(mmr) })).toBeCloseTo(
        stated,
        2,
      )
      expect(liquidationPrice(position, { ...binance, tiers: flat(mmr) })).toBeCloseTo(markBasedRule, 2)
    },
  )
  test.each(vectors.inverse)('$id', (example) => {
    for (const { floor, from, to, previous, stated } of example.cumulative ?? [])
      expect(previous + floor * (to - from)).toBeCloseTo(stated, 9)
    if (example.notionalUsd === undefined) return
    const position: Position = {
      kind: 'inverse',
      side: 'long',
      size: example.notionalUsd,
      entry: example.entry!,
      margin: example.marginCoin!,
    }
    const terms = { rule: LEGACY_INVERSE, takerFee: example.fee!, tiers: flat(example.mmr!) }
    expect(bankruptcyPrice(position, example.fee)).toBeCloseTo(example.statedBankruptcy!, 2)
    expect(Math.abs(liquidationPrice(position, terms)! / example.stated! - 1)).toBeLessThanOrEqual(example.tolerance!)
  })
  test.each(vectors.tierAtLiquidationPrice)('tier at the liquidation price: $expected', (example) => {
    const tiers = tiersOf(example.tiers.map(({ floor, mmr }) => [floor, mmr] as const))
    const price = liquidationPrice(linear(side(example.side), example.size, example.entry, example.margin), {
      ...binance,
      tiers,
    })
    expect(price).toBeCloseTo(example.expected, 2)
  })
})

const TABLES = resolve(DATA, 'margin-tiers-binance-2026-02-26.json')
describe("Binance's table of 687 symbols", () => {
  if (!existsSync(TABLES)) {
    test(`is not read: ${TABLES} is absent (set LIQSCOPE_DATA)`, () => expect(existsSync(TABLES)).toBe(false))
    return
  }
  test('has the deductions that the formula gives, in every band of every symbol', () => {
    const tables: Record<string, { minNotional: number; maintenanceMarginRate: number; info: { cum: number } }[]> =
      JSON.parse(readFileSync(TABLES, 'utf8'))
    const wrong = Object.entries(tables).flatMap(([symbol, rows]) => {
      const expected = deductionsOf(
        rows.map((row) => ({ notionalFloor: row.minNotional, maintenanceRate: row.maintenanceMarginRate })),
      )
      return rows.flatMap((row, j) =>
        Math.abs(expected[j]! - row.info.cum) > 0.011 + 1e-9 * row.info.cum ? [`${symbol} tier ${j + 1}`] : [],
      )
    })
    expect(Object.keys(tables)).toHaveLength(687)
    expect(wrong).toEqual([])
  })
})
