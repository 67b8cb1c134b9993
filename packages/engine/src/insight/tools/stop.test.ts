import { describe, expect, test } from 'vitest'
import { HILL_MARK } from '../../testing/hill-map.ts'
import { evenBook, hillView } from '../../testing/hill-view.ts'
import { type StopQuestion, stopTool } from './stop.ts'

const HILLS = [
  [176, 4, 4e6],
  [230, 4, 2e6],
] as const
const view = hillView(HILLS)

describe('the stop tool', () => {
  test.each(['long', 'short'] as const)("puts a %s's stop beyond its cluster's far edge by half an ATR", (side) => {
    const answer = stopTool(view, { side })
    if (answer.kind !== 'answer') throw new Error(answer.reason)
    const cluster = view.clusters.find((one) => one.id === (side === 'long' ? 'L1' : 'S1'))!
    const edge = side === 'long' ? cluster.low : cluster.high
    expect(Math.abs(Math.log(answer.stop / edge))).toBeCloseTo(0.5 * view.atr!, 9)
    expect(side === 'long' ? answer.stop < edge : answer.stop > edge).toBe(true)
    expect(answer.reason).toContain(cluster.id)
  })

  test('farther stops are touched less and cost more when touched', () => {
    const answer = stopTool(view, { side: 'long', size: 1e5 })
    if (answer.kind !== 'answer') throw new Error(answer.reason)
    const { candidates } = answer
    candidates.slice(1).forEach((candidate, i) => {
      expect(candidate.risk).toBeGreaterThan(candidates[i]!.risk)
      expect(candidate.touch).toBeLessThan(candidates[i]!.touch)
    })
    const named = (name: string) => candidates.find((candidate) => candidate.name === name)!
    expect(named('in cluster').density).toBeGreaterThan(5 * named('plain ATR').density)
    // Ten million forced beside an order need ten bins of a book with a million in each.
    expect(named('in cluster').slippage).toBeGreaterThan(named('plain ATR').slippage!)
  })

  test('judges a stop of your own beside the others', () => {
    const answer = stopTool(view, { side: 'long', stop: HILL_MARK * 0.99 })
    if (answer.kind !== 'answer') throw new Error(answer.reason)
    expect(answer.candidates.find(({ name }) => name === 'yours')?.risk).toBeCloseTo(0.01, 9)
  })

  test.each<[string, StopQuestion, string]>([
    ['a stop above the entry of a long', { side: 'long', stop: HILL_MARK * 1.01 }, 'stop'],
    ['a stop below the entry of a short', { side: 'short', stop: HILL_MARK * 0.99 }, 'stop'],
    ['an entry that is no number', { side: 'long', entry: Number.NaN }, 'entry'],
    ['an entry far from the market', { side: 'long', entry: HILL_MARK * 3 }, 'entry'],
    ['a size larger than the book', { side: 'long', size: 1e9 }, 'size'],
    ['a size of nothing', { side: 'long', size: 0 }, 'size'],
    ['a horizon of nothing', { side: 'long', horizonMs: 0 }, 'horizon'],
  ])('refuses %s, naming the field', (_, question, field) => {
    expect(stopTool(view, question)).toMatchObject({ kind: 'refused', field })
  })

  test.each([
    ['an empty map', hillView([]), /empty/],
    ['one side only', hillView([[176, 4, 1e6]]), /one side only: no short/],
    ['no bars', hillView(HILLS, { bars: [] }), /average true range/],
    [
      'no cluster in reach',
      hillView([
        [30, 4, 1e6],
        [230, 4, 1e6],
      ]),
      /No cluster/,
    ],
  ])('with %s there is a reason and no number', (_, of, reason) => {
    expect(stopTool(of, { side: 'long' })).toMatchObject({ kind: 'noSignal', reason: expect.stringMatching(reason) })
  })

  test('without a fresh book there is no slippage, and it says why', () => {
    const answer = stopTool(hillView(HILLS, { book: evenBook(1e6, 50), ageMs: 30_000 }), { side: 'long', size: 1e5 })
    if (answer.kind !== 'answer') throw new Error(answer.reason)
    expect(answer.candidates.every(({ slippage }) => slippage === undefined)).toBe(true)
    expect(answer.notes.join(' ')).toMatch(/30 s old/)
  })
})
