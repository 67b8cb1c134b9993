import type { PositionSide } from '@liqscope/market'
import type { Account, AccountKind } from '../margin/account.ts'
import { priceOf, type SimContract, sizeOf } from './contract.ts'
import type { MarginMode } from './event.ts'

/** One open position, as only the venue knows it. */
export interface PendingLiquidation {
  readonly accountId: number
  readonly holder: AccountKind
  readonly side: PositionSide
  readonly size: number // base units, > 0
  readonly entryPrice: number
  readonly leverage: number
  readonly marginMode: MarginMode
  /** What the position can lose before it is bankrupt, quote currency: its own margin, or the whole wallet if cross. */
  readonly collateral: number
  /** The mark at which it is taken over if nothing else changes. Absent when no mark does that. */
  readonly liquidationPrice: number | undefined
}

/** Notional (quote, at the liquidation price) that falls due in one bin of log price. */
export interface TruthBin {
  /** `floor(ln(price) / step)`. */
  readonly bin: number
  /** The bin's middle, quote per base. */
  readonly price: number
  readonly long: number
  readonly short: number
}

export interface TruthMap {
  readonly step: number
  /** Sorted by price, empty bins left out. */
  readonly bins: readonly TruthBin[]
  /** Base units of positions that no mark liquidates. */
  readonly longWithout: number
  readonly shortWithout: number
}

export function pendingLiquidations(contract: SimContract, accounts: readonly Account[]): PendingLiquidation[] {
  return accounts
    .filter((account) => account.lots !== 0)
    .map((account) => ({
      accountId: account.id,
      holder: account.kind,
      side: account.lots > 0 ? 'long' : 'short',
      size: sizeOf(contract, Math.abs(account.lots)),
      entryPrice: priceOf(contract, account.entryTick),
      leverage: account.leverage,
      marginMode: account.isolated ? 'isolated' : 'cross',
      collateral: account.collateral / (contract.ticksPerUnit * contract.lotsPerUnit),
      liquidationPrice: Number.isNaN(account.liquidationTick) ? undefined : priceOf(contract, account.liquidationTick),
    }))
}

/** Bins positions on the log-price grid of the estimator. @throws {RangeError} unless `step` is positive. */
export function binTruth(positions: readonly PendingLiquidation[], step: number): TruthMap {
  if (!(step > 0)) throw new RangeError(`the step of a truth map must be positive, got ${step}`)
  const bins = new Map<number, { long: number; short: number }>()
  const without = { long: 0, short: 0 }
  for (const { side, size, liquidationPrice } of positions) {
    if (liquidationPrice === undefined) {
      without[side] += size
      continue
    }
    const bin = Math.floor(Math.log(liquidationPrice) / step)
    const sums = bins.get(bin) ?? { long: 0, short: 0 }
    sums[side] += size * liquidationPrice
    bins.set(bin, sums)
  }
  return {
    step,
    bins: [...bins]
      .map(([bin, sums]) => ({ bin, price: Math.exp((bin + 0.5) * step), ...sums }))
      .sort((a, b) => a.bin - b.bin),
    longWithout: without.long,
    shortWithout: without.short,
  }
}
