import { describe, expect, test } from 'vitest'
import { comparePrintedPrices, type PrintedPosition } from './printed-prices.ts'

/** 2 BTC long at a mark of 70,000 with 40,000 behind it, 40x: m = 1 / 80. */
const CROSS: PrintedPosition = {
  side: 'long',
  size: 2,
  entryPrice: 71_000,
  leverage: 20,
  mark: 70_000,
  accountValue: 40_000,
  liquidationPrice: (2 * 70_000 - 40_000) / (2 * (1 - 1 / 80)), // 50_632.91
}

describe('printed liquidation prices', () => {
  test('are ours where the account value is the margin', () => {
    const { cross, isolated, positions, maintenanceRate } = comparePrintedPrices([[CROSS]], 40)
    expect(maintenanceRate).toBe(1 / 80)
    expect(positions).toBe(1)
    expect(cross.medianBp).toBeCloseTo(0, 6)
    expect(cross.within10Bp).toBe(1)
    expect(isolated.within1Percent).toBe(0)
  })

  test('are those of isolated margin where only its leverage backs the position', () => {
    // (2 x 71,000 - 142,000 / 20) / (2 x (1 - 1/80)) = 68_303.80
    const own = { ...CROSS, liquidationPrice: (142_000 - 7_100) / (2 * (1 - 1 / 80)) }
    const { cross, isolated, either } = comparePrintedPrices([[own]], 40)
    expect(isolated.medianBp).toBeCloseTo(0, 6)
    expect(cross.within1Percent).toBe(0)
    expect(either.within10Bp).toBe(1)
  })

  test('of one snapshot share the mark at which their accounts were valued', () => {
    // Valued at 70,000; the rows' mark is 1 % higher by then.
    const older = Array.from({ length: 6 }, (_, i) => {
      const accountValue = 40_000 + 1000 * i
      return {
        ...CROSS,
        accountValue,
        mark: 70_700,
        liquidationPrice: (140_000 - accountValue) / (2 * (1 - 1 / 80)),
      }
    })
    const { cross, crossAtCommonMark } = comparePrintedPrices([older], 40)
    expect(cross.medianBp).toBeGreaterThan(50)
    expect(crossAtCommonMark.medianBp).toBeCloseTo(0, 6)
  })

  test('that do not exist are agreed on, and no position gives no figure', () => {
    const safe = { ...CROSS, accountValue: 150_000, liquidationPrice: undefined }
    expect(comparePrintedPrices([[safe]], 40)).toMatchObject({
      positions: 0,
      withoutPrice: 1,
      withoutPriceAgreed: 1,
      cross: { medianBp: null, within1Percent: null },
    })
  })
})
