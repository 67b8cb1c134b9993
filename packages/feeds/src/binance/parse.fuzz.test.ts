import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { LISTING } from '../../test/instruments.ts'
import { Refusals } from '../refusals.ts'
import type { VenueMessage } from '../venue/message.ts'
import { isRecord } from '../wire-values.ts'
import { readFrame } from './parse.ts'
import {
  readAggTrades,
  readDepthSnapshot,
  readFundingHistory,
  readInstruments,
  readKlines,
  readOpenInterest,
  readOpenInterestHistory,
  readPremiumIndex,
} from './rest-parse.ts'

const FIXTURES: unknown = JSON.parse(readFileSync(new URL('./fixtures/messages.json', import.meta.url), 'utf8'))
const TEXTS = Object.values(isRecord(FIXTURES) ? FIXTURES : {}).map((message) => JSON.stringify(message))
const RECEIVED = 1_790_000_000_150
/** A slice of the ten million cases that a long run makes. */
const RUNS = 10_000
const HANG_MS = 50

vi.setConfig({ testTimeout: 120_000 })

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

/** A fixture with some of its fields, also nested ones, replaced or dropped, and perhaps `__proto__` added. */
const damagedFields = fc
  .tuple(fc.constantFrom(...TEXTS), fc.array(fc.tuple(fc.nat(60), value), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([text, changes, polluted]) => {
    let position = 0
    const damaged: unknown = JSON.parse(text, (_key, original: unknown) => {
      const at = position++
      const change = changes.find(([index]) => index === at)
      return change === undefined ? original : change[1]
    })
    const json = JSON.stringify(damaged) ?? 'null'
    return polluted && json.startsWith('{"') ? `{"__proto__":{"polluted":1,"e":"aggTrade"},${json.slice(1)}` : json
  })

/** A fixture's text cut, doubled, or with characters changed. */
const damagedText = fc
  .tuple(fc.constantFrom(...TEXTS), fc.nat(400), fc.string({ maxLength: 4, unit: 'binary' }), fc.nat(10))
  .map(([text, at, insert, cut]) => text.slice(0, at) + insert + text.slice(at + cut))

describe('no frame, however damaged,', () => {
  it.each([
    ['in its fields', damagedFields],
    ['in its text', damagedText],
    ['in everything', fc.oneof(fc.string({ unit: 'binary' }), fc.json({ maxDepth: 6 }))],
  ])('%s throws, hangs, or puts a wrong number into an event; each bad one is counted', (_name, frames) => {
    const refusals = new Refusals('binance')
    let refused = 0
    let events = 0
    fc.assert(
      fc.property(frames, (text) => {
        const started = performance.now()
        const message = readFrame(text, RECEIVED, LISTING)
        if (performance.now() - started >= HANG_MS) expect(fastestOfThree(text)).toBeLessThan(HANG_MS)
        if (message.kind === 'bad' || message.kind === 'unused') {
          refused++
          refusals.add(message.channel, message.reason, text)
        } else {
          events++
          expectSound(message)
        }
      }),
      { numRuns: RUNS },
    )
    expect(refusals.list().reduce((sum, { count }) => sum + count, 0)).toBe(refused)
    expect(refused + events).toBe(RUNS)
    expect(refused).toBeGreaterThan(RUNS / 10)
    expect(Object.keys({})).toEqual([])
    expect('polluted' in {}).toBe(false)
  })
})

it('no REST answer, however damaged, throws or puts a wrong number into a row', () => {
  const instrument = [...LISTING.values()][0]!
  const row = fc.oneof(
    fc.dictionary(
      fc.constantFrom('symbol', 'time', 'a', 'T', 'p', 'q', 'm', 'filters', 'openInterest', '__proto__'),
      value,
    ),
    fc.array(fc.oneof(hostile, fc.constantFrom(RECEIVED, '100', '101', '99')), { maxLength: 12 }),
    value,
  )
  fc.assert(
    fc.property(fc.oneof(fc.array(row, { maxLength: 4 }), row), (body) => {
      const readings = [
        readInstruments(body, 'binance'),
        readKlines(body, instrument),
        readAggTrades(body, instrument),
        readOpenInterest(body, instrument, RECEIVED),
        readOpenInterestHistory(body, instrument),
        readFundingHistory(body, instrument),
        readPremiumIndex(body, LISTING, RECEIVED),
        readDepthSnapshot(body),
      ]
      for (const { rows, refused } of readings) {
        expectNumbersFinite(rows)
        for (const { reason, text } of refused) expect(reason.length + text.length).toBeGreaterThan(0)
      }
    }),
    { numRuns: RUNS / 4 },
  )
})

it('different reasons are kept up to a limit: the rest is counted together', () => {
  const refusals = new Refusals('binance')
  for (let i = 0; i < 10_000; i++) refusals.add('other', `not used: ${i}`, 'x'.repeat(5_000))
  expect(refusals.list().length).toBeLessThanOrEqual(501)
  expect(refusals.list().reduce((sum, { count }) => sum + count, 0)).toBe(10_000)
  for (const { lastText } of refusals.list()) expect(lastText.length).toBeLessThanOrEqual(500)
})

/** A busy machine pauses any program; a frame that hangs does so each time. */
function fastestOfThree(text: string): number {
  const times = [1, 2, 3].map(() => {
    const started = performance.now()
    readFrame(text, RECEIVED, LISTING)
    return performance.now() - started
  })
  return Math.min(...times)
}

function expectSound(message: VenueMessage): void {
  expectNumbersFinite(message)
  if (message.kind !== 'events') return
  for (const event of message.events) {
    expect(event.receivedTime).toBe(RECEIVED)
    if ('price' in event) expect(event.price).toBeGreaterThan(0)
    if ('size' in event) expect(event.size).toBeGreaterThan(0)
  }
}

function expectNumbersFinite(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} got in`)
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) expectNumbersFinite(part)
}
