import type { Instrument, MarketEvent, Venue } from '@liqscope/market'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Refusals } from '../src/refusals.ts'
import type { FrameReader } from '../src/venue/adapter.ts'
import type { Reading } from '../src/venue/reading.ts'

/** Cases of each kind of damage; a long run makes `LIQSCOPE_FUZZ=10000000`. */
const RUNS = Number(process.env.LIQSCOPE_FUZZ ?? 10_000)
/** A case takes well under a millisecond on a busy machine. */
const LONGEST_MS = Math.max(120_000, RUNS)
const HANG_MS = 50
const RECEIVED = 1_790_000_000_150

export interface FuzzedVenue {
  readonly venue: Venue
  /** Good frames, to be damaged. */
  readonly frames: readonly string[]
  readonly openReader: () => FrameReader
  readonly listing: ReadonlyMap<string, Instrument>
  /** Good REST answers, to be damaged. */
  readonly answers: readonly string[]
  readonly rest: readonly ((body: unknown) => Reading<unknown>)[]
}

/** What breaks careless readers. */
const hostile = fc.constantFrom<unknown>(
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '0x1F',
  '9'.repeat(40),
  '__proto__',
  'constructor',
  [],
  {},
  [[]],
  [[['1', '1']]],
  { toString: 1 },
  { length: 1e9 },
)
const value = fc.oneof(hostile, fc.jsonValue({ maxDepth: 3 }))

/** Good texts with some fields, also nested ones, replaced or dropped, and perhaps `__proto__` added. */
function damagedFields(texts: readonly string[]): fc.Arbitrary<string> {
  const changes = fc.array(fc.tuple(fc.nat(60), value), { minLength: 1, maxLength: 4 })
  return fc.tuple(fc.constantFrom(...texts), changes, fc.boolean()).map(([text, parts, polluted]) => {
    let position = 0
    const damaged: unknown = JSON.parse(text, (_key, original: unknown) => {
      const at = position++
      const change = parts.find(([index]) => index === at)
      return change === undefined ? original : change[1]
    })
    const json = JSON.stringify(damaged) ?? 'null'
    return polluted && json.startsWith('{"') ? `{"__proto__":{"polluted":1,"event":"update"},${json.slice(1)}` : json
  })
}

/** Good texts cut, doubled, or with characters changed. */
function damagedText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.nat(400), fc.string({ maxLength: 4, unit: 'binary' }), fc.nat(10))
    .map(([text, at, insert, cut]) => text.slice(0, at) + insert + text.slice(at + cut))
}

/** The three kinds of damage against a venue's frame reader, and damaged answers against its REST readers. */
export function fuzzParsers({ venue, frames, openReader, listing, answers, rest }: FuzzedVenue): void {
  vi.setConfig({ testTimeout: LONGEST_MS })
  describe(`no ${venue} frame, however damaged,`, () => {
    it.each([
      ['in its fields', damagedFields(frames)],
      ['in its text', damagedText(frames)],
      ['in everything', fc.oneof(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 6 }))],
    ])('%s throws, hangs, or puts a wrong number into an event; each bad one is counted', (_name, texts) => {
      const refusals = new Refusals(venue)
      const read = openReader()
      let refused = 0
      fc.assert(
        fc.property(texts, (text) => {
          const started = performance.now()
          const message = read(text, RECEIVED, listing)
          if (performance.now() - started >= HANG_MS) expect(fastestOfThree(read, text, listing)).toBeLessThan(HANG_MS)
          expectNumbersFinite(message)
          const parts = message.kind === 'events' ? (message.refused ?? []) : [message]
          for (const part of parts)
            if (part.kind === 'bad' || part.kind === 'unused') {
              refused++
              refusals.add(part.channel, part.reason, text)
            }
          if (message.kind === 'events') for (const event of message.events) expectSound(event)
        }),
        { numRuns: RUNS },
      )
      expect(refusals.list().reduce((sum, { count }) => sum + count, 0)).toBe(refused)
      expect(refused).toBeGreaterThan(RUNS / 20)
      expect(Object.keys({})).toEqual([])
      expect('polluted' in {}).toBe(false)
    })
  })

  it(`no ${venue} REST answer, however damaged, throws or puts a wrong number into a row`, () => {
    const bodies = fc.oneof(
      damagedFields(answers).map((text): unknown => JSON.parse(text)),
      value,
      fc.array(value, { maxLength: 4 }),
    )
    fc.assert(
      fc.property(bodies, (body) => {
        for (const read of rest) {
          const { rows, refused } = read(body)
          for (const row of rows) expectNumbersFinite(row, 'notionalCap')
          for (const { reason, text } of refused) expect(reason.length + text.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: RUNS / 2 },
    )
  })
}

/** A busy machine pauses any program; a frame that hangs does so each time. */
function fastestOfThree(read: FrameReader, text: string, listing: ReadonlyMap<string, Instrument>): number {
  const times = [1, 2, 3].map(() => {
    const started = performance.now()
    read(text, RECEIVED, listing)
    return performance.now() - started
  })
  return Math.min(...times)
}

function expectSound(event: MarketEvent): void {
  expect(event.receivedTime).toBe(RECEIVED)
  if ('price' in event) expect(event.price).toBeGreaterThan(0)
  if (event.kind === 'trade' || event.kind === 'liquidationOrder') expect(event.size).toBeGreaterThan(0)
  if (event.kind === 'openInterest') expect(event.size).toBeGreaterThanOrEqual(0)
}

/** @param unbounded the one field that may be infinite */
function expectNumbersFinite(value: unknown, unbounded?: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} got in`)
  if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) if (key !== unbounded) expectNumbersFinite(part, unbounded)
}
