import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPositions } from './positions-file.ts'

const HEADER =
  'snapshot_time,account,account_value_usd,coin,side,size,entry_price,leverage,position_value_usd,unrealized_pnl_usd,liquidation_price,source'
const AT = '2026-02-04T09:34:27.568479Z'
const ROWS = [
  `${AT},0,22739537.1,BTC,short,116.7339,87696.0,40.0,8882399.1,1354701.5,256404.6,trader`,
  `${AT},0,22739537.1,ETH,short,3145.61,2881.87,25.0,7103101.9,1962164.3,8900.3,trader`,
  `${AT},1,54322067.6,BTC,long,10,70000,10.0,761000,61000,,trader`,
  `${AT},228,,BTC,short,116.7339,87696.0,40.0,8882399.1,1354701.5,256404.6,biggest`,
  `${AT},228,,BTC,long,694.83883,100837.8,40.0,52880000,-17180000,59928.6,biggest`,
  `${AT},228,,BTC,long,477.16744,83184.4,40.0,36310000,-3380000,60817.6,biggest`,
  '2026-02-04T14:30:41Z,0,22739537.1,BTC,short,116,87696.0,20.0,8882399.1,1354701.5,256404.6,trader',
]

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-positions-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(name: string, lines: readonly string[], gzip = false): string {
  const path = join(folder, name)
  const text = `${lines.join('\n')}\n`
  writeFileSync(path, gzip ? gzipSync(text) : text)
  return path
}

/** The row with one column's text replaced. */
function withText(row: string, column: string, text: string): string {
  const at = HEADER.split(',').indexOf(column)
  return row
    .split(',')
    .map((field, i) => (i === at ? text : field))
    .join(',')
}

describe('a file of positions', () => {
  test.each([false, true])('is read by snapshot, gzip or not (%s)', async (gzip) => {
    const file = await readPositions(fileOf(`plain-${gzip}.csv`, [HEADER, ...ROWS], gzip), 'btc')
    expect(file.rows).toBe(7)
    expect(file.coins).toEqual(['BTC', 'ETH'])
    expect(file.highestLeverage).toBe(40)
    expect(file.snapshots.map(({ time, positions }) => [time, positions.length])).toEqual([
      [Date.parse(AT), 4],
      [Date.parse('2026-02-04T14:30:41Z'), 1],
    ])
    expect(file.snapshots[0]?.positions[0]).toEqual({
      account: '0',
      accountValue: 22739537.1,
      side: 'short',
      size: 116.7339,
      entryPrice: 87696,
      leverage: 40,
      notional: 8882399.1,
      liquidationPrice: 256404.6,
      positionsOfAccount: 2,
    })
  })

  test('tells a repeated position once, and keeps those whose account is unknown apart', async () => {
    const file = await readPositions(fileOf('repeats.csv', [HEADER, ...ROWS.toReversed()]), 'BTC')
    expect(file.repeats).toBe(1)
    const unknown = file.snapshots[0]?.positions.filter(({ account }) => account === undefined)
    expect(unknown?.map(({ size }) => size).toSorted((a, b) => a - b)).toEqual([477.16744, 694.83883])
  })

  test('keeps a position that no price liquidates without a price', async () => {
    const file = await readPositions(fileOf('none.csv', [HEADER, ...ROWS]), 'BTC')
    expect(file.snapshots[0]?.positions.find(({ account }) => account === '1')?.liquidationPrice).toBeUndefined()
  })

  test.each([
    ['size', 'many', /line 2, column size: "many" is not a number/],
    ['size', '', /line 2, column size: it is empty/],
    ['size', '0', /line 2, column size: it must be above 0/],
    ['side', 'up', /line 2, column side: "up" is neither long nor short/],
    ['snapshot_time', 'yesterday', /line 2, column snapshot_time: "yesterday" is no time/],
    ['liquidation_price', 'n/a', /line 2, column liquidation_price: "n\/a" is not a number/],
  ])('names line and column of %s "%s"', async (column, text, message) => {
    const rows = [withText(ROWS[0] ?? '', column, text), ...ROWS.slice(1)]
    await expect(readPositions(fileOf('wrong.csv', [HEADER, ...rows]), 'BTC')).rejects.toThrow(message)
  })

  test('names the column that is missing, and the nearest coins to one it lacks', async () => {
    const lacking = fileOf('lacking.csv', [HEADER.replace('liquidation_price', 'price'), ...ROWS])
    await expect(readPositions(lacking, 'BTC')).rejects.toThrow(/line 1, column liquidation_price: the header lacks/)
    const path = fileOf('coin.csv', [HEADER, ...ROWS])
    await expect(readPositions(path, 'ETHE')).rejects.toThrow(/it has no position in "ETHE"; it has ETH, BTC/)
  })

  test('that is empty, cut or not there is refused', async () => {
    await expect(readPositions(fileOf('empty.csv', []), 'BTC')).rejects.toThrow(/the file is empty/)
    await expect(readPositions(fileOf('header.csv', [HEADER]), 'BTC')).rejects.toThrow(/no row below it/)
    await expect(readPositions(fileOf('cut.csv', [HEADER, 'a,b,c']), 'BTC')).rejects.toThrow(/line 2: the row has 3/)
    await expect(readPositions(join(folder, 'nowhere.csv'), 'BTC')).rejects.toThrow(/there is no such file/)
  })
})
