import { describe, expect, test } from 'vitest'
import { HILL_MARK } from '../../testing/hill-map.ts'
import { evenBook, hillView, swingingBars } from '../../testing/hill-view.ts'
import type { Answer } from '../answer.ts'
import type { MarketView } from '../market-view.ts'
import { breakoutTool } from './breakout.ts'
import { almgrenChriss, type ExecutionQuestion, executionTool } from './execution.ts'
import { scalpTool } from './scalp.ts'
import { targetTool } from './target.ts'
import { volatilityTool } from './volatility-tool.ts'

const HILLS = [
  [186, 4, 4e6],
  [214, 4, 2e6],
] as const
const view = hillView(HILLS)

function answered<T>(answer: Answer<T>) {
  if (answer.kind !== 'answer') throw new Error(answer.reason)
  return answer
}

/** A wild day and then eight quiet hours. */
function quietBars() {
  return swingingBars().map((bar, i, all) =>
    i < all.length - 480 ? { ...bar, high: bar.high * 1.002, low: bar.low * 0.998 } : bar,
  )
}

describe('the breakout tool', () => {
  const quiet = hillView(HILLS, { bars: quietBars() })

  test('leans to the side with more fuel, and is wrong at the other bound', () => {
    const found = answered(breakoutTool(quiet))
    expect(found.bias).toBe('down')
    expect(found.share).toBeGreaterThan(0.6)
    expect(found.down.fuel / (found.down.fuel + found.up.fuel)).toBeCloseTo(found.share, 9)
    expect(found.invalidation).toBe(found.high)
    expect(found.low < HILL_MARK && HILL_MARK < found.high).toBe(true)
    expect(found.down.end).toBeLessThan(found.low)
  })

  test('is silent where price is not consolidating, and where fuel is even', () => {
    const trending = swingingBars().map((bar, i, all) => {
      const far = Math.exp(1e-4 * (i + 1 - all.length))
      return { ...bar, open: bar.open * far, high: bar.high * far, low: bar.low * far, close: bar.close * far }
    })
    expect(breakoutTool(hillView(HILLS, { bars: trending }))).toMatchObject({
      kind: 'noSignal',
      reason: expect.stringMatching(/not consolidating/),
    })
    const even = hillView(
      [
        [186, 4, 4e6],
        [213, 4, 4e6],
      ],
      { bars: quietBars() },
    )
    expect(breakoutTool(even)).toMatchObject({ kind: 'noSignal', reason: expect.stringMatching(/even/) })
  })
})

describe('the scalp tool', () => {
  test('enters ahead of the zone, leaves inside it, and its stop is as far as its exit', () => {
    const found = answered(scalpTool(view))
    const cluster = view.clusters.find(({ id }) => id === found.cluster)!
    expect(found.side).toBe(cluster.side === 'short' ? 'long' : 'short')
    expect(found.exit).toBe(cluster.price)
    expect(Math.log(found.exit / found.entry)).toBeCloseTo(Math.log(found.entry / found.stop), 9)
    expect(found.breakEven).toBeGreaterThan(0.5)
  })

  test('is silent when the move does not pay for its cost', () => {
    const near = hillView(
      [
        [197, 1.5, 4e6],
        [203, 1.5, 2e6],
      ],
      { map: {} },
    )
    const dear = { ...near, fees: { taker: 0.01, maker: 0.01 } }
    expect(scalpTool(dear)).toMatchObject({ kind: 'noSignal', reason: expect.stringMatching(/less than 2 times/) })
  })
})

describe('the target tool', () => {
  test("lies inside the other side's zone, beyond its near edge", () => {
    const found = answered(targetTool(view, { side: 'long', size: 1e6 }))
    const cluster = view.clusters.find(({ id }) => id === 'S1')!
    expect(found.target).toBeGreaterThan(cluster.low)
    expect(found.target).toBeLessThan(cluster.price)
    expect(found.zones.find((zone) => zone.cluster === 'S1')!.filled).toBe(1)
  })

  test('is silent where no zone is in reach', () => {
    const far = hillView([
      [186, 4, 4e6],
      [380, 4, 2e6],
    ])
    expect(targetTool(far, { side: 'long' })).toMatchObject({ kind: 'noSignal' })
  })
})

