import type { MapSlice } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { applySlice, binOfPrice, leverageBetween, lnOfBin, notionalBetween } from './live-map.ts'

const STEP = 0.01
const FIRST = 460 // exp(4.60) ≈ 99.48

function slice(from: number, to: number, value: number): MapSlice {
  const filled = Array.from({ length: to - from }, () => value)
  return {
    at: 1,
    price: Math.exp((FIRST + 2) * STEP),
    step: STEP,
    firstBin: FIRST,
    bins: 4,
    from,
    to,
    long: filled,
    short: filled.map(() => 0),
    longLow: filled,
    longHigh: filled,
    shortLow: filled,
    shortHigh: filled,
    byLeverage: [...filled, ...filled.map((x) => 10 * x)], // two groups
  }
}

describe('the live map', () => {
  it('takes a whole slice as it is and a part into its own bins', () => {
    const whole = applySlice(undefined, slice(0, 4, 1))
    const patched = applySlice(whole, slice(1, 3, 5))
    expect([...patched!.long]).toEqual([1, 5, 5, 1])
    expect([...patched!.byLeverage]).toEqual([1, 5, 5, 1, 10, 50, 50, 10])
    expect([...whole!.long]).toEqual([1, 1, 1, 1])
  })

  it('refuses a part when it holds no map, or one of another grid', () => {
    expect(applySlice(undefined, slice(1, 3, 5))).toBeUndefined()
    const whole = applySlice(undefined, slice(0, 4, 1))
    expect(applySlice(whole, { ...slice(1, 3, 5), firstBin: FIRST + 1 })).toBeUndefined()
  })

  it('adds up the bins whose middles lie in a band of prices', () => {
    const map = applySlice(undefined, slice(0, 4, 2))!
    const edge = (i: number) => Math.exp(lnOfBin(map, i))
    expect(notionalBetween(map, 'long', edge(1), edge(3))).toBe(4) // bins 1 and 2
    expect(leverageBetween(map, edge(0), edge(4))).toEqual([8, 80])
    expect(binOfPrice(map, edge(2.5))).toBe(2)
    expect(binOfPrice(map, edge(9))).toBeUndefined()
  })
})
