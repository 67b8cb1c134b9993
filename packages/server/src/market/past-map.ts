import { type LiquidationMap, mapOfColumn } from '@liqscope/engine'
import type { Market } from './market.ts'

/** How far before a moment the newest closed column may lie to stand for it. */
const NEAREST_MS = 4 * 3_600_000

/**
 * The map of a running market as it was drawn at a moment, never a later view: the newest column that had closed by
 * then. Undefined where none is held.
 *
 * @param widths of the columns that are kept, ms.
 */
export function mapDrawnAt(market: Market, at: number, widths: readonly number[]): LiquidationMap | undefined {
  const column = widths
    .flatMap((intervalMs) => market.columns(intervalMs, at - NEAREST_MS - intervalMs, at))
    .filter(({ openTime, intervalMs }) => openTime + intervalMs <= at)
    .toSorted((a, b) => b.openTime + b.intervalMs - (a.openTime + a.intervalMs) || a.intervalMs - b.intervalMs)[0]
  if (column === undefined) return undefined
  const current = market.map()?.model
  return mapOfColumn(column, market.instrument.id, {
    name: current?.name ?? 'unknown',
    version: current?.version ?? 'unknown',
    weights: current?.weights ?? 'prior',
    notes: [
      'A past column as it was drawn then: its bounds and leverage split were not kept, so both bounds equal the ' +
        'estimate and all of it counts as leverage unknown.',
    ],
  })
}
