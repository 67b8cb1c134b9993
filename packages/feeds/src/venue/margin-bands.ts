import { deductionsOf, type MarginTier } from '@liqscope/market'

/** One band as a venue says it, before its upper end and deduction are known. */
export interface MarginBand {
  /** Quote currency; inverse contracts: settlement coin. */
  readonly notionalFloor: number
  readonly maxLeverage: number
  /** Fraction of notional. */
  readonly maintenanceRate: number
}

/**
 * The table of these bands, or why they are none: they must begin at 0, rise, and never ask for less margin.
 *
 * @param lastCap the largest position that the venue allows, `Infinity` where it names no end
 * @param stated the venue's own deductions: a table is refused whose continuity they contradict by over 0.1 %
 */
export function tiersOfBands(
  bands: readonly MarginBand[],
  lastCap: number,
  stated?: readonly number[],
): readonly MarginTier[] | string {
  if (bands[0]?.notionalFloor !== 0) return 'the tiers do not begin at 0'
  for (const [i, band] of bands.entries()) {
    const before = bands[i - 1]
    if (!(band.maxLeverage >= 1)) return `tier ${i + 1}: the leverage is missing or wrong`
    if (!(band.maintenanceRate > 0 && band.maintenanceRate < 1)) return `tier ${i + 1}: the rate is missing or wrong`
    if (before === undefined) continue
    if (!(band.notionalFloor > before.notionalFloor)) return `tier ${i + 1}: the bands do not rise`
    if (band.maintenanceRate < before.maintenanceRate) return `tier ${i + 1}: the maintenance rate falls`
  }
  if (!(lastCap > bands.at(-1)!.notionalFloor)) return 'the last tier has no room'
  const deductions = deductionsOf(bands)
  const contradicted = stated?.findIndex((value, i) => !near(value, deductions[i]!)) ?? -1
  if (contradicted >= 0)
    return `tier ${contradicted + 1}: a deduction of ${stated?.[contradicted]} makes the margin jump`
  return bands.map((band, i) => ({
    notionalFloor: band.notionalFloor,
    notionalCap: bands[i + 1]?.notionalFloor ?? lastCap,
    maxLeverage: band.maxLeverage,
    maintenanceRate: band.maintenanceRate,
    deduction: deductions[i]!,
  }))
}

function near(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= 0.001 * Math.max(1, Math.abs(expected))
}
