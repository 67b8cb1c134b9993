import { crc32 } from 'node:zlib'
import type { Levels } from './book-view.ts'
import { plain } from './plain-number.ts'

/** Levels of each side that the checksum is over. */
const LEVELS = 25

/**
 * CRC-32, signed, of the best levels as `bid:size:ask:size:...`, those that one side lacks left out: OKX and Bitget.
 * `unit`: base units per unit of the sizes that are sent.
 */
export function bookChecksum({ bids, asks }: Levels, unit: number): number {
  const parts: string[] = []
  for (let at = 0; at < LEVELS; at++)
    for (const level of [bids[at], asks[at]])
      if (level !== undefined) parts.push(plain(level[0]), plain(level[1] / unit))
  return crc32(parts.join(':')) | 0
}
