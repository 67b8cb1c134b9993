import { binsFor, type Depth, depthTo } from '../liquidity.ts'

/** A chain that goes on after so many rounds is cut: by then it has left any map. */
const MOST_ROUNDS = 500
/** A round that triggers less than this part of all that was sold ends the chain. */
const NEGLIGIBLE = 1e-4

export interface ChainRules {
  /** Part of the consumed depth that is there again in the next round, 0 to 1. */
  readonly refill: number
  /**
   * A forced order is limited at its bankruptcy price, this far beyond its trigger, in bins. What the book does not take
   * by then goes to the insurance fund and moves no price.
   */
  readonly bankruptcyBins: number
  /** Part of a position that is closed at its trigger; the rest is triggered again `bankruptcyBins` further. */
  readonly partialShare: number
}

/** Forced notional outward from where the chain begins: USD within `bins` bins. Asked for ever farther out. */
export interface ForcedSupply {
  /** How far it is known at all, in bins. */
  readonly bins: number
  readonly to: (bins: number) => number
}

export interface Round {
  /** Bins from the beginning at which the round ended. */
  readonly reached: number
  /** USD sold into the book by this round. */
  readonly sold: number
  /** USD that the book did not take before the bankruptcy price. */
  readonly insured: number
  /** USD newly triggered, sold in the next round. */
  readonly triggered: number
}

export interface Chain {
  readonly rounds: readonly Round[]
  /** Farthest from the beginning, in bins. */
  readonly reached: number
  /** USD sold into the book, what started it included. */
  readonly sold: number
  /** USD forced by the chain itself, sold or insured, without what started it. */
  readonly forced: number
  readonly insured: number
  /** The chain left the map or the depth: its end is not known, only that it is farther. */
  readonly ranOut: boolean
}

/**
 * A chain of forced orders against a depth. What starts it is sold, which moves price through the depth; what that
 * triggers is sold in the next round, before which part of the consumed depth has come back; until a round triggers
 * next to nothing. Sides are alike: everything is measured outward, in bins.
 */
export function runChain(start: number, supply: ForcedSupply, depth: Depth, rules: ChainRules): Chain {
  const { refill, bankruptcyBins } = rules
  const rounds: Round[] = []
  let consumed = 0
  let reached = 0
  let sold = 0
  let insuredSum = 0
  let forced = 0
  let from = 0
  let pending = start
  let ranOut = false
  while (pending > NEGLIGIBLE * (start + forced) && rounds.length < MOST_ROUNDS) {
    consumed *= 1 - refill
    const before = consumed
    let insured = 0
    if (rounds.length === 0) consumed += pending
    else insured = sellForced(from, reached)
    const end = binsFor(depth, consumed)
    const next = Math.min(Math.max(reached, end), supply.bins)
    const triggered = forcedWithin(supply, rules, next) - forcedWithin(supply, rules, reached)
    sold += consumed - before
    insuredSum += insured
    forced += triggered
    from = reached
    reached = next
    pending = triggered
    rounds.push({ reached, sold: consumed - before, insured, triggered })
    if (end > supply.bins) {
      ranOut = true
      break
    }
  }
  return { rounds, reached, sold, forced, insured: insuredSum, ranOut: ranOut || rounds.length >= MOST_ROUNDS }

  /** Sells what was triggered within (low, high] bins, each order no farther than its own limit; returns what was not. */
  function sellForced(low: number, high: number): number {
    let insured = 0
    let at = low
    while (at < high) {
      const to = Math.min(high, Math.floor(at) + 1)
      const amount = forcedWithin(supply, rules, to) - forcedWithin(supply, rules, at)
      const room = Math.max(0, depthTo(depth, to + bankruptcyBins) - consumed)
      const taken = Math.min(amount, room)
      consumed += taken
      insured += amount - taken
      at = to
    }
    return insured
  }
}

/** Forced orders triggered within `bins`, the later parts of partial liquidations included. */
function forcedWithin(supply: ForcedSupply, { partialShare, bankruptcyBins }: ChainRules, bins: number): number {
  const first = supply.to(bins)
  if (partialShare >= 1) return first
  return partialShare * first + (1 - partialShare) * supply.to(Math.max(0, bins - bankruptcyBins))
}
