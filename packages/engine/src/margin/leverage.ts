import type { MarginTier } from '@liqscope/market'

/** Where no table is known: the first band of the large venues' Bitcoin contracts. */
export const USUAL_FIRST_BAND: Pick<MarginTier, 'maintenanceRate' | 'maxLeverage'> = {
  maintenanceRate: 0.004,
  maxLeverage: 125,
}

/**
 * Leverage of a position that is liquidated a `distance` (fraction of price) from where it stands: 1 / (distance + m),
 * never more than the venue allows. Its size is not known, so it is held to the table's first band, where rates are
 * lowest: of a large position this is the most that its leverage can be.
 *
 * Worked line (Binance 0GUSDT, 75x, m = 1 %): 0.3 % away would be 1 / (0.003 + 0.01) = 77x, which is more than 75x.
 */
export function leverageAt(distance: number, tiers: readonly MarginTier[] | undefined): number {
  const { maintenanceRate, maxLeverage } = tiers?.[0] ?? USUAL_FIRST_BAND
  return Math.min(maxLeverage, 1 / (distance + maintenanceRate))
}
