import type { FlatLevels } from '../venue/levels.ts'
import { isRecord, readAmount, readDecimal, readTime } from '../wire-values.ts'

/** No epoch ms of our time is below, no epoch seconds above. */
const MS_FROM = 1e11
const MAX_LEVELS = 5_000

/** Epoch ms of a time that Gate wrote in ms, in seconds, or in seconds with decimals; or NaN. */
export function readEpoch(value: unknown): number {
  return typeof value === 'number' && value < MS_FROM ? readTime(Math.round(value * 1_000)) : readTime(value)
}

/** `[{"p":"0.3351","s":108}, ...]` in contracts, or undefined when one level is not a price > 0 and a size >= 0. */
export function readGateLevels(value: unknown): FlatLevels | undefined {
  if (!Array.isArray(value) || value.length > MAX_LEVELS) return undefined
  const levels: number[] = []
  for (const level of value) {
    if (!isRecord(level)) return undefined
    const price = readDecimal(level.p)
    const size = readAmount(level.s)
    if (!(price > 0 && size >= 0)) return undefined
    levels.push(price, size)
  }
  return levels
}
