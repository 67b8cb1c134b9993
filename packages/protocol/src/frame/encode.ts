import type { MarketUpdate } from '../socket/message.ts'
import {
  type ArrayEntry,
  type ArrayType,
  aligned,
  BYTES_PER,
  type FrameHeader,
  MAGIC,
  MAP_ARRAYS,
  PREFIX_BYTES,
} from './layout.ts'

/**
 * One update as a frame (the layout is described in layout.ts).
 *
 * @param type how the arrays are written. `f32` keeps 7 digits, enough to draw and to read; `f64` is exact.
 */
export function encodeFrame(update: MarketUpdate, type: ArrayType = 'f32'): Uint8Array<ArrayBuffer> {
  const { map, columns, ...rest } = update
  const sources: ArrayLike<number>[] = []
  const arrays: ArrayEntry[] = []
  let dataBytes = 0
  const place = (name: string, source: ArrayLike<number>) => {
    sources.push(source)
    arrays.push({ name, type, offset: dataBytes, length: source.length })
    dataBytes += aligned(source.length * BYTES_PER[type])
  }

  if (map) for (const name of MAP_ARRAYS) place(`map.${name}`, map[name])
  if (map?.byVenue) place('map.byVenue', map.byVenue)
  columns?.forEach((column, index) => {
    place(`columns.${index}.values`, column.values)
  })

  const header: FrameHeader = {
    update: {
      ...rest,
      ...(map && {
        map: {
          at: map.at,
          price: map.price,
          step: map.step,
          firstBin: map.firstBin,
          bins: map.bins,
          from: map.from,
          to: map.to,
        },
      }),
      ...(columns && {
        columns: columns.map(({ openTime, intervalMs, price, step, firstBin }) => ({
          openTime,
          intervalMs,
          price,
          step,
          firstBin,
        })),
      }),
    },
    arrays,
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = aligned(text.length)
  const dataStart = PREFIX_BYTES + headerBytes
  const frame = new Uint8Array(dataStart + dataBytes)
  frame.set(MAGIC)
  new DataView(frame.buffer).setUint32(4, headerBytes, true)
  frame.set(text, PREFIX_BYTES)
  frame.fill(0x20, PREFIX_BYTES + text.length, dataStart)
  arrays.forEach(({ offset, length }, index) => {
    const start = dataStart + offset
    const target =
      type === 'f32' ? new Float32Array(frame.buffer, start, length) : new Float64Array(frame.buffer, start, length)
    target.set(sources[index]!)
  })
  return frame
}
