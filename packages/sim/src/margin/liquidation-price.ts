import { atomsOf, type SimContract } from '../core/contract.ts'
import type { Account } from './account.ts'

/** A margin tier in the market's integer money. */
interface AtomTier {
  readonly floor: number
  readonly cap: number
  readonly rate: number
  readonly deduction: number
}

/** Where positions of one contract are taken over, and where their margin is gone. */
export class LiquidationRule {
  readonly #tiers: readonly AtomTier[]

  constructor(contract: SimContract) {
    this.#tiers = contract.tiers.map((tier) => ({
      floor: atomsOf(contract, tier.notionalFloor),
      cap: atomsOf(contract, tier.notionalCap),
      rate: tier.maintenanceRate,
      deduction: atomsOf(contract, tier.deduction),
    }))
  }

  /**
   * The mark (ticks, fractional) at which margin balance equals maintenance margin:
   * `P = (s C - W - c) / (q (s - m))` with C = q x entry, of the tier that holds the notional at P.
   * One lot bought at 10,000 ticks with 1,000 atoms, m = 0.004, c = 0: (10,000 - 1,000) / 0.996 = 9,036.14.
   * NaN when no positive mark does.
   */
  liquidationTick(account: Account): number {
    const sign = account.lots > 0 ? 1 : -1
    const lots = Math.abs(account.lots)
    const funds = account.cost - account.collateral
    for (const tier of this.#tiers) {
      const tick = (funds - tier.deduction) / (lots * (sign - tier.rate))
      const notional = lots * tick
      if (notional >= tier.floor && notional <= tier.cap) return tick > 0 ? tick : Number.NaN
      // Maintenance is continuous, so this happens at an edge only, when the deduction was rounded to atoms.
      if (notional < tier.floor) return tier.floor === 0 ? Number.NaN : tier.floor / lots
    }
    return Number.NaN
  }

  /** The price (ticks, fractional) at which the collateral is exactly used up: entry - s W / q. */
  bankruptcyTick(account: Account): number {
    return (account.cost - account.collateral) / account.lots
  }

  /** Atoms, of a position of this size at a mark in ticks. */
  maintenance(lots: number, markTick: number): number {
    const notional = Math.abs(lots) * markTick
    const tier = this.#tiers.find(({ cap }) => notional <= cap) ?? this.#tiers.at(-1)
    return tier === undefined ? 0 : notional * tier.rate - tier.deduction
  }
}
