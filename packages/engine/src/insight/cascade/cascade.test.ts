import { describe, expect, test } from 'vitest'
import { seeded } from '../../proof/bootstrap.ts'
import { HILL_MARK } from '../../testing/hill-map.ts'
import { evenBook, hillView } from '../../testing/hill-view.ts'
import { type Cascade, type CascadeQuestion, simulateCascade } from './cascade.ts'
import { gammaDraw } from './gamma-draw.ts'

const HILLS = [
  [150, 6, 4e6],
  [250, 6, 2e6],
] as const
const SPREAD = { phi: 1e5, kappa: 0.5 }
const view = hillView(HILLS, { map: { spread: SPREAD } })

function answerOf(question: CascadeQuestion, of = view): Cascade {
  const answer = simulateCascade(of, question)
  if (answer.kind !== 'answer') throw new Error(answer.reason)
  return answer
}

describe('a cascade', () => {
  test('goes down through longs and up through shorts, beyond its trigger', () => {
    const down = answerOf({ to: HILL_MARK * 0.98 })
    expect(down.side).toBe('long')
    expect(down.end).toBeLessThan(down.trigger)
    expect(down.onTheWay).toBeGreaterThan(0)
    const up = answerOf({ to: HILL_MARK * 1.02 })
    expect(up.side).toBe('short')
    expect(up.end).toBeGreaterThan(up.trigger)
  })

  test('without a question it begins at the near edge of the strongest cluster', () => {
    const { trigger, side } = answerOf({})
    const cluster = view.clusters.find(({ id }) => id === 'L1')!
    expect(side).toBe('long')
    expect(trigger).toBe(cluster.high)
  })

  test('the same seed gives the same answer to the last digit, another seed other paths', () => {
    const question = { to: HILL_MARK * 0.98, draws: 200 }
    expect(JSON.stringify(answerOf({ ...question, seed: 3 }))).toBe(JSON.stringify(answerOf({ ...question, seed: 3 })))
    expect(answerOf({ ...question, seed: 4 }).forcedBand).not.toEqual(answerOf({ ...question, seed: 3 }).forcedBand)
  })

  test('drawn amounts spread as was measured: wider with starting weights than with fitted ones', () => {
    const bandOf = (weights: 'fitted' | 'prior', capture?: { factor: number; low: number; high: number }) => {
      const model = {
        ...view.map.model,
        weights,
        ...(capture && { capture: { ...capture, source: 'assumed' as const } }),
      }
      const { forcedBand, onTheWay } = answerOf(
        { to: HILL_MARK * 0.95, draws: 4_000 },
        { ...view, map: { ...view.map, spread: { phi: 1, kappa: 0 }, model } },
      )
      return { onTheWay, low: Math.log(forcedBand.low / onTheWay), high: Math.log(forcedBand.high / onTheWay) }
    }
    // 10 and 90 % of a log-normal: exp(-+1.2816 sd)
    const fitted = bandOf('fitted')
    expect(fitted.low).toBeCloseTo(-1.2816 * 0.87, 0)
    expect(fitted.high).toBeCloseTo(1.2816 * 0.87, 0)
    const prior = bandOf('prior')
    expect(prior.high).toBeGreaterThan(1.6 * fitted.high)
    // Half is published, somewhere between a quarter and all: twice as much is forced, and less is known of it.
    const half = bandOf('fitted', { factor: 0.5, low: 0.25, high: 1 })
    expect(half.onTheWay).toBeCloseTo(2 * fitted.onTheWay, 3)
    expect(half.high).toBeGreaterThan(1.1 * fitted.high)
  })

  test('draws single orders as lumps of variance phi times the mean', () => {
    const random = seeded(11)
    const [phi, mu, draws] = [1e5, 3e6, 20_000]
    let sum = 0
    let square = 0
    for (let i = 0; i < draws; i++) {
      const value = phi * gammaDraw(mu / phi, random)
      sum += value
      square += value * value
    }
    const mean = sum / draws
    expect(mean / mu).toBeCloseTo(1, 2)
    expect((square / draws - mean * mean) / (phi * mu)).toBeCloseTo(1, 1)
  })

  test('a shock of more is a longer chain, a deeper book a shorter one', () => {
    const end = (shock: number, of = view) => answerOf({ shock, side: 'long' }, of).end
    expect(end(20e6)).toBeLessThan(end(5e6))
    expect(end(20e6, hillView(HILLS, { book: evenBook(4e6, 100) }))).toBeGreaterThan(end(20e6))
  })

  test('names where more is forced than rests', () => {
    const { tipping } = answerOf({ to: HILL_MARK * 0.999 })
    expect(tipping).toHaveLength(1)
    expect(tipping[0]!.ratio).toBeGreaterThan(3)
    expect(tipping[0]!.ratio).toBeLessThan(4.5)
  })

  test.each<[string, CascadeQuestion, string]>([
    ['a price that is no number', { to: Number.NaN }, 'to'],
    ['the mark itself', { to: HILL_MARK }, 'to'],
    ['a price beyond the map', { to: HILL_MARK / 3 }, 'to'],
    ['a shock below nothing', { shock: -1, side: 'long' }, 'shock'],
    ['a shock without a side', { shock: 1e6 }, 'side'],
    ['a side that the move does not force', { to: HILL_MARK * 0.98, side: 'short' }, 'side'],
    ['a refill above all', { refill: 2 }, 'refill'],
    ['more paths than allowed', { draws: 1e9 }, 'draws'],
  ])('refuses %s, naming the field', (_, question, field) => {
    expect(simulateCascade(view, question)).toMatchObject({ kind: 'refused', field })
  })

  test.each([
    ['no order book', hillView(HILLS, { book: null }), /No order book/],
    ['a stale book', hillView(HILLS, { ageMs: 60_000 }), /60 s old/],
    ['a book with one side', hillView(HILLS, { book: { ...evenBook(1e6, 10), asks: [] } }), /one side/],
    ['an empty map', hillView([]), /No cluster/],
    ['no longs in the map', hillView([[250, 6, 2e6]]), /one side only: no long/],
    ['no bars', hillView(HILLS, { bars: [] }), /not known/],
  ])('with %s there is a reason and no number', (_, of, reason) => {
    const answer = simulateCascade(of, of.clusters.length === 0 ? {} : { to: HILL_MARK * 0.98 })
    expect(answer).toMatchObject({ kind: 'noSignal', reason: expect.stringMatching(reason) })
  })

  test('the square-root law alone has to be asked for, and says so', () => {
    const without = hillView(HILLS, { book: null })
    const { basis } = answerOf({ to: HILL_MARK * 0.98, liquidity: 'law' }, without)
    expect(basis).toMatchObject({ liquidity: 'law', bookNotional: 0 })
    expect(basis.notes.join(' ')).toMatch(/No order book was used/)
  })
})
