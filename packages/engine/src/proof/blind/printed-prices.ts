import { hyperliquidMaintenanceRate, type MarginTier, signOf } from '@liqscope/market'
import { liquidationPrice, type Position } from '../../margin/liquidation-price.ts'
import { marginRuleOf } from '../../margin/margin-rule.ts'

/** A position that is all its account holds, as the venue printed it. */
export interface PrintedPosition {
  readonly side: 'long' | 'short'
  readonly size: number
  readonly entryPrice: number
  readonly leverage: number
  /** Quote per base, when the position was seen. */
  readonly mark: number
  /** All the account is worth, quote. Hyperliquid's lists refresh it less often than the mark. */
  readonly accountValue: number
  /** Absent when the venue prints none: no price liquidates the position. */
  readonly liquidationPrice: number | undefined
}

/** How far our prices lie from the printed ones; absent prices of ours count as infinitely far. */
export interface PriceErrors {
  /** Of |ln(ours / printed)|, basis points. `null`: no position, or ours has no price there. */
  readonly medianBp: number | null
  readonly p90Bp: number | null
  /** Parts of the positions with a printed price. */
  readonly within10Bp: number | null
  readonly within1Percent: number | null
}

export interface PrintedPriceReport {
  readonly maxLeverage: number
  readonly maintenanceRate: number
  /** Positions with a printed price, over all snapshots. */
  readonly positions: number
  /** Taken as cross margin at the mark seen with the position. */
  readonly cross: PriceErrors
  /** The same at one earlier mark for all accounts of a snapshot: that of the moment their values were refreshed. */
  readonly crossAtCommonMark: PriceErrors
  /** Taken as isolated margin that was never topped up: entry notional over leverage. */
  readonly isolated: PriceErrors
  /** Whichever of `crossAtCommonMark` and `isolated` is nearer. */
  readonly either: PriceErrors
  /** Positions without a printed price, and the part of them for which ours has none either. */
  readonly withoutPrice: number
  readonly withoutPriceAgreed: number | null
}

/** Fewer accounts than this do not tell a common mark from their own errors. */
const FEWEST_FOR_A_MARK = 5
const BASIS_POINTS = 10_000

/**
 * The venue's printed liquidation prices against ours (`liquidationPrice`, Hyperliquid's rule: m = 1 / (2 x the highest
 * leverage of the coin)), for accounts with one position: all their value is its margin, W = account value at the mark.
 *
 * @param snapshots positions of single-position accounts, one list per moment.
 * @param maxLeverage of the coin's lowest tier. Larger notionals have lower ones: positions in them will not fit.
 */
export function comparePrintedPrices(
  snapshots: readonly (readonly PrintedPosition[])[],
  maxLeverage: number,
): PrintedPriceReport {
  const rate = hyperliquidMaintenanceRate(maxLeverage)
  const cross: number[] = []
  const common: number[] = []
  const isolated: number[] = []
  let withoutPrice = 0
  let agreed = 0
  for (const positions of snapshots) {
    const mark = commonMark(positions, rate)
    for (const position of positions) {
      const own = priceAsCross(position, position.mark, maxLeverage)
      const printed = position.liquidationPrice
      if (printed === undefined) {
        withoutPrice++
        if (own === undefined) agreed++
        continue
      }
      cross.push(errorBp(own, printed))
      common.push(errorBp(priceAsCross(position, mark ?? position.mark, maxLeverage), printed))
      isolated.push(errorBp(priceAsIsolated(position, maxLeverage), printed))
    }
  }
  return {
    maxLeverage,
    maintenanceRate: rate,
    positions: cross.length,
    cross: errorsOf(cross),
    crossAtCommonMark: errorsOf(common),
    isolated: errorsOf(isolated),
    either: errorsOf(common.map((error, i) => Math.min(error, isolated[i]!))),
    withoutPrice,
    withoutPriceAgreed: withoutPrice > 0 ? agreed / withoutPrice : null,
  }
}

function priceAsCross(position: PrintedPosition, mark: number, maxLeverage: number): number | undefined {
  return priceOf(position, mark, position.accountValue, maxLeverage)
}

function priceAsIsolated(position: PrintedPosition, maxLeverage: number): number | undefined {
  const { entryPrice, size, leverage } = position
  return priceOf(position, entryPrice, (size * entryPrice) / leverage, maxLeverage)
}

/** `margin` is what the position is backed by when price is `from`. */
function priceOf(
  { side, size }: PrintedPosition,
  from: number,
  margin: number,
  maxLeverage: number,
): number | undefined {
  const position: Position = { kind: 'linear', side, size, entry: from, margin }
  return liquidationPrice(position, {
    rule: marginRuleOf('hyperliquid', 0),
    tiers: [onlyTier(maxLeverage)],
    takerFee: 0,
  })
}

function onlyTier(maxLeverage: number): MarginTier {
  return {
    notionalFloor: 0,
    notionalCap: Number.POSITIVE_INFINITY,
    maxLeverage,
    maintenanceRate: hyperliquidMaintenanceRate(maxLeverage),
    deduction: 0,
  }
}

/**
 * The mark at which the accounts' values were taken: the median of what each account says, from
 * value + s q (P - mark) = m q P.
 */
function commonMark(positions: readonly PrintedPosition[], rate: number): number | undefined {
  const marks = positions.flatMap(({ side, size, accountValue, liquidationPrice: printed }) =>
    printed === undefined ? [] : [printed + (signOf(side) * (accountValue - rate * size * printed)) / size],
  )
  return marks.length < FEWEST_FOR_A_MARK ? undefined : quantile(marks, 0.5)
}

function errorBp(own: number | undefined, printed: number): number {
  return own === undefined ? Number.POSITIVE_INFINITY : Math.abs(Math.log(own / printed)) * BASIS_POINTS
}

function errorsOf(errors: readonly number[]): PriceErrors {
  const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null)
  const part = (within: number) =>
    errors.length === 0 ? null : errors.filter((error) => error <= within).length / errors.length
  return {
    medianBp: finite(quantile(errors, 0.5)),
    p90Bp: finite(quantile(errors, 0.9)),
    within10Bp: part(10),
    within1Percent: part(100),
  }
}

function quantile(values: readonly number[], part: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]
}
