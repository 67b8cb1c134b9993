import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { MapSchema } from '@liqscope/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { barRows, barsCsv, START } from './bars.ts'
import { buildOnce, run, start } from './command.ts'

const recorded = resolve(process.env.LIQSCOPE_DATA ?? '../shared/data', 'binance-btcusdt-1m-2026-03-15-to-20.csv')
const ROWS = barRows(600)
const CONTRACT = ['market', 'at', 'price', 'gridStep', 'bins', 'cumulative', 'clusters', 'openInterest', 'model']
const BIN = ['price', 'long', 'short', 'longLow', 'longHigh', 'shortLow', 'shortHigh', 'strength']

let folder = ''
let bars = ''
beforeAll(() => {
  buildOnce()
  folder = mkdtempSync(join(tmpdir(), 'liqscope-map-'))
  bars = fileOf('binance-btcusdt-1m.csv', barsCsv(ROWS))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** The row with one field replaced. */
function changed(index: number, field: number, value: string): string[] {
  return ROWS.map((row, i) => (i === index ? row.split(',').with(field, value).join(',') : row))
}

function checkContract(stdout: string) {
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  const json: Record<string, unknown> = JSON.parse(stdout)
  expect(Object.keys(json)).toEqual(expect.arrayContaining(CONTRACT))
  const map = MapSchema.parse(json)
  expect(Object.keys(map.bins[0] ?? {})).toEqual(expect.arrayContaining(BIN))
  expect(map.cumulative).toHaveLength(map.bins.length)
  for (const bin of map.bins) {
    if (bin.price > map.price * Math.exp(map.gridStep)) expect(bin.long).toBe(0)
    if (bin.price < map.price / Math.exp(map.gridStep)) expect(bin.short).toBe(0)
    expect(bin.longLow).toBeLessThanOrEqual(bin.longHigh)
    expect(bin.strength).toBeGreaterThanOrEqual(0)
    expect(bin.strength).toBeLessThanOrEqual(100)
  }
  expect(Math.max(...map.bins.map(({ strength }) => strength))).toBeCloseTo(100)
  const total = (side: 'long' | 'short') => map.bins.reduce((sum, bin) => sum + bin[side], 0)
  expect(map.cumulative[0]?.long).toBeCloseTo(total('long'), 3)
  expect(map.cumulative.at(-1)?.short).toBeCloseTo(total('short'), 3)
  return map
}

describe('liqscope map --bars', () => {
  it('prints the map as one line of JSON on stdout, and what it read on stderr', async () => {
    const { code, stdout, stderr } = await run(['map', '--bars', bars, '--json'])
    expect(code).toBe(0)
    const map = checkContract(stdout)
    expect(map).toMatchObject({ market: 'binance:BTCUSDT', simulated: false })
    expect(Date.parse(map.at)).toBe(START + 600 * 60_000) // the end of the last bar
    expect(map.price).toBe(Number(ROWS[599]?.split(',')[4]))
    expect(map.openInterest?.size).toBe(Number(ROWS[599]?.split(',')[7]))
    expect(map.clusters.length).toBeGreaterThan(0)
    expect(stderr).toMatch(/600 bars of 1m, 2026-03-15 00:00 UTC to 2026-03-15 10:00 UTC/)
  })

  it('prints the same bytes twice, and from gzip', async () => {
    const packed = fileOf('binance-btcusdt-packed.csv.gz', gzipSync(barsCsv(ROWS)))
    const outcomes = await Promise.all([bars, bars, packed].map((path) => run(['map', '--bars', path, '--json'])))
    expect(new Set(outcomes.map(({ stdout }) => stdout)).size).toBe(1)
  })

  it('with --at prints what was known then: the same as a file that ends there, and says so', async () => {
    const cut = fileOf('binance-btcusdt-cut.csv', barsCsv(ROWS.slice(0, 300)))
    const [at, short] = await Promise.all([
      run(['map', '--bars', bars, '--at', new Date(START + 300.5 * 60_000).toISOString(), '--json']),
      run(['map', '--bars', cut, '--json']),
    ])
    expect(at.stdout).toBe(short.stdout)
    expect(at.stderr).toMatch(/neither read nor checked/)
    expect(at.stderr).toMatch(/300 bars/)
    const before = await run(['map', '--bars', bars, '--at', '2026-03-01'])
    expect(before).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/no bar .* is complete/) })
    expect((await run(['map', '--bars', bars, '--at', '2027-01-01'])).stderr).toMatch(/this is the map of its end/)
  })

  it('draws a picture without colours for a pipe, with colours when forced, never with NO_COLOR', async () => {
    const plain = await run(['map', '--bars', bars])
    expect(plain.stdout).not.toContain('\u001b')
    expect(plain.stdout).toMatch(/shorts, above the price/)
    expect(plain.stdout).toMatch(/Strongest clusters/)
    const forced = await run(['map', '--bars', bars], { env: { FORCE_COLOR: '1' } })
    expect(forced.stdout).toContain('\u001b')
    const none = await run(['map', '--bars', bars], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
    expect(none.stdout).toBe(plain.stdout)
  })

  it('takes a missing minute, a zero row and an empty open interest as they are: not delivered', async () => {
    const rows = changed(100, 7, '').filter((_, i) => i !== 50)
    rows[199] = rows[199]!.replace(/^(\d+),[^,]+,[^,]+,[^,]+,[^,]+/, '$1,0,0,0,0')
    const { code, stdout, stderr } = await run(['map', '--bars', fileOf('gaps.csv', barsCsv(rows)), '--json'])
    expect(code).toBe(0)
    expect(checkContract(stdout).market).toBe('file:GAPS')
    expect(stderr).toMatch(/598 bars/)
    expect(stderr).toMatch(/2 gaps, 2m in all/)
  })

  it.each<[what: string, content: () => string | Uint8Array, place: string]>([
    ['a missing column', () => barsCsv(ROWS).replace(',close,', ',klose,'), 'line 1, column close'],
    ['a text in a number', () => barsCsv(changed(500, 2, 'n/a')), 'line 502, column high'],
    ['a negative size', () => barsCsv(changed(10, 5, '-3')), 'line 12, column volume'],
    [
      'unordered times',
      () => barsCsv([...ROWS.slice(0, 9), ROWS[5]!, ...ROWS.slice(10)]),
      'line 11, column open_time_ms',
    ],
    ['duplicate times', () => barsCsv([...ROWS, ROWS[599]!]), 'line 602, column open_time_ms'],
    ['a last line cut short', () => barsCsv(ROWS).slice(0, -30), 'line 601'],
    ['an empty file', () => '', 'empty'],
    ['a header alone', () => barsCsv([]).trimEnd(), 'line 1: there is a header but no row'],
    ['binary junk', () => Uint8Array.from({ length: 9999 }, (_, i) => (i * i) % 251), 'line 1'],
  ])('%s: says file, line and column, prints no map and exits with 2', async (_, content, place) => {
    const path = fileOf('bad.csv', content())
    for (const command of ['map', 'replay']) {
      const { code, stdout, stderr } = await run([
        command,
        '--bars',
        path,
        '--json',
        ...(command === 'replay' ? ['--every', '30d'] : []),
      ])
      expect(stderr).toContain(path)
      expect(stderr).toContain(place)
      expect(stderr).not.toMatch(/^\s+at /m)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    }
  })

  it('a directory, a missing file and too many rows are refused', async () => {
    expect(await run(['map', '--bars', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is a directory'),
    })
    expect(await run(['map', '--bars', join(folder, 'none')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no such file'),
    })
    expect(await run(['map', '--bars', bars, '--max-rows', '100'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('more than 100 rows'),
    })
  })

  it('ends quietly when the reader of its pipe has gone', async () => {
    const child = start(['replay', '--bars', bars, '--every', '60s', '--json'])
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdout?.once('data', () => child.stdout?.destroy())
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(stderr).not.toMatch(/EPIPE/)
    expect(code).toBe(0)
  })
})

describe('liqscope replay', () => {
  it('prints one JSON object per step, each from what was known at its time', async () => {
    const { code, stdout, stderr } = await run(['replay', '--bars', bars, '--every', '2h', '--json'])
    expect(code).toBe(0)
    const steps: { time: string; price: number; bars: number; observed: { long: number } | null }[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(steps.map(({ time }) => time)).toEqual(
      [2, 4, 6, 8, 10].map((hour) => new Date(START + hour * 3_600_000).toISOString()),
    )
    expect(steps.reduce((sum, step) => sum + step.bars, 0)).toBe(600)
    const observed = steps.reduce((sum, step) => sum + (step.observed?.long ?? 0), 0)
    expect(observed).toBeCloseTo(86 * 0.4) // every seventh of 600 rows, from row 0, says 0.4
    expect(stderr).toMatch(/600 bars/)
    const at = await run(['map', '--bars', bars, '--at', steps[1]!.time, '--json'])
    expect(JSON.parse(at.stdout).price).toBe(steps[1]!.price)
  })

  it('prints only the time asked for, as text too', async () => {
    const { code, stdout } = await run([
      'replay',
      '--bars',
      bars,
      '--every',
      '1h',
      '--from',
      '2026-03-15T03:00:00Z',
      '--to',
      '2026-03-15T06:00:00Z',
    ])
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(4) // a heading, then 04:00, 05:00, 06:00
    expect(stdout).toMatch(/2026-03-15 06:00 UTC/)
    expect(await run(['replay', '--bars', bars, '--from', '2027-01-01'])).toMatchObject({ code: 2, stdout: '' })
  })

  it('never dates a bar before its end, though the steps are shorter', async () => {
    const rows = [0, 1, 2].map((i) => ROWS[i]!)
    const path = fileOf('three.csv', barsCsv(rows))
    const { stdout } = await run(['replay', '--bars', path, '--every', '20s', '--json'])
    const times = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Date.parse(JSON.parse(line).time) - START)
    expect(times).toEqual([60_000, 120_000, 180_000])
  })

  it('keeps to the speed asked for', async () => {
    const started = Date.now()
    await run(['replay', '--bars', bars, '--every', '1h', '--speed', '36000', '--json']) // 9 steps of 0.1 s
    expect(Date.now() - started).toBeGreaterThan(850)
  })
})

describe.skipIf(!existsSync(recorded))(`six recorded days (skipped where ${recorded} is absent)`, () => {
  it('print a map; the zero row and the missing minute are gaps', async () => {
    const { code, stdout, stderr } = await run(['map', '--bars', recorded, '--json'])
    expect(code).toBe(0)
    const map = checkContract(stdout)
    expect(map).toMatchObject({ market: 'binance:BTCUSDT', at: '2026-03-21T00:00:00.000Z', price: 70472.7 })
    expect(map.openInterest?.size).toBe(86773.15)
    expect(stderr).toMatch(/8,639 bars of 1m/)
    expect(stderr).toMatch(/2 gaps, 2m in all/)
  })
})
