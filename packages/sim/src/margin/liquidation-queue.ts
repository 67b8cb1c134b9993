import type { SimContract } from '../core/contract.ts'
import { PriorityHeap } from '../core/priority-heap.ts'
import type { Account } from './account.ts'
import type { ClearingHouse } from './clearing-house.ts'
import { LiquidationRule } from './liquidation-price.ts'

/** Finds the positions whose liquidation price the mark has reached, without a pass over the accounts. */
export class LiquidationQueue {
  readonly rule: LiquidationRule
  readonly #house: ClearingHouse
  /** Keyed by minus the price: the longs that fail first on the way down come first. */
  readonly #longs = new PriorityHeap()
  readonly #shorts = new PriorityHeap()

  constructor(contract: SimContract, house: ClearingHouse) {
    this.rule = new LiquidationRule(contract)
    this.#house = house
  }

  /** To be called after each change of a trader's position or collateral. */
  track(account: Account): void {
    if (account.kind !== 'trader') return
    account.liquidationStamp++
    account.liquidationTick = account.lots === 0 ? Number.NaN : this.rule.liquidationTick(account)
    if (Number.isNaN(account.liquidationTick)) return
    if (account.lots > 0) this.#longs.push(-account.liquidationTick, account.index, account.liquidationStamp)
    else this.#shorts.push(account.liquidationTick, account.index, account.liquidationStamp)
    const limit = 4096 + 4 * this.#house.accounts.length
    if (this.#longs.size > limit) this.#longs.compact(this.#isAlive)
    if (this.#shorts.size > limit) this.#shorts.compact(this.#isAlive)
  }

  /** After something that moved every account's collateral at once. */
  trackAll(): void {
    for (const account of this.#house.accounts) if (account.lots !== 0) this.track(account)
  }

  /** The next account to take over at this mark (ticks), or undefined. It leaves the queue. */
  next(markTick: number): Account | undefined {
    return this.#take(this.#longs, -markTick) ?? this.#take(this.#shorts, markTick)
  }

  #take(heap: PriorityHeap, limit: number): Account | undefined {
    while (heap.topKey <= limit) {
      heap.pop()
      const account = this.#house.accounts[heap.slot]
      if (account !== undefined && account.liquidationStamp === heap.stamp) return account
    }
    return undefined
  }

  readonly #isAlive = (slot: number, stamp: number): boolean => this.#house.accounts[slot]?.liquidationStamp === stamp
}
