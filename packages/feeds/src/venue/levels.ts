import { readDecimal } from '../wire-values.ts'

/** price, size, price, size, ...: one array of doubles where an array per level would be most of the parsing time. */
export type FlatLevels = readonly number[]

/** `[["7.6110","6"], ...]` in the venue's units, or undefined when one level is not a price > 0 and a size >= 0. */
export function readLevels(value: unknown): FlatLevels | undefined {
  if (!Array.isArray(value)) return undefined
  const levels: number[] = []
  for (const level of value) {
    if (!Array.isArray(level)) return undefined
    const price = readDecimal(level[0])
    const size = readDecimal(level[1])
    if (!(price > 0 && size >= 0)) return undefined
    levels.push(price, size)
  }
  return levels
}
