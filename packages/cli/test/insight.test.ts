import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildOnce, run } from './command.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 18)
const HEADER = 'open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated'

let folder = ''
const files = { bars: '', empty: '', book: '', crossed: '', oneSided: '', nan: '', broken: '' }
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-insight-'))
  const write = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const price = (i: number) => 70_000 * (1 + 0.02 * Math.sin(i / 240) + 0.004 * Math.sin(i / 31))
  const rows = (columns: readonly string[]) =>
    Array.from({ length: 2_000 }, (_, i) => {
      const [open, close] = [price(i), price(i + 1)]
      const figures = [open, Math.max(open, close) * 1.0006, Math.min(open, close) * 0.9994, close]
      return [START + i * MINUTE, ...figures.map((x) => x.toFixed(3)), ...columns, '', ''].join()
    })
  files.bars = write('binance-btcusdt-1m.csv', `${[HEADER, ...rows(['60', '30', '80000'])].join('\n')}\n`)
  files.empty = write('binance-ethusdt-1m.csv', `${[HEADER, ...rows(['', '', ''])].join('\n')}\n`)
  const end = price(2_000)
  const levels = (sign: number, count: number) =>
    Array.from({ length: count }, (_, i) => [end * (1 + sign * 1e-4 * (i + 1)), 2])
  files.book = write('book.json', JSON.stringify({ bids: levels(-1, 100), asks: levels(1, 100) }))
  files.crossed = write('crossed.json', JSON.stringify({ bids: levels(1, 100), asks: levels(-1, 100) }))
  files.oneSided = write('one-sided.json', JSON.stringify({ bids: levels(-1, 100), asks: [] }))
  files.nan = write('nan.json', '{"bids": [["NaN", 1]], "asks": [[71000, 1]]}')
  files.broken = write('broken.json', '{"bids": ')
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const REFUSED = 2

describe('what cannot be answered has a reason, no number and an exit status', () => {
  it.each([
    ['a cascade without a book', () => ['cascade', '--bars', files.bars], 0, /no answer: No order book is known/],
    ['a crossed book', () => ['cascade', '--bars', files.bars, '--book', files.crossed], 0, /no answer: .*crossed/],
    [
      'a book of one side',
      () => ['cascade', '--bars', files.bars, '--book', files.oneSided],
      REFUSED,
      /no order book: asks/,
    ],
    [
      'NaN in a book',
      () => ['cascade', '--bars', files.bars, '--book', files.nan],
      REFUSED,
      /no order book: bids\.0\.0/,
    ],
    ['a broken book', () => ['cascade', '--bars', files.bars, '--book', files.broken], REFUSED, /is no JSON/],
    ['NaN as a price', () => ['cascade', '--bars', files.bars, '--to', 'NaN'], REFUSED, /--to/],
    [
      'a price outside of the map',
      () => ['cascade', '--bars', files.bars, '--to', '1'],
      REFUSED,
      /to: The map reaches from/,
    ],
    [
      'a file without volume and open interest',
      () => ['cascade', '--bars', files.empty, '--liquidity', 'law'],
      0,
      /no answer: /,
    ],
    [
      'a stop on the wrong side',
      () => ['tool', 'stop', '--bars', files.bars, '--side', 'long', '--stop', '80000'],
      REFUSED,
      /stop: /,
    ],
    ['a stop without a side', () => ['tool', 'stop', '--bars', files.bars], REFUSED, /side: /],
    [
      'an order larger than the book',
      () => ['tool', 'execution', '--bars', files.bars, '--side', 'buy', '--size', '1e12', '--book', files.book],
      REFUSED,
      /size: The size is larger than all the asks/,
    ],
    [
      'an order without a book',
      () => ['tool', 'execution', '--bars', files.bars, '--side', 'buy', '--size', '1e6'],
      0,
      /no signal: No order book/,
    ],
    [
      'NaN as a size',
      () => ['tool', 'execution', '--bars', files.bars, '--side', 'buy', '--size', 'NaN'],
      REFUSED,
      /--size/,
    ],
    ['a backtest of nothing', () => ['backtest', 'stop'], REFUSED, /say what to test on/],
    ['a backtest of a file that is too short', () => ['backtest', 'stop', '--bars', files.bars], REFUSED, /too short/],
    ['clusters of no file', () => ['clusters', '--bars', join(folder, 'none.csv')], REFUSED, /none\.csv/],
    [
      'a moment before the file',
      () => ['clusters', '--bars', files.bars, '--at', '2020-01-01T00:00Z'],
      REFUSED,
      /no bar of .* is complete/,
    ],
  ] as const)('%s', async (_, args, status, reason) => {
    const { code, stdout, stderr } = await run([...args()])
    expect(stdout + stderr).toMatch(reason)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stdout).not.toMatch(/NaN|Infinity|undefined/)
    if (status === 0) expect(stdout).not.toMatch(/forced \$|stop \d/)
    else expect(stdout).toBe('')
    expect(code).toBe(status)
  })
})

describe('a tool that did worse than a plain rule', () => {
  it('gives no instruction, says why with figures, and answers when it is asked all the same', async () => {
    const args = ['tool', 'scalp', '--bars', files.bars, '--json']
    const asked = JSON.parse((await run([...args, '--even-so'])).stdout)
    const plain = JSON.parse((await run(args)).stdout)
    expect(plain.kind).toBe('noSignal')
    expect(plain.tested.verdict).toBe('worse')
    if (asked.kind === 'answer')
      expect(plain).toMatchObject({ code: 'worseThanPlain', reason: expect.stringContaining('no trade') })
    expect(plain).not.toHaveProperty('entry')
  })

  it('and one that is not better says so before its answer', async () => {
    const { stdout } = await run(['tool', 'stop', '--bars', files.bars, '--side', 'short'])
    expect(stdout.split('\n')[1]).toMatch(/^(NOT BETTER than plain 1\.5 ATR in the backtest|no signal: .*)$/)
  })
})

describe('a past moment of a file', () => {
  it('is answered from what was known then', async () => {
    const at = new Date(START + 1_500 * MINUTE).toISOString()
    const found = JSON.parse((await run(['clusters', '--bars', files.bars, '--at', at, '--json'])).stdout)
    expect(Date.parse(found.at)).toBe(START + 1_500 * MINUTE)
    const later = JSON.parse((await run(['clusters', '--bars', files.bars, '--json'])).stdout)
    expect(Date.parse(later.at)).toBe(START + 2_000 * MINUTE)
    expect(later.price).not.toBe(found.price)
  })
})
