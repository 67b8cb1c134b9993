import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColumnSlice, MapSlice, MarketUpdate } from '../socket/message.ts'
import { decodeFrame, encodeFrame, FrameError } from './index.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 })
const time = fc.integer({ min: 1_500_000_000_000, max: 2_000_000_000_000 })

const slice: fc.Arbitrary<MapSlice> = fc.nat({ max: 12 }).chain((width) => {
  const values = (length: number) => fc.array(finite, { minLength: length, maxLength: length })
  return fc.record({
    at: time,
    price: finite,
    step: finite,
    firstBin: fc.integer({ min: -50_000, max: 50_000 }),
    bins: fc.constant(width + 7),
    from: fc.constant(3),
    to: fc.constant(3 + width),
    long: values(width),
    short: values(width),
    longLow: values(width),
    longHigh: values(width),
    shortLow: values(width),
    shortHigh: values(width),
    byLeverage: values(5 * width),
  })
})

const column: fc.Arbitrary<ColumnSlice> = fc.record({
  openTime: time,
  intervalMs: fc.constantFrom(60_000, 300_000, 1_800_000),
  price: finite,
  step: finite,
  firstBin: fc.integer({ min: -50_000, max: 50_000 }),
  values: fc.array(finite, { maxLength: 9 }),
})

const update: fc.Arbitrary<MarketUpdate> = fc.record(
  {
    type: fc.constantFrom('snapshot', 'patch'),
    market: fc.string(),
    seq: fc.nat(),
    simulated: fc.boolean(),
    at: time,
    price: finite,
    map: slice,
    columns: fc.array(column, { maxLength: 4 }),
    fundingRate: finite,
    gaps: fc.array(
      fc.record({ from: time, to: time, channel: fc.constant('trade'), reason: fc.string({ unit: 'grapheme' }) }),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['type', 'market', 'seq', 'simulated', 'at', 'price'] },
)

const plain = (value: MarketUpdate, round: (x: number) => number): unknown => ({
  ...value,
  ...(value.map && {
    map: Object.fromEntries(
      Object.entries(value.map).map(([key, part]) => [key, typeof part === 'number' ? part : Array.from(part, round)]),
    ),
  }),
  ...(value.columns && {
    columns: value.columns.map((part) => ({ ...part, values: Array.from(part.values, round) })),
  }),
})
/** JSON has no negative zero in its header numbers, and a reader could not tell. */
const sameZero = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const asIs = (x: number) => x

describe('a frame', () => {
  it('gives back every number of an update, arrays to float32', () => {
    fc.assert(
      fc.property(update, (sent) => {
        expect(sameZero(plain(decodeFrame(encodeFrame(sent)), asIs))).toEqual(sameZero(plain(sent, Math.fround)))
      }),
    )
  })

  it('written as f64 gives back every array exactly', () => {
    fc.assert(
      fc.property(update, (sent) => {
        expect(sameZero(plain(decodeFrame(encodeFrame(sent, 'f64')), asIs))).toEqual(sameZero(plain(sent, asIs)))
      }),
    )
  })

  it('is read from any offset of a larger buffer', () => {
    fc.assert(
      fc.property(update, fc.nat({ max: 15 }), (sent, offset) => {
        const frame = encodeFrame(sent)
        const pool = new Uint8Array(frame.length + offset + 3)
        pool.set(frame, offset)
        expect(plain(decodeFrame(pool.subarray(offset, offset + frame.length)), asIs)).toEqual(
          plain(decodeFrame(frame.buffer), asIs),
        )
      }),
    )
  })

  it('cut short anywhere is refused, never read past its end', () => {
    fc.assert(
      fc.property(
        update.filter(({ map }) => map !== undefined && map.to > map.from),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (sent, share) => {
          const frame = encodeFrame(sent)
          // The last array ends on an 8-byte boundary: up to 7 bytes of padding carry nothing.
          const cut = Math.min(Math.floor(frame.length * share), frame.length - 8)
          expect(() => decodeFrame(frame.subarray(0, cut))).toThrow(FrameError)
        },
      ),
    )
  })

  it('with any bytes changed is either read or refused with a FrameError', () => {
    const frame = encodeFrame(fc.sample(update, { seed: 7, numRuns: 1 })[0]!)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: frame.length - 1 }), fc.nat({ max: 255 }))), (changes) => {
        const hostile = frame.slice()
        for (const [at, byte] of changes) hostile[at] = byte
        try {
          decodeFrame(hostile)
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['a header length of 4 GiB', Uint8Array.of(0x4c, 0x51, 0x53, 0x31, 0xff, 0xff, 0xff, 0xff)],
    ['another magic', Uint8Array.of(0x4c, 0x51, 0x53, 0x32, 0, 0, 0, 0)],
    ['nothing', new Uint8Array()],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeFrame(bytes)).toThrow(FrameError)
  })

  it.each([
    ['an array longer than the frame', { length: 2 ** 40 }],
    ['a negative length', { length: -1 }],
    ['an offset past the end', { offset: 2 ** 40 }],
    ['an offset off the boundary', { offset: 4 }],
    ['a type of no size', { type: 'f16' }],
  ])('refuses %s', (_, change) => {
    const header = {
      update: {
        type: 'patch',
        market: 'sim:BTCUSDT',
        seq: 1,
        simulated: true,
        at: 0,
        price: 1,
        columns: [{ openTime: 0, intervalMs: 60_000, price: 1, step: 1, firstBin: 0 }],
      },
      arrays: [{ name: 'columns.0.values', type: 'f32', offset: 0, length: 2, ...change }],
    }
    expect(() => decodeFrame(framed(header))).toThrow(FrameError)
  })

  it('has the layout its description says', () => {
    const frame = encodeFrame({
      type: 'patch',
      market: 'sim:BTCUSDT',
      seq: 2,
      simulated: true,
      at: 5,
      price: 9,
      columns: [{ openTime: 1, intervalMs: 60_000, price: 9, step: 0.0005, firstBin: -3, values: [1.5, -2] }],
    })
    const view = new DataView(frame.buffer)
    const headerBytes = view.getUint32(4, true)
    expect(new TextDecoder().decode(frame.subarray(0, 4))).toBe('LQS1')
    expect((8 + headerBytes) % 8).toBe(0)
    const { arrays } = JSON.parse(new TextDecoder().decode(frame.subarray(8, 8 + headerBytes)))
    expect(arrays).toEqual([{ name: 'columns.0.values', type: 'f32', offset: 0, length: 2 }])
    expect([view.getFloat32(8 + headerBytes, true), view.getFloat32(12 + headerBytes, true)]).toEqual([1.5, -2])
  })
})

/** A frame of any header and sixteen bytes of data. */
function framed(header: unknown): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerBytes = Math.ceil(text.length / 8) * 8
  const frame = new Uint8Array(8 + headerBytes + 16).fill(0x20)
  frame.set([0x4c, 0x51, 0x53, 0x31])
  new DataView(frame.buffer).setUint32(4, headerBytes, true)
  frame.set(text, 8)
  return frame
}
