import type { MapJson } from '@liqscope/protocol'
import { describe, expect, it } from 'vitest'
import { paletteFor } from './colour.ts'
import { drawMap } from './map-picture.ts'

const STEP = 0.0005
const PRICE = 100

/** A map of 400 bins around 100 with $10 in each, and a cluster on each side. */
function someMap(change: Partial<MapJson> = {}): MapJson {
  const bins = Array.from({ length: 400 }, (_, i) => {
    const price = PRICE * Math.exp((i - 199.5) * STEP)
    const short = price > PRICE ? 10 : 0
    const long = price < PRICE ? 10 : 0
    return { price, long, short, longLow: 0, longHigh: 20, shortLow: 0, shortHigh: 20, strength: 100, leverage: [10] }
  })
  const cluster = {
    low: 101,
    high: 102,
    price: 101.5,
    notional: 5e6,
    notionalLow: 1e6,
    notionalHigh: 9e6,
    strength: 100,
  }
  return {
    market: 'binance:BTCUSDT',
    simulated: false,
    at: '2026-03-18T12:00:00.000Z',
    price: PRICE,
    gridStep: STEP,
    leverageGroups: ['all'],
    bins,
    cumulative: [],
    clusters: [
      { ...cluster, id: 'S1', side: 'short', distance: 0.01 },
      { ...cluster, id: 'L1', side: 'long', distance: -0.01, strength: 40 },
    ],
    openInterest: null,
    model: { name: 'test', version: '1', weights: 'prior', notes: ['a note'] },
    ...change,
  }
}

const draw = (map: MapJson) => drawMap(map, { window: 0.05, columns: 100, rows: 20, palette: paletteFor({}) })

describe('the map in the terminal', () => {
  it('has shorts above the price, longs below, and sums that grow outward to all of the window', () => {
    const lines = draw(someMap()).split('\n')
    const priceLine = lines.findIndex((line) => line.includes('price ──'))
    const sums = (from: number, to: number) =>
      lines.slice(from, to).map((line) => Number(/\$(\S+)$/.exec(line)?.[1]?.replace('k', 'e3')))
    const above = sums(4, priceLine).reverse()
    const below = sums(priceLine + 1, priceLine + 11)
    expect(above).toHaveLength(10)
    for (const side of [above, below]) expect(side).toEqual(side.toSorted((a, b) => a - b))
    // ln(1.05) / 0.0005 = 97.6 bins and -ln(0.95) / 0.0005 = 102.6 bins of $10; usd() keeps three digits
    expect(above.at(-1)).toBeCloseTo(980, -1)
    expect(below.at(-1)).toBeCloseTo(1030, -1)
  })

  it('names clusters with their bands, the model and what was missing', () => {
    const text = draw(someMap())
    expect(text).toMatch(/S1 +101\.00 \.\. 102\.00 +\+1\.00 % +strength 100 +\$5\.00M \(\$1\.00M \.\. \$9\.00M\)/)
    expect(text).toMatch(/open interest not published · model test 1, starting weights, not fitted to this market/)
    expect(text).toMatch(/· a note/)
  })

  it('says SIMULATED, and draws an empty map as an empty map', () => {
    const text = draw(someMap({ simulated: true, clusters: [], bins: [] }))
    expect(text).toMatch(/SIMULATED/)
    expect(text).toMatch(/No clusters/)
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
  })
})
