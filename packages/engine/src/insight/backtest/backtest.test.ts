import type { Bar } from '@liqscope/market'
import { describe, expect, test } from 'vitest'
import { randomBars } from '../../testing/random-bars.ts'
import { breakoutTool } from '../tools/breakout.ts'
import { stopTool } from '../tools/stop.ts'
import { magnetTest, volatilityTest } from './forecast-tests.ts'
import { FuelWeight } from './fuel-weight.ts'
import { Trials } from './trials.ts'
import { tradeOn, walkForward } from './walk.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Bars of the highs and lows given, one after another, that open in their middle and close there. */
function path(...ranges: readonly (readonly [low: number, high: number])[]): Bar[] {
  return ranges.map(([low, high], i) => ({
    kind: 'bar',
    instrument: 'binance:BTCUSDT',
    exchangeTime: i * MINUTE,
    receivedTime: i * MINUTE,
    intervalMs: MINUTE,
    open: (low + high) / 2,
    high,
    low,
    close: (low + high) / 2,
    volume: 1,
  }))
}

describe('a trade on bars', () => {
  const long = { sign: 1, entry: 100, stop: 98, target: 103 } as const

  test.each([
    ['its target', path([99, 101], [100, 103.5]), 0.03, 'target', false],
    ['its stop', path([99, 101], [97.5, 99]), -0.02, 'stop', false],
    ['its stop, after which price came back', path([97.5, 99], [99, 100.5]), -0.02, 'stop', true],
    ['its stop where one bar touches both', path([97, 104]), -0.02, 'stop', false],
    ['the open of a bar that opens beyond the stop', path([95, 97]), -0.04, 'stop', false],
    ['time', path([99, 101], [100, 102]), 0.01, 'time', false],
  ] as const)('ends at %s', (_, ahead, gain, end, back) => {
    expect(tradeOn(ahead, long)).toEqual({ gain: expect.closeTo(gain, 12), end, back })
    // The mirror image, 1 % for 1 %: a short trade of the same shape ends the same way.
    const mirrored = ahead.map((bar) => ({
      ...bar,
      open: 200 - bar.open,
      high: 200 - bar.low,
      low: 200 - bar.high,
      close: 200 - bar.close,
    }))
    expect(tradeOn(mirrored, { sign: -1, entry: 100, stop: 102, target: 97 })).toEqual({
      gain: expect.closeTo(gain, 12),
      end,
      back,
    })
  })
})

describe('walking forward', () => {
  const bars = randomBars({ seed: 5, bars: 3 * 1440 })
  const cut = 2 * DAY

  /** All that decisions up to the cut could have rested on, and what two tools say. */
  function decided(of: readonly Bar[]) {
    const found: unknown[] = []
    walkForward(of, { everyMs: 2 * HOUR, horizonMs: HOUR }, ({ at, view, ahead }) => {
      if (at > cut) return
      const { map, clusters, atr, dayVolatility, dayNotional } = view
      found.push([at, [...map.long], [...map.short], clusters, atr, dayVolatility, dayNotional, view.bars.length])
      found.push(stopTool(view, { side: 'long' }), breakoutTool(view))
      expect(view.bars.at(-1)!.exchangeTime + MINUTE).toBe(at)
      expect(ahead[0]!.exchangeTime).toBe(at)
    })
    return found
  }

  test('another future changes no decision before it', () => {
    const other = bars.map((bar) => {
      if (bar.exchangeTime < cut) return bar
      const { open, high, low, close } = bar
      return {
        ...bar,
        open: open * 1.1,
        high: high * 1.2,
        low: low * 0.8,
        close: close * 1.1,
        volume: 9_000,
        openInterest: 1,
      }
    })
    const before = decided(bars)
    expect(before.length).toBeGreaterThan(30)
    expect(decided(other)).toEqual(before)
  })

  test('nothing is decided in the first day, in front of a gap, or without what judges it', () => {
    const gap = 1.5 * DAY
    const holed = bars.filter(({ exchangeTime }) => exchangeTime < gap || exchangeTime >= gap + 10 * MINUTE)
    const at: number[] = []
    walkForward(holed, { everyMs: HOUR, horizonMs: 2 * HOUR }, (decision) => void at.push(decision.at))
    expect(Math.min(...at)).toBe(DAY)
    expect(Math.max(...at)).toBeLessThanOrEqual(3 * DAY - 2 * HOUR)
    expect(at.filter((time) => time > gap - 2 * HOUR && time <= gap)).toEqual([])
    expect(at).toContain(gap - 2 * HOUR)
  })
})

