/** One notional band of a venue's maintenance table. Tables are sorted by `notionalFloor`, from 0, without holes. */
export interface MarginTier {
  /** Quote currency, inclusive. Inverse contracts: settlement coin. */
  readonly notionalFloor: number
  /** Exclusive. Of the last band: the largest position that the venue allows, `Infinity` where it names no end. */
  readonly notionalCap: number
  readonly maxLeverage: number
  /** Fraction of notional. */
  readonly maintenanceRate: number
  /** Amount that makes the maintenance margin continuous over the bands; 0 where the venue has none. */
  readonly deduction: number
}

/** A venue's table for one instrument, and when it held. */
export interface MarginSchedule {
  readonly tiers: readonly MarginTier[]
  /** Since when it holds as far as we know, epoch ms: when it was read, or its date. It holds until the next one's. */
  readonly validFrom: number
  /** Whose table it is and how it was read, for people: `Bybit v5/market/risk-limit`. */
  readonly source: string
}

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
