import type { HeatmapColumn } from '@liqscope/engine'

/** Columns of `intervalMs` from narrower ones: the last of each closed interval, which is the map at its end. */
export function widened(columns: readonly HeatmapColumn[], intervalMs: number, newest: number): HeatmapColumn[] {
  const last = new Map<number, HeatmapColumn>()
  for (const column of columns) last.set(Math.floor(column.openTime / intervalMs) * intervalMs, column)
  return [...last]
    .filter(([openTime]) => openTime + intervalMs <= newest)
    .map(([openTime, column]) => ({ ...column, openTime, intervalMs }))
}
