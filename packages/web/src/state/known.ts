import type { PositionSide } from '@liqscope/market'
import type { PositionsJson } from '@liqscope/protocol'
import type { AppState } from './app-state.ts'

/** OBSERVED: known positions whose printed liquidation prices lie in one row of the picture. USD. */
export interface KnownRow {
  /** ln(price) of its edges. */
  readonly from: number
  readonly to: number
  readonly side: PositionSide
  readonly notional: number
}

/** Markets of the exchange whose accounts anyone may look at, real or simulated. */
const SHOWING = /^hyperliquid:|@hyperliquid$/

/** True where known positions are worth asking for: of the exchange that shows them, or a sum it is part of. */
export function mayBeKnown({ markets, market }: Pick<AppState, 'markets' | 'market'>): boolean {
  const current = markets.find(({ id }) => id === market)
  return [current?.id ?? '', ...(current?.sumOf ?? [])].some((id) => SHOWING.test(id))
}

/** Levels joined to rows of `size` bins on the shared grid, like the rows of the estimated map. */
export function knownRows(
  { levels, gridStep }: Pick<PositionsJson, 'levels' | 'gridStep'>,
  size: number,
): readonly KnownRow[] {
  const step = gridStep * size
  const rows = new Map<number, { long: number; short: number }>()
  for (const { price, long, short } of levels) {
    const row = Math.floor(Math.log(price) / step)
    const sums = rows.get(row) ?? { long: 0, short: 0 }
    rows.set(row, { long: sums.long + long, short: sums.short + short })
  }
  return [...rows].flatMap(([row, sums]) =>
    (['long', 'short'] as const)
      .filter((side) => sums[side] > 0)
      .map((side) => ({ from: row * step, to: (row + 1) * step, side, notional: sums[side] })),
  )
}
