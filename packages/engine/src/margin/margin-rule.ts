import type { Venue } from '@liqscope/market'

/** What decides the liquidation price on a venue, besides its table of tiers. */
export interface MarginRule {
  /** True when the fee of the closing order counts in the trigger. */
  readonly closingFee: boolean
  /** False: maintenance jumps at a tier's edge, and the edge itself can be the trigger. */
  readonly deduction: boolean
  /** The notional that the maintenance margin is taken of. */
  readonly maintenanceAt: 'liquidation' | 'entry'
}

const CONTINUOUS: MarginRule = { closingFee: false, deduction: true, maintenanceAt: 'liquidation' }
const CONTINUOUS_WITH_FEE: MarginRule = { closingFee: true, deduction: true, maintenanceAt: 'liquidation' }
const STEPPED_WITH_FEE: MarginRule = { closingFee: true, deduction: false, maintenanceAt: 'liquidation' }

/** Bybit's help page of this date takes maintenance at mark with the closing fee; before, at entry without. */
const BYBIT_AT_MARK_FROM = Date.UTC(2026, 4, 27)

export const BYBIT_BEFORE_MAY_2026: MarginRule = { closingFee: false, deduction: true, maintenanceAt: 'entry' }
/** Inverse contracts of the first generation: maintenance at entry, closing fee in the trigger. */
export const LEGACY_INVERSE: MarginRule = { closingFee: true, deduction: true, maintenanceAt: 'entry' }

/** A venue's rule at a time (epoch ms). */
export function marginRuleOf(venue: Venue, at: number): MarginRule {
  switch (venue) {
    case 'okx':
      return STEPPED_WITH_FEE
    case 'bybit':
      return at < BYBIT_AT_MARK_FROM ? BYBIT_BEFORE_MAY_2026 : CONTINUOUS_WITH_FEE
    case 'gate':
    case 'bitget':
      return CONTINUOUS_WITH_FEE
    case 'binance':
    case 'hyperliquid':
    case 'sim':
    case 'file':
    case 'all': // nothing trades on a sum of venues; its parts have rules of their own
      return CONTINUOUS
  }
}

/** What a taker without a discount usually pays to close, fraction of notional. Not checked against the venues' pages. */
export function usualTakerFee(venue: Venue): number {
  switch (venue) {
    case 'bybit':
      return 0.00055
    case 'bitget':
      return 0.0006
    case 'hyperliquid':
      return 0.00045
    case 'binance':
    case 'okx':
    case 'gate':
    case 'sim':
    case 'file':
    case 'all':
      return 0.0005
  }
}
