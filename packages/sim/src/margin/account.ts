import type { RestingOrder } from '../core/order-book.ts'

/**
 * - `trader`: can be liquidated.
 * - `maker`, `hedger`: backed by capital outside this market (a hedge, a treasury) and never liquidated.
 * - `insurance`: the fund that takes over what forced orders could not close.
 */
export type AccountKind = 'trader' | 'maker' | 'hedger' | 'insurance'

/** One account of one market, one-way mode. Sizes in lots, prices in ticks, money in atoms (tick x lot), all integers. */
export class Account {
  /** Unique over the market's life; the registry index is reused, this is not. */
  id = 0
  /** Signed position. */
  lots = 0
  /** Signed cost of the position: the sum of tick x lots over what is open. */
  cost = 0
  /** All money of the account, margin included. */
  wallet = 0
  /** The part of the wallet set aside for the position. */
  margin = 0
  isolated = true
  leverage = 1
  takerFee = 0
  makerFee = 0
  /** The trader's one resting order. */
  order: RestingOrder<Account> | undefined = undefined
  /** In ticks, not rounded; NaN when the position cannot be liquidated. */
  liquidationTick = Number.NaN
  /** Grows whenever `liquidationTick` may have changed. */
  liquidationStamp = 0

  constructor(
    /** Place in the registry. */
    readonly index: number,
    readonly kind: AccountKind,
  ) {}

  get entryTick(): number {
    return this.cost / this.lots
  }

  /** What the position can lose before it is bankrupt, atoms. */
  get collateral(): number {
    return this.isolated ? this.margin : this.wallet
  }

  /** Atoms, at a mark in ticks. */
  unrealised(markTick: number): number {
    return this.lots * markTick - this.cost
  }
}
