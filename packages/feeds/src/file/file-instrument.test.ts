import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SymbolError } from '@liqscope/market'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { instrumentOfFile } from './index.ts'

const BARS = `open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated
1773532800000,0.0102,0.0103,0.0101,0.01025,,,,,
1773532860000,0.0102,0.0103,0.0101,0.0102,,,,,
`
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-name-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileNamed(name: string): string {
  const path = join(folder, name)
  writeFileSync(path, BARS)
  return path
}

describe('the market of a file', () => {
  it.each([
    ['binance-btcusdt-1m-2026-03-15-to-20.csv', undefined, 'binance:BTCUSDT', 'BTC', 'USDT'],
    ['Bybit_ETHUSDT_5m.csv', undefined, 'bybit:ETHUSDT', 'ETH', 'USDT'],
    ['btcusdt.csv', undefined, 'file:BTCUSDT', 'BTC', 'USDT'],
    ['my bars.csv', undefined, 'file:MYBARS', 'MYBARS', 'USD'],
    ['bars.csv', 'binance:SOLUSDT', 'binance:SOLUSDT', 'SOL', 'USDT'],
    ['bars.csv', 'binance:SOL/USDT:USDT', 'binance:SOLUSDT', 'SOL', 'USDT'],
    ['binance-btcusdt.csv', 'ETHUSDT', 'file:ETHUSDT', 'ETH', 'USDT'],
  ])('%s with --market %s is %s', async (name, market, id, base, quote) => {
    expect(await instrumentOfFile(fileNamed(name), market)).toMatchObject({ id, base, quote, settle: quote })
  })

  it('has the finest step of its prices as tick', async () => {
    expect((await instrumentOfFile(fileNamed('bars.csv'))).tickSize).toBe(0.00001)
  })

  it('that cannot be read is refused', async () => {
    await expect(instrumentOfFile(fileNamed('bars.csv'), 'nasdaq:AAPL')).rejects.toThrow(SymbolError)
  })
})
