import type { PositionsJson } from '@liqscope/protocol'
import { expect, it } from 'vitest'
import { knownRows, mayBeKnown } from './known.ts'

const STEP = 0.0005
const at = (bin: number) => Math.exp((bin + 0.5) * STEP)

it('known levels join the rows of the picture, each side by itself', () => {
  const positions: Pick<PositionsJson, 'levels' | 'gridStep'> = {
    gridStep: STEP,
    levels: [
      { price: at(22_001), long: 1e6, short: 0 },
      { price: at(22_003), long: 2e6, short: 5e5 },
      { price: at(22_004), long: 4e6, short: 0 },
    ],
  }
  const rows = knownRows(positions, 4)
  expect(rows.map(({ side, notional }) => [side, notional])).toEqual([
    ['long', 3e6],
    ['short', 5e5],
    ['long', 4e6],
  ])
  expect(rows[0]?.from).toBeCloseTo(22_000 * STEP, 12)
  expect(rows[0]?.to).toBeCloseTo(22_004 * STEP, 12)
})

it('is asked for on Hyperliquid and on sums with it, nowhere else', () => {
  const market = (id: string, sumOf: string[] | null) => ({ id, sumOf })
  const markets = [
    market('hyperliquid:BTC', null),
    market('binance:BTCUSDT', null),
    market('sim:BTC@hyperliquid', null),
    market('all:BTC', ['binance:BTCUSDT', 'hyperliquid:BTC']),
  ]
  const known = (id: string) => mayBeKnown({ markets, market: id } as unknown as Parameters<typeof mayBeKnown>[0])
  const asked = ['hyperliquid:BTC', 'binance:BTCUSDT', 'sim:BTC@hyperliquid', 'all:BTC', 'none']
  expect(asked.map(known)).toEqual([true, false, true, true, false])
})
