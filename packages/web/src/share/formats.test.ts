import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import type { HeatPicture } from '../state/heat-picture.ts'
import type { LiveMap } from '../state/live-map.ts'
import { csvOf, jsonOf, parquetOf } from './formats.ts'
import { barsTable, heatTable, mapTable, ordersTable } from './tables.ts'

const T0 = Date.UTC(2026, 2, 19, 12)
const STEP = 0.01
const array = (...values: number[]) => Float64Array.from(values)

/** Three bins: one of longs, one of shorts, one of shorts; 3 USD groups of 5. */
const MAP: LiveMap = {
  at: T0,
  price: Math.exp(1.0 + 0.01),
  step: STEP,
  firstBin: 100,
  bins: 3,
  long: array(10, 0, 0),
  short: array(0, 20, 30),
  hasBands: true,
  longLow: array(5, 0, 0),
  longHigh: array(15, 0, 0),
  shortLow: array(0, 10, 15),
  shortHigh: array(0, 30, 45),
  byLeverage: array(4, 8, 12, 6, 12, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  groups: 5,
}
const EVERYTHING = { from: T0 - 1e9, to: T0 + 1e9, low: 0.1, high: 1000 }

const PICTURE: HeatPicture = {
  market: 'binance:BTCUSDT',
  simulated: false,
  intervalMs: 60_000,
  grid: {
    step: STEP,
    firstBin: 100,
    bins: 3,
    openTimes: [T0, T0 + 60_000],
    prices: [Math.exp(1.01), Math.exp(1.01)],
    values: Float32Array.from([1, 0, 3, 4, 5, 0]),
  },
  bars: [
    {
      openTime: T0,
      open: 2.7,
      high: 2.8,
      low: 2.6,
      close: 2.75,
      volume: null,
      takerBuyVolume: null,
      openInterest: 5,
      fundingRate: 0.0001,
      longLiquidated: null,
      shortLiquidated: null,
    },
  ],
  forcedOrders: [
    {
      time: T0 + 5,
      positionSide: 'long',
      price: 2.7,
      priceKind: 'average, "limit"',
      size: 3,
      notional: 8.1,
      venue: 'binance',
    },
  ],
  gaps: [],
  complete: true,
  parts: [],
}

describe('what is shown, as a table', () => {
  it('of the map has a row per drawn bar, in price order, with its bounds and its leverage', () => {
    const table = mapTable(MAP, 1, EVERYTHING)
    expect(table.rows).toBe(3)
    const column = (name: string) => table.columns.find((one) => one.name === name)?.data
    expect(column('side')).toEqual(['long', 'short', 'short'])
    expect(column('usd_estimated')).toEqual([10, 20, 30])
    expect(column('usd_90')).toEqual([15, 30, 45])
    expect(column('usd_leverage_25')).toEqual([6, 12, 18])
  })

  it('has only what is in view', () => {
    expect(mapTable(MAP, 1, { low: Math.exp(1.01) + 1e-6, high: 1000 }).rows).toBe(2)
    expect(heatTable(PICTURE, { ...EVERYTHING, from: T0 + 60_000 }).rows).toBe(2)
    expect(ordersTable(PICTURE, { ...EVERYTHING, from: T0 + 6 }).rows).toBe(0)
  })

  it('says that bounds are unknown where they are', () => {
    const table = mapTable({ ...MAP, hasBands: false }, 1, EVERYTHING)
    expect(table.columns.find(({ name }) => name === 'usd_10')?.data).toEqual([null, null, null])
    expect(csvOf(table).split('\r\n')[1]).toContain(',long,10,,,')
  })

  it('of the heat has a row per cell that is not empty, longs below the mark of its column', () => {
    const table = heatTable(PICTURE, EVERYTHING)
    const column = (name: string) => table.columns.find((one) => one.name === name)?.data
    expect(column('usd_estimated')).toEqual([1, 3, 4, 5])
    expect(column('side')).toEqual(['long', 'short', 'long', 'short'])
  })
})

describe('a table as a file', () => {
  it('CSV quotes what has to be, writes ISO times and nothing where nothing is known', () => {
    expect(csvOf(ordersTable(PICTURE, EVERYTHING))).toBe(
      'time,venue,position_side,price,price_kind,size,usd\r\n' +
        '2026-03-19T12:00:00.005Z,binance,long,2.7,"average, ""limit""",3,8.1\r\n',
    )
    expect(csvOf(barsTable(PICTURE, EVERYTHING)).split('\r\n')[1]).toBe(
      '2026-03-19T12:00:00.000Z,2.7,2.8,2.6,2.75,,,5,0.0001,,',
    )
  })

  it('JSON says its source and its rows', () => {
    const json: unknown = JSON.parse(jsonOf(mapTable(MAP, 1, EVERYTHING), { source: 'liqscope', coverage: null }))
    expect(json).toMatchObject({ source: 'liqscope', coverage: null, table: 'map', rows: [{ side: 'long' }, {}, {}] })
  })

  it('Parquet is read back by another reader with the same values, unknown ones and facts', async () => {
    const table = barsTable(PICTURE, EVERYTHING)
    const file = await parquetOf(table, { source: 'liqscope', simulated: false })
    const [row] = await parquetReadObjects({ file })
    expect(row).toMatchObject({ open_time: new Date(T0), open: 2.7, open_interest: 5 })
    expect(row?.volume ?? null).toBeNull()
    expect(parquetMetadata(file).key_value_metadata).toContainEqual({ key: 'source', value: 'liqscope' })
    expect(await parquetReadObjects({ file: await parquetOf(mapTable(MAP, 1, EVERYTHING), {}) })).toHaveLength(3)
  })
})
