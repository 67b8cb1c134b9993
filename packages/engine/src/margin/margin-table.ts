import type { MarginTier } from '@liqscope/market'

/**
 * The amounts that make the maintenance margin continuous over the bands:
 * c_1 = 0, c_j = c_{j-1} + floor_j (m_j - m_{j-1}).
 *
 * Worked line (Binance COIN-M, tier 5): 0.56 + 50 * (0.05 - 0.025) = 1.81.
 */
export function deductionsOf(tiers: readonly Pick<MarginTier, 'notionalFloor' | 'maintenanceRate'>[]): number[] {
  let sum = 0
  return tiers.map((tier, j) => {
    if (j > 0) sum += tier.notionalFloor * (tier.maintenanceRate - tiers[j - 1]!.maintenanceRate)
    return sum
  })
}

/** Hyperliquid's maintenance rate: half of the initial margin at the tier's highest leverage. 50x: 1 %. */
export function hyperliquidMaintenanceRate(maxLeverage: number): number {
  return 1 / (2 * maxLeverage)
}

/** The tier whose band holds a notional: the last whose floor is not above it. */
export function tierOf(tiers: readonly MarginTier[], notional: number): MarginTier | undefined {
  return tiers.findLast((tier) => tier.notionalFloor <= notional)
}
