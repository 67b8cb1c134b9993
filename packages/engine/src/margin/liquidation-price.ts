import { type MarginTier, type PositionSide, signOf, tierOf } from '@liqscope/market'
import type { MarginRule } from './margin-rule.ts'

/** A position, as far as its liquidation is concerned. `size` is in base units (linear) or USD (inverse). */
export interface Position {
  readonly kind: 'linear' | 'inverse'
  readonly side: PositionSide
  readonly size: number
  /** Average entry price, quote per base. */
  readonly entry: number
  /** Margin available to the position, settlement currency. Cross: wallet less what other positions need. */
  readonly margin: number
}

/** Table and fee that hold for the position. */
export interface MarginTerms {
  readonly rule: MarginRule
  readonly tiers: readonly MarginTier[]
  /** Fraction of notional, counted only where the rule says so. */
  readonly takerFee: number
  /** The price from which the market moves, quote per base; the entry price unless given. Decides edges of stepped tables. */
  readonly mark?: number
}

/**
 * Both contract kinds are one line in x, the position's notional in its settlement currency (linear x = q P, inverse
 * x = Q / P): equity = base + slope * x, and it is liquidated where equity = (m + f) x - c.
 */
interface Line {
  readonly base: number
  readonly slope: 1 | -1
}

/**
 * The price at which the position is liquidated; `undefined` when no price does it.
 *
 * Linear: P = (s q E - W - c) / (q (s - m - f)). Inverse: P = Q (s + m + f) / (W + c + s Q / E). Rate m and
 * deduction c are those of the tier that holds the notional AT that price. Worked line: 1 BTC long from 50,000 at 10x,
 * m = 0.5 %: (50_000 - 5_000) / (1 - 0.005) = 45_226.13.
 *
 * Without deduction the maintenance margin jumps at the edges of tiers; price is then followed from the mark, and the
 * edge itself is the trigger where the jump exceeds the equity left. A position that is below maintenance at the mark
 * already is liquidated there.
 */
export function liquidationPrice(position: Position, terms: MarginTerms): number | undefined {
  const line = lineOf(position)
  const fee = terms.rule.closingFee ? terms.takerFee : 0
  if (terms.rule.maintenanceAt === 'entry') {
    const entered = notionalAt(position, position.entry)
    const tier = tierOf(terms.tiers, entered)
    if (tier === undefined) return undefined
    const maintenance = tier.maintenanceRate * entered - tier.deduction
    return priceAt(position, crossing(line, fee, -maintenance))
  }
  const notional = terms.rule.deduction
    ? continuousCrossing(line, terms.tiers, fee)
    : steppedCrossing(line, terms.tiers, fee, notionalAt(position, terms.mark ?? position.entry))
  return priceAt(position, notional)
}

/** The price at which nothing is left after the closing fee (0 unless given); `undefined` when there is none. */
export function bankruptcyPrice(position: Position, closingFee = 0): number | undefined {
  return priceAt(position, crossing(lineOf(position), closingFee, 0))
}

/**
 * The price that triggered a liquidation whose bankruptcy price was published. Entry and margin are not needed: at the
 * bankruptcy price the equity is the closing fee. Worked line: a long's bankruptcy at 45,000 with m = 0.5 % was
 * triggered at 45_000 / (1 - 0.005) = 45_226.13. Under a rule that takes maintenance at entry, which is not known here,
 * it is taken at the bankruptcy price.
 */
export function triggerPrice(
  bankrupt: {
    readonly kind: 'linear' | 'inverse'
    readonly side: PositionSide
    readonly size: number
    readonly price: number
  },
  terms: Omit<MarginTerms, 'mark'>,
): number | undefined {
  const { kind, side, size, price } = bankrupt
  const fee = terms.rule.closingFee ? terms.takerFee : 0
  const position: Position = { kind, side, size, entry: price, margin: 0 }
  const notional = notionalAt(position, price)
  // Margin that makes equity equal the closing fee at this price, the position counted as entered there.
  return liquidationPrice({ ...position, margin: fee * notional }, { ...terms, mark: safePriceOf(position) })
}

/** A price from which the market must have come: far enough on the safe side, in either direction. */
function safePriceOf({ side, entry }: Position): number {
  return side === 'long' ? 2 * entry : entry / 2
}

/** Where base + slope x = rate x - deduction. */
function crossing({ base, slope }: Line, rate: number, deduction: number): number {
  return (base + deduction) / (rate - slope)
}

/** Maintenance is continuous in x, so the surplus is monotone and its only zero lies in the last band that it has reached. */
function continuousCrossing(line: Line, tiers: readonly MarginTier[], fee: number): number | undefined {
  const surplusAtFloor = (tier: MarginTier) =>
    line.base + line.slope * tier.notionalFloor - (tier.maintenanceRate + fee) * tier.notionalFloor + tier.deduction
  const tier = tiers.findLast((one) => line.slope * surplusAtFloor(one) <= 0)
  return tier && crossing(line, tier.maintenanceRate + fee, tier.deduction)
}

/** Follows x from `start` in the direction that loses money, band by band. */
function steppedCrossing(line: Line, tiers: readonly MarginTier[], fee: number, start: number): number | undefined {
  const from = tiers.findLastIndex((tier) => tier.notionalFloor <= start)
  for (let j = from; j >= 0 && j < tiers.length; j -= line.slope) {
    const { notionalFloor, notionalCap, maintenanceRate } = tiers[j]!
    const entered = line.slope === 1 ? Math.min(start, notionalCap) : Math.max(start, notionalFloor)
    const zero = crossing(line, maintenanceRate + fee, 0)
    if (line.slope === 1 ? zero >= entered : zero <= entered) return entered
    if (line.slope === 1 ? zero >= notionalFloor : zero < notionalCap) return zero
  }
  return undefined
}

function lineOf({ kind, side, size, entry, margin }: Position): Line {
  const sign = signOf(side)
  return kind === 'linear'
    ? { base: margin - sign * size * entry, slope: sign }
    : { base: margin + (sign * size) / entry, slope: sign === 1 ? -1 : 1 }
}

function notionalAt({ kind, size }: Position, price: number): number {
  return kind === 'linear' ? size * price : size / price
}

/** Notional back to a price; there is none where it is not positive and finite. */
function priceAt({ kind, size }: Position, notional: number | undefined): number | undefined {
  if (notional === undefined) return undefined
  const price = kind === 'linear' ? notional / size : size / notional
  return price > 0 && price < Number.POSITIVE_INFINITY ? price : undefined
}