describe('the execution tool', () => {
  const ask = (question: Partial<ExecutionQuestion> = {}, of: MarketView = view) =>
    executionTool(of, { side: 'buy', size: 2e6, ...question })

  test('schedules add up to the order', () => {
    for (const { slices } of answered(ask()).schedules)
      expect(slices.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 9)
  })

  test('at once costs most and risks nothing; waiting risks most', () => {
    const { schedules } = answered(ask({ size: 2e7 }))
    const named = (name: string) => schedules.find((one) => one.name === name)!
    expect(named('at once').cost).toBeGreaterThan(named('TWAP').cost)
    expect(named('at once').risk).toBe(0)
    expect(named('wait for cluster').risk).toBeGreaterThan(named('TWAP').risk)
    expect(named('Almgren-Chriss').risk).toBeLessThanOrEqual(named('TWAP').risk)
  })

  test('Almgren-Chriss is even without risk aversion and front-loaded with it', () => {
    expect(almgrenChriss(4, 0)).toEqual([0.25, 0.25, 0.25, 0.25])
    const [first, , , last] = almgrenChriss(4, 3)
    expect(first!).toBeGreaterThan(2 * last!)
    // sinh(3 * 0.75) / sinh(3) = 4.6912 / 10.0179: 0.468 is left after the first quarter.
    expect(first!).toBeCloseTo(1 - 0.46828, 4)
  })

  test.each<[string, Partial<ExecutionQuestion>, string]>([
    ['a size larger than the book', { size: 1e9 }, 'size'],
    ['a size that is no number', { size: Number.NaN }, 'size'],
    ['no time at all', { durationMs: 0 }, 'duration'],
    ['a risk aversion below nothing', { riskAversion: -1 }, 'riskAversion'],
  ])('refuses %s, naming the field', (_, question, field) => {
    expect(ask(question)).toMatchObject({ kind: 'refused', field })
  })

  test.each([
    ['no book', hillView(HILLS, { book: null }), /No order book/],
    ['a stale book', hillView(HILLS, { ageMs: 99_000 }), /99 s old/],
    ['one side of a book', hillView(HILLS, { book: { ...evenBook(1e6, 20), bids: [] } }), /one side/],
    ['no bars', hillView(HILLS, { bars: [] }), /not known/],
  ])('with %s there is a reason and no number', (_, of, reason) => {
    expect(ask({}, of)).toMatchObject({ kind: 'noSignal', reason: expect.stringMatching(reason) })
  })
})

describe('the volatility tool', () => {
  test('ranges grow with the root of time', () => {
    const one = answered(volatilityTool(view, { horizonMs: 3_600_000 }))
    const four = answered(volatilityTool(view, { horizonMs: 4 * 3_600_000 }))
    expect(Math.log1p(four.range) / Math.log1p(one.range)).toBeCloseTo(2, 6)
    expect(one.rangeLow < one.range && one.range < one.rangeHigh).toBe(true)
    expect(one.regime).toBe('usual')
  })
})

test.each([
  ['breakout', (of: MarketView) => breakoutTool(of)],
  ['scalp', (of: MarketView) => scalpTool(of)],
  ['target', (of: MarketView) => targetTool(of, { side: 'long' })],
  ['execution', (of: MarketView) => executionTool(of, { side: 'buy', size: 1e6 })],
  ['volatility', (of: MarketView) => volatilityTool(of)],
])('%s says why an empty map and one with a single side give no answer', (_, ask) => {
  expect(ask(hillView([]))).toMatchObject({ kind: 'noSignal', reason: expect.stringMatching(/empty/) })
  expect(ask(hillView([[214, 4, 1e6]]))).toMatchObject({
    kind: 'noSignal',
    reason: expect.stringMatching(/one side only/),
  })
})
