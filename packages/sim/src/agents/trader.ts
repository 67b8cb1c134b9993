import type { OrderSide } from '../core/order-book.ts'
import type { Account } from '../margin/account.ts'
import type { Archetype } from './archetype.ts'

/**
 * - `free`: nobody; the place is reused.
 * - `waiting`: a limit order rests, or rested in part.
 * - `entering`, `exiting`: a large order is being worked in slices.
 */
export type TraderPhase = 'free' | 'waiting' | 'entering' | 'holding' | 'exiting'

/** One trader's campaign in one position, from the first order to the last. */
export class Trader {
  phase: TraderPhase = 'free'
  archetype: Archetype
  side: OrderSide = 1
  /** Still to be bought or sold while entering, lots. */
  leftLots = 0
  topUps = 0
  /** Leaves because of a stop, in a hurry. */
  stopped = false
  /** Seconds to hold once in. */
  hold = 0
  /** A timer or a price trigger with another stamp than these is no longer meant. */
  timerStamp = 0
  planStamp = 0

  constructor(
    readonly account: Account,
    archetype: Archetype,
  ) {
    this.archetype = archetype
  }
}
