import type { ColumnSlice, MapSlice, MarketUpdate } from '../socket/message.ts'

/*
 * A frame is one MarketUpdate:
 *
 *   bytes 0-3   magic 'LQS1'
 *   bytes 4-7   header length H, u32 little-endian, padded with spaces so that 8 + H is a multiple of 8
 *   8 .. 8+H    JSON: the update without its long arrays, and `arrays`, the list of what follows
 *   8+H ..      little-endian arrays; each begins at a multiple of 8 bytes counted from 8+H
 *
 * A reader needs nothing but the header: an array it does not know can be skipped.
 */

/** 'LQS1' as bytes. */
export const MAGIC = [0x4c, 0x51, 0x53, 0x31] as const
/** Magic and header length. */
export const PREFIX_BYTES = 8
/** Both the header and every array end on this boundary, so that a Float64Array can view the bytes in place. */
export const ALIGNMENT = 8
/** A header is a few KB; 4 MiB holds a thousand columns' headers and bounds what a hostile length can claim. */
export const MAX_HEADER_BYTES = 4 * 1024 * 1024

export const BYTES_PER = { f32: 4, f64: 8 } as const
export type ArrayType = keyof typeof BYTES_PER

export interface ArrayEntry {
  /** `map.<array>` or `columns.<index>.values`. */
  readonly name: string
  readonly type: ArrayType
  /** Bytes from the end of the header, a multiple of 8. */
  readonly offset: number
  /** Elements. */
  readonly length: number
}

/** The arrays of a map slice, in the order they are written. */
export const MAP_ARRAYS = ['long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh', 'byLeverage'] as const
type MapArray = (typeof MAP_ARRAYS)[number]

export type MapHeader = Omit<MapSlice, MapArray | 'byVenue'>
export type ColumnHeader = Omit<ColumnSlice, 'values'>

export interface FrameHeader {
  readonly update: Omit<MarketUpdate, 'map' | 'columns'> & {
    readonly map?: MapHeader
    readonly columns?: readonly ColumnHeader[]
  }
  readonly arrays: readonly ArrayEntry[]
}

export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** The bytes are not a frame, or claim more than they hold. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}
