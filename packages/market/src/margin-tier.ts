/** One notional band of a venue's maintenance table. Tables are sorted by `notionalFloor`, from 0, without holes. */
export interface MarginTier {
  /** Quote currency, inclusive. Inverse contracts: settlement coin. */
  readonly notionalFloor: number
  /** Exclusive; `Infinity` in the last band. */
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
  /** Epoch ms; a schedule holds until the next one's `validFrom`. */
  readonly validFrom: number
  readonly source: string
}