describe('a verdict', () => {
  function gainOf(values: readonly number[]) {
    const trials = new Trials()
    values.forEach((value, i) => {
      trials.add('tool', i * 6 * HOUR, value)
      trials.add('plain', i * 6 * HOUR, 0)
    })
    return trials.gain('tool', 'plain')
  }
  const days = Array.from({ length: 40 }, (_, i) => i)

  test('is better where every day is, worse where every day is, and neither where days disagree', () => {
    expect(gainOf(days.map(() => 1))).toMatchObject({ verdict: 'better', figure: { value: 1, low: 1 } })
    expect(gainOf(days.map(() => -1)).verdict).toBe('worse')
    // Ten days of four trials, five of them +1 and five -1: the mean is 0, and so must the interval say.
    expect(gainOf(days.map((i) => (Math.floor(i / 4) % 2 === 0 ? 1 : -1))).verdict).toBe('not better')
  })

  test('rests on days, not on trials: one lucky day of many trials proves nothing', () => {
    const trials = new Trials()
    for (let i = 0; i < 500; i++) {
      trials.add('tool', (i * DAY) / 1000, 1)
      trials.add('plain', (i * DAY) / 1000, 0)
    }
    expect(trials.gain('tool', 'plain').verdict).toBe('too few')
  })
})

describe('the test of the volatility tool', () => {
  /** A walk whose every hour has the volatility that `of` gives for it. */
  function market(of: (hour: number) => number): Bar[] {
    const calm = randomBars({ seed: 9, bars: 9 * 1440, volatility: 1e-3 })
    let price = 50_000
    return calm.map((bar) => {
      const scale = of(Math.floor(bar.exchangeTime / HOUR)) / 1e-3
      const moved = (to: number) => price * (to / bar.open) ** scale
      const next = { ...bar, open: price, high: moved(bar.high), low: moved(bar.low), close: moved(bar.close) }
      price = next.close
      return next
    })
  }

  test('finds it better than the last hour where an hour says nothing of the next', () => {
    const report = volatilityTest(market((hour) => 1e-3 * (hour % 2 === 0 ? 0.5 : 2)))
    expect(report.gains[0]).toMatchObject({ over: 'last hour', verdict: 'better' })
  })

  test('finds it worse than the last hour where all that counts is the last hour', () => {
    // Half a day calm, half a day eight times as wide: a mean over the day is wrong nearly always.
    const report = volatilityTest(market((hour) => 1e-3 * (Math.floor(hour / 12) % 2 === 0 ? 0.25 : 2)))
    expect(report.gains[0]).toMatchObject({ over: 'last hour', verdict: 'worse' })
  })

  test('a walk is drawn to no cluster', () => {
    const { gains, answered } = magnetTest(randomBars({ seed: 3, bars: 6 * 1440, volatility: 1e-3 }))
    expect(answered).toBeGreaterThan(20)
    expect(gains[0]?.verdict).not.toBe('better')
  })
})

describe('the weight of fuel beside distance', () => {
  /** Decisions an hour apart, known three hours later, whose outcome is what `rule` makes of the share of fuel. */
  function learned(rule: (upShare: number) => boolean): FuelWeight {
    const weight = new FuelWeight()
    for (let i = 0; i < 200; i++) {
      const upShare = 0.5 + 0.4 * Math.sin(i * 1.7)
      weight.probability(0.5, upShare, i * HOUR)
      weight.learn(0.5, upShare, rule(upShare), (i + 3) * HOUR)
    }
    return weight
  }

  test('is above 0 where fuel says which way, below 0 where it says the other', () => {
    expect(learned((share) => share > 0.5).weight).toBeGreaterThan(1)
    expect(learned((share) => share < 0.5).weight).toBeLessThan(-1)
  })

  test('learns nothing before an outcome is known', () => {
    const weight = new FuelWeight()
    for (let i = 0; i < 50; i++) weight.learn(0.5, 0.9, true, 10 * HOUR)
    expect(weight.probability(0.5, 0.9, 10 * HOUR - 1)).toBe(0.5)
    expect(weight.probability(0.5, 0.9, 10 * HOUR)).toBeGreaterThan(0.8)
  })
})
