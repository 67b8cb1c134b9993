import type { ColumnSlice, MapSlice, MarketUpdate } from '../socket/message.ts'
import {
  ALIGNMENT,
  type ArrayEntry,
  BYTES_PER,
  type ColumnHeader,
  FrameError,
  type FrameHeader,
  MAGIC,
  MAX_HEADER_BYTES,
  type MapHeader,
  PREFIX_BYTES,
} from './layout.ts'

/**
 * Reads a frame. Nothing is allocated from a length the frame claims before that length was checked against the
 * bytes at hand. The arrays of the result are views into `bytes` where its alignment allows, so do not reuse it.
 *
 * @throws {FrameError} when the bytes are not a frame, are cut short, or arrays and header disagree.
 */
export function decodeFrame(bytes: ArrayBuffer | Uint8Array): MarketUpdate {
  const frame = atAlignment(bytes)
  if (frame.length < PREFIX_BYTES || MAGIC.some((byte, i) => frame[i] !== byte)) throw new FrameError('not a frame')
  const headerBytes = new DataView(frame.buffer, frame.byteOffset).getUint32(4, true)
  if (headerBytes > MAX_HEADER_BYTES || headerBytes % ALIGNMENT !== 0 || PREFIX_BYTES + headerBytes > frame.length)
    throw new FrameError(`a header of ${headerBytes} bytes does not fit a frame of ${frame.length}`)
  const { update, arrays } = readHeader(frame.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes))
  const data = frame.subarray(PREFIX_BYTES + headerBytes)
  const found = new Map(arrays.map((entry) => [entry.name, entry]))

  const take = (name: string) => {
    const entry = found.get(name)
    if (!entry) throw new FrameError(`array ${name} is missing`)
    return view(data, entry)
  }
  const { map, columns, ...rest } = update
  return {
    ...rest,
    ...(map && { map: readMap(map, take, found.has('map.byVenue')) }),
    ...(columns && { columns: columns.map((column, i) => readColumn(column, take(`columns.${i}.values`))) }),
  }
}

type Take = (name: string) => Float32Array | Float64Array

function readMap(header: MapHeader, take: Take, hasVenues: boolean): MapSlice {
  const width = header.to - header.from
  const exactly = (name: string) => {
    const array = take(`map.${name}`)
    if (array.length !== width)
      throw new FrameError(`map.${name} has ${array.length} values for bins ${header.from} to ${header.to}`)
    return array
  }
  const inRows = (name: string) => {
    const array = take(`map.${name}`)
    if (width === 0 ? array.length > 0 : array.length % width !== 0)
      throw new FrameError(`map.${name} has ${array.length} values for ${width} bins`)
    return array
  }
  return {
    ...header,
    long: exactly('long'),
    short: exactly('short'),
    longLow: exactly('longLow'),
    longHigh: exactly('longHigh'),
    shortLow: exactly('shortLow'),
    shortHigh: exactly('shortHigh'),
    byLeverage: inRows('byLeverage'),
    ...(hasVenues && { byVenue: inRows('byVenue') }),
  }
}

function readColumn(header: ColumnHeader, values: ColumnSlice['values']): ColumnSlice {
  return { ...header, values }
}

function view(data: Uint8Array, { name, type, offset, length }: ArrayEntry): Float32Array | Float64Array {
  // offset and length are non-negative safe integers here, so the product is exact enough to compare.
  if (offset % ALIGNMENT !== 0 || offset > data.length || length > (data.length - offset) / BYTES_PER[type])
    throw new FrameError(`array ${name} lies outside the frame`)
  const start = data.byteOffset + offset
  return type === 'f32' ? new Float32Array(data.buffer, start, length) : new Float64Array(data.buffer, start, length)
}

/** Node hands out slices of a pool at any offset; typed arrays need theirs aligned. */
function atAlignment(bytes: ArrayBuffer | Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array)) return new Uint8Array(bytes)
  return bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes)
}

function readHeader(bytes: Uint8Array): FrameHeader {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new FrameError('the header is not JSON', { cause })
  }
  if (!isHeader(header)) throw new FrameError('the header is not that of a market update')
  return header
}

function isHeader(value: unknown): value is FrameHeader {
  if (!isRecord(value) || !isRecord(value.update) || !Array.isArray(value.arrays)) return false
  const { type, market, seq, simulated, at, price, map, columns } = value.update
  return (
    (type === 'snapshot' || type === 'patch') &&
    typeof market === 'string' &&
    isCount(seq) &&
    typeof simulated === 'boolean' &&
    isNumber(at) &&
    isNumber(price) &&
    (map === undefined || isMapHeader(map)) &&
    (columns === undefined || (Array.isArray(columns) && columns.every(isColumnHeader))) &&
    value.arrays.every(isEntry)
  )
}

function isMapHeader(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value.at, value.price, value.step].every(isNumber) &&
    Number.isSafeInteger(value.firstBin) &&
    isCount(value.bins) &&
    isCount(value.from) &&
    isCount(value.to) &&
    value.from <= value.to &&
    value.to <= value.bins
  )
}

function isColumnHeader(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value.openTime, value.intervalMs, value.price, value.step].every(isNumber) &&
    Number.isSafeInteger(value.firstBin)
  )
}

function isEntry(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    (value.type === 'f32' || value.type === 'f64') &&
    isCount(value.offset) &&
    isCount(value.length)
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
