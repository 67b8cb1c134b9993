import type { KnownPosition } from '@liqscope/market'
import { describe, expect, it } from 'vitest'
import { binOf } from '../estimate/price-grid.ts'
import { knownLevels } from './known-levels.ts'

function held(side: 'long' | 'short', size: number, liquidationPrice?: number): KnownPosition {
  return {
    instrument: 'hyperliquid:BTC',
    account: '0x1',
    side,
    size,
    notional: size * 50_000,
    entryPrice: 50_000,
    leverage: 10,
    marginMode: 'cross',
    ...(liquidationPrice === undefined ? {} : { liquidationPrice }),
    seenTime: 1,
  }
}

describe('known positions', () => {
  it('are summed by the bin of their printed price, each at its own price', () => {
    const { levels, longSize, shortSize, withoutPrice } = knownLevels([
      held('short', 2, 60_000),
      held('long', 1, 45_001),
      held('long', 0.5, 45_000),
      held('short', 1, 45_000),
      held('long', 3),
    ])
    expect(binOf(45_000)).toBe(binOf(45_001))
    expect(levels.map(({ long, short }) => [long, short])).toEqual([
      [45_001 + 22_500, 45_000],
      [0, 120_000],
    ])
    expect(levels.map(({ price }) => binOf(price))).toEqual([binOf(45_000), binOf(60_000)])
    expect([longSize, shortSize, withoutPrice]).toEqual([4.5, 3, 3])
  })

  it('of nobody are nothing', () => {
    expect(knownLevels([])).toEqual({ levels: [], longSize: 0, shortSize: 0, withoutPrice: 0 })
  })
})
