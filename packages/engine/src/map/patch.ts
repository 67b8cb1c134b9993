import { LEVERAGE_GROUPS, type LiquidationMap } from './liquidation-map.ts'

/** The stretch of bins in which two maps differ; `undefined` when they do not. */
export function changedBins(
  before: LiquidationMap | undefined,
  now: LiquidationMap,
): { whole: boolean; from: number; to: number } | undefined {
  if (before === undefined || before.firstBin !== now.firstBin || before.bins !== now.bins)
    return { whole: true, from: 0, to: now.bins }
  let from = 0
  while (from < now.bins && isSame(before, now, from)) from++
  if (from === now.bins) return undefined
  let to = now.bins
  while (isSame(before, now, to - 1)) to--
  return { whole: false, from, to }
}

function isSame(before: LiquidationMap, now: LiquidationMap, i: number): boolean {
  if (before.long[i] !== now.long[i] || before.short[i] !== now.short[i]) return false
  if (before.longHigh[i] !== now.longHigh[i] || before.shortHigh[i] !== now.shortHigh[i]) return false
  for (let group = 0; group < LEVERAGE_GROUPS.length; group++) {
    const at = group * now.bins + i
    if (before.byLeverage[at] !== now.byLeverage[at]) return false
  }
  return true
}
