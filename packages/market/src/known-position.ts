import type { InstrumentId } from './instrument.ts'
import type { PositionSide } from './side.ts'

/** A position that its venue shows to everyone. OBSERVED: it is never added to, or drawn like, what is estimated. */
export interface KnownPosition {
  readonly instrument: InstrumentId
  /** The holder, as the venue names them: an address. */
  readonly account: string
  readonly side: PositionSide
  readonly size: number // base units, > 0
  /** At the mark price when it was seen, quote. */
  readonly notional: number
  readonly entryPrice: number
  /** As the holder set it: margin may be more. */
  readonly leverage: number
  readonly marginMode: 'cross' | 'isolated'
  /** As the venue prints it, quote per base. Absent: no price liquidates it. Of cross margin it moves with the account. */
  readonly liquidationPrice?: number
  /** When the venue said so, exchange clock, epoch ms. */
  readonly seenTime: number
}

/** What is known of one instrument's positions: a part, whose share is said. */
export interface KnownPositions {
  readonly instrument: InstrumentId
  /** Exchange time of the newest sighting, epoch ms; undefined before the first. */
  readonly at: number | undefined
  readonly positions: readonly KnownPosition[]
  /** Accounts that are looked at, whether or not they hold a position here. */
  readonly accounts: number
}

/**
 * The share of all positions that is known: their size over twice the one-sided open interest, as a position stands on
 * each side of it. Undefined without open interest.
 */
export function coverageOf(
  positions: readonly Pick<KnownPosition, 'size'>[],
  openInterest: number | undefined,
): number | undefined {
  if (openInterest === undefined || !(openInterest > 0)) return undefined
  return positions.reduce((sum, { size }) => sum + size, 0) / (2 * openInterest)
}
