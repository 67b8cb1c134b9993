import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Bar, Gap } from '@liqscope/market'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BarsFileError, type BarsSummary, type ReadBarsOptions, readBars } from './index.ts'

const HEADER = 'open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated'
const START = Date.UTC(2026, 2, 15) // 1773532800000
const MINUTE = 60_000
const recorded = join(process.env.LIQSCOPE_DATA ?? '../shared/data', 'binance-btcusdt-1m-2026-03-15-to-20.csv')
const hourly = join(process.env.LIQSCOPE_DATA ?? '../shared/data', 'hourly-btc-2025-03-06-to-2026-02-12.csv.gz')

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liqscope-bars-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Read {
  readonly events: (Bar | Gap)[]
  readonly summary: BarsSummary
}

async function read(content: string | Uint8Array, options: Partial<ReadBarsOptions> = {}): Promise<Read> {
  const path = join(folder, 'bars.csv')
  writeFileSync(path, content)
  return readPath(path, options)
}

async function readPath(path: string, options: Partial<ReadBarsOptions> = {}): Promise<Read> {
  const file = readBars(path, { instrument: 'file:TEST', ...options })
  const events: (Bar | Gap)[] = []
  for await (const event of file) events.push(event)
  return { events, summary: file.summary() }
}

async function failureOf(content: string | Uint8Array, options: Partial<ReadBarsOptions> = {}): Promise<BarsFileError> {
  const failure: unknown = await read(content, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure instanceof BarsFileError) return failure
  throw new Error(`expected a BarsFileError, got ${String(failure)}`)
}

/** A row at minute `i`, with some of its fields replaced. */
function row(i: number, change: Partial<Record<string, string>> = {}): string {
  const values: Record<string, string> = {
    open_time_ms: String(START + i * MINUTE),
    open: '100',
    high: '102',
    low: '99',
    close: '101',
    volume: '10',
    taker_buy_volume: '6',
    open_interest: '1000',
    long_liquidated: '0.5',
    short_liquidated: '',
    ...change,
  }
  return HEADER.split(',')
    .map((name) => values[name] ?? '')
    .join(',')
}

const file = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`

describe('a file with our own header', () => {
  it('becomes bars whose empty values are absent, not zero', async () => {
    const { events, summary } = await read(
      file(row(0), row(1, { volume: '', taker_buy_volume: '', open_interest: '' })),
    )
    expect(events).toEqual([
      {
        kind: 'bar',
        instrument: 'file:TEST',
        exchangeTime: START,
        receivedTime: START,
        intervalMs: MINUTE,
        open: 100,
        high: 102,
        low: 99,
        close: 101,
        volume: 10,
        takerBuyVolume: 6,
        openInterest: 1000,
        longLiquidated: 0.5,
      },
      expect.not.objectContaining({ volume: expect.anything(), openInterest: expect.anything() }),
    ])
    expect(summary).toMatchObject({ rows: 2, bars: 2, gaps: 0, intervalMs: MINUTE, dialect: 'canonical' })
  })

  it('reads the same from CRLF, a byte order mark, quotes, other column order, extra columns and gzip', async () => {
    const plain = file(row(0), row(1))
    const { events: expected } = await read(plain)
    const quoted = plain.replaceAll(/[^,\n]+/g, '"$&"')
    const withExtra = plain
      .trimEnd()
      .split('\n')
      .map((line, i) => `${i === 0 ? 'note,note' : '"a, ""b""\nc",x'},${line}`)
      .join('\n')
    const reversed = plain.replaceAll(/.+/g, (line) => line.split(',').reverse().join(','))
    for (const variant of [
      plain.replaceAll('\n', '\r\n'),
      `\ufeff${plain}`,
      `\ufeff${quoted}`,
      plain.replaceAll('\n', '\r\n\r\n'),
      quoted,
      withExtra,
      reversed,
      plain.trimEnd(),
      `${plain}\n\n`,
      HEADER.toUpperCase() + plain.slice(HEADER.length),
      gzipSync(plain),
    ])
      expect((await read(variant)).events).toEqual(expected)
  })

  it('reads the same whatever the pieces the bytes arrive in', async () => {
    const bytes = Buffer.from(
      file(row(0), row(1, { open_time_ms: `"${START + MINUTE}"` }), row(2)).replaceAll('\n', '\r\n'),
    )
    const { events: expected } = await read(bytes)
    for (let size = 1; size < 40; size++) {
      const pieces = async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
      }
      expect((await readPath('pieces', { stream: pieces() })).events).toEqual(expected)
    }
  })

  it('reads every decimal as JavaScript does', async () => {
    const written = [
      '71157.6',
      '0.1',
      '1e3',
      '1.5E-3',
      '+7',
      '.5',
      '5.',
      '123456789.12345678',
      '9007199254740993',
      '00012.50',
    ]
    const { events } = await read(file(...written.map((volume, i) => row(i, { volume, taker_buy_volume: '' }))))
    expect(events.map((event) => event.kind === 'bar' && event.volume)).toEqual(written.map(Number))
  })

  it('turns missing rows, zero prices and rows without prices into gaps, and joins neighbours of one reason', async () => {
    const zero = { open: '0', high: '0', low: '0', close: '0' }
    const none = { open: '', high: '', low: '', close: '' }
    const { events, summary } = await read(
      file(row(0), row(1), row(4), row(5, zero), row(6, zero), row(7, none), row(8)),
    )
    expect(
      events.map((event) =>
        event.kind === 'gap'
          ? [(event.from - START) / MINUTE, (event.to - START) / MINUTE, event.reason]
          : (event.exchangeTime - START) / MINUTE,
      ),
    ).toEqual([
      0,
      1,
      [2, 4, 'the file has no row for it'],
      4,
      [5, 7, 'the row has a zero price'],
      [7, 8, 'the row has no prices'],
      8,
    ])
    expect(summary).toMatchObject({ bars: 4, gaps: 3, missingMs: 5 * MINUTE })
  })

  it('says what it mended: a range that does not hold the close, a taker side above the volume, no open interest', async () => {
    const { events, summary } = await read(
      file(row(0), row(1, { close: '102.5' }), row(2, { taker_buy_volume: '11' }), row(3, { open_interest: '0' })),
    )
    expect(events[1]).toMatchObject({ high: 102.5 })
    expect(events[2]).not.toHaveProperty('takerBuyVolume')
    expect(events[3]).not.toHaveProperty('openInterest')
    expect(summary.notes).toHaveLength(3)
  })

  it.each([
    [5 * MINUTE, '5m'],
    [3_600_000, '1h'],
    [86_400_000, '1d'],
  ])('finds bars of %i ms though some are missing', async (step) => {
    const at = (i: number) => row(0, { open_time_ms: String(START + i * step) })
    const { summary } = await read(file(...[0, 2, 3, 4, 8, 9].map(at)))
    expect(summary).toMatchObject({ intervalMs: step, bars: 6, gaps: 2 })
  })
})

describe('a file that is not what it should be is refused with line, column and what to do', () => {
  const text = file(row(0), row(1), row(2))
  it.each<
    [what: string, content: string | Uint8Array, line: number | undefined, column: string | undefined, reason: RegExp]
  >([
    ['an empty file', '', undefined, undefined, /empty/],
    ['blank lines', '\n\n\n', undefined, undefined, /empty/],
    ['a header alone', `${HEADER}\n`, 1, undefined, /no row below/],
    ['a missing price column', text.replace(',close,', ',clsoe,'), 1, 'close', /lacks this column/],
    ['a missing column that may be empty', text.replace(',open_interest,', ',oi,'), 1, 'open_interest', /lacks/],
    ['a column twice', text.replace(',close,', ',open,'), 1, 'open', /twice/],
    ['semicolons', text.replaceAll(',', ';'), 1, expect.anything(), /separated by ";"/],
    ['no header', text.slice(HEADER.length + 1), 1, expect.anything(), /no column names/],
    ['a text in a number', file(row(0), row(1, { high: 'abc' })), 3, 'high', /"abc" is not a number/],
    ['NaN', file(row(0), row(1, { volume: 'NaN' })), 3, 'volume', /"NaN" is not a number/],
    ['Infinity', file(row(0, { close: 'inf' }), row(1)), 2, 'close', /not a number/],
    ['hexadecimal', file(row(0, { low: '0x63' }), row(1)), 2, 'low', /not a number/],
    ['an overflow', file(row(0, { volume: '1e999' }), row(1)), 2, 'volume', /not a number/],
    ['an empty price', file(row(0, { open: '' }), row(1)), 2, 'open', /empty/],
    ['a negative price', file(row(0), row(1, { low: '-99' })), 3, 'low', /negative/],
    ['a negative size', file(row(0), row(1, { long_liquidated: '-1' })), 3, 'long_liquidated', /negative/],
    ['high below low', file(row(0), row(1, { high: '98' })), 3, 'high', /below low/],
    ['a close far outside', file(row(0), row(1, { close: '150' })), 3, 'close', /outside/],
    ['seconds', file(row(0, { open_time_ms: '1773532800' }), row(1)), 2, 'open_time_ms', /epoch seconds/],
    ['a time of no age', file(row(0, { open_time_ms: '17' }), row(1)), 2, 'open_time_ms', /no time/],
    ['a duplicate time', file(row(0), row(1), row(1)), 4, 'open_time_ms', /already on line 3/],
    ['unordered times', file(row(0), row(2), row(1)), 4, 'open_time_ms', /sort the rows/],
    ['mixed lengths', file(...[0, 1, 2, 3].map((i) => row(i)), row(3.5), row(5)), 6, 'open_time_ms', /one length/],
    ['a row cut short', `${text}${START + 3 * MINUTE},100,1`, 5, 'low', /cut short/],
    ['a comma inside a number', file(row(0), row(1, { volume: '1,000' })), 3, undefined, /comma inside/],
    ['one row', file(row(0)), 2, undefined, /how long a bar is/],
    [
      'prices of zero alone',
      file(row(0, { open: '0' }), row(1, { close: '0' })),
      undefined,
      undefined,
      /nothing to make/,
    ],
    [
      'binary junk',
      Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)),
      1,
      undefined,
      /not a line of CSV/,
    ],
    ['a very long line', 'a'.repeat(200_000), 1, undefined, /longer than/],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), 1, undefined, /UTF-8/],
    ['a quote never closed', `${text}"${START + 3 * MINUTE},100`, 5, undefined, /never closed/],
    ['gzip cut short', gzipSync(text).subarray(0, 60), undefined, undefined, /ends early/],
    [
      'damaged gzip',
      Buffer.concat([gzipSync(text).subarray(0, 12), Buffer.alloc(80, 7)]),
      undefined,
      undefined,
      /damaged/,
    ],
    [
      'another synthetic mark',
      text.replaceAll(/$/gm, ',maybe').replace('maybe', 'is_synthetic'),
      2,
      'is_synthetic',
      /0 nor 1/,
    ],
  ])('%s', async (_, content, line, column, reason) => {
    const failure = await failureOf(content)
    expect(failure).toMatchObject({
      file: join(folder, 'bars.csv'),
      line,
      column,
      reason: expect.stringMatching(reason),
    })
    expect(failure.message).toContain('bars.csv')
    if (line !== undefined) expect(failure.message).toContain(`line ${line}`)
  })

  it('a directory, a missing file', async () => {
    await expect(readPath(folder)).rejects.toThrow(/directory/)
    await expect(readPath(join(folder, 'none.csv'))).rejects.toThrow(/no such file/)
  })

  it('more rows than the limit, before a large file is read to its end', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => row(i))
    expect(await failureOf(file(...rows), { rowLimit: 15_000 })).toMatchObject({
      reason: expect.stringMatching(/million rows/),
    })
    expect(await failureOf(file(...rows.slice(0, 11)), { rowLimit: 10 })).toMatchObject({ line: 12 })
    expect((await read(file(...rows), { rowLimit: 20_000 })).summary.rows).toBe(20_000)
  })

  it('control characters of the file never reach the terminal', async () => {
    const failure = await failureOf(file(row(0, { high: '\u001b[2J9' }), row(1)))
    expect(failure.message).not.toContain('\u001b')
  })
})

describe('other headers', () => {
  it("reads recorded minutes of any coin: the coin's name is part of the column names", async () => {
    const names =
      'open_time_ms,open_time_utc,open,high,low,close,volume_eth,agg_trades,taker_buy_eth,taker_sell_eth,vwap,open_interest_eth_at_close,predicted_funding_rate,short_liq_eth,long_liq_eth,is_synthetic'
    const { events, summary } = await read(
      [
        names,
        `${START},x,2000,2002,1999,2001,10.5,7,4.5,6,2000,500,-1.883e-05,0.25,0.75,0`,
        `${START + MINUTE},x,0.0,0.0,0.0,0.0,0.0,0,0.0,0.0,0.0,500,0.0,0.0,0.0,1`,
      ].join('\n'),
    )
    expect(summary.dialect).toBe('recorded')
    expect(events).toEqual([
      expect.objectContaining({
        volume: 10.5,
        takerBuyVolume: 4.5,
        openInterest: 500,
        fundingRate: -1.883e-5,
        shortLiquidated: 0.25,
        longLiquidated: 0.75,
      }),
      expect.objectContaining({ kind: 'gap', reason: 'the source marks the row as synthetic' }),
    ])
  })

  it('reads hourly bars of several venues: times are UTC, open interest in USD becomes base units', async () => {
    const names =
      'open_time_utc,binance_o,binance_h,binance_l,binance_c,binance_v,bybit_o,bybit_h,bybit_l,bybit_c,bybit_v,hl_oi_usd,hl_funding_1h'
    const { events, summary } = await read(
      [
        names,
        '2025-03-06 11:00:00+00:00,100,110,90,105,7,1,1,1,1,1,,',
        '2025-03-06 12:00:00,105,110,90,100,7,1,1,1,1,1,5000,1e-5',
      ].join('\n'),
    )
    expect(events.map(({ exchangeTime }) => exchangeTime)).toEqual([Date.UTC(2025, 2, 6, 11), Date.UTC(2025, 2, 6, 12)])
    expect(events[0]).not.toHaveProperty('openInterest')
    expect(events[1]).toMatchObject({ close: 100, volume: 7, openInterest: 50 }) // 5000 USD / 100
    expect(summary.notes).toHaveLength(2)
  })
})

describe('rows that are wrong, where they are to be left out', () => {
  const text = (rows: readonly string[]) => [HEADER, ...rows].join('\n')
  const rows = Array.from({ length: 200 }, (_, i) => row(i))

  it('are counted, and their intervals are gaps', async () => {
    const wrong = rows.toSpliced(10, 1, row(10, { volume: '-3' })).toSpliced(20, 0, row(19, { close: '100' }))
    const { events, summary } = await read(text(wrong), { leaveOutWrongRows: true })
    expect(events.filter(({ kind }) => kind === 'bar')).toHaveLength(199)
    expect(events.filter(({ kind }) => kind === 'gap')).toMatchObject([
      { from: START + 10 * MINUTE, to: START + 11 * MINUTE },
    ])
    expect(events.at(19)).toMatchObject({ close: 101 }) // of two rows of a time the first
    expect(summary.notes).toEqual([
      expect.stringMatching(/^2 rows were left out as wrong; the first: .*line 12.*-3 is negative/),
    ])
  })

  it('refuse the file when there are too many of them', async () => {
    const wrong = rows.map((line, i) => (i % 20 === 0 ? row(i, { volume: '-3' }) : line))
    const failure = await failureOf(text(wrong), { leaveOutWrongRows: true })
    expect(failure.message).toContain('10 of 200 rows are wrong')
  })

  it('do not hide that a file has bars of two lengths', async () => {
    const wrong = [...rows.slice(0, 100), ...rows.slice(100).map((_, i) => row(100 + i / 2))]
    const failure = await failureOf(text(wrong), { leaveOutWrongRows: true })
    expect(failure.message).toMatch(/keep bars of one length/)
  })
})

describe.skipIf(!existsSync(recorded))(`recorded files (skipped where ${recorded} is absent)`, () => {
  it('six days of minutes: the missing minute and the zero row are gaps', async () => {
    const { events, summary } = await readPath(recorded)
    expect(summary).toMatchObject({
      rows: 8640,
      bars: 8639,
      gaps: 2,
      missingMs: 2 * MINUTE,
      intervalMs: MINUTE,
      notes: [],
    })
    expect(
      events.filter(({ kind }) => kind === 'gap').map(({ exchangeTime }) => new Date(exchangeTime).toISOString()),
    ).toEqual(['2026-03-15T09:46:00.000Z', '2026-03-15T09:49:00.000Z'])
  })

  it('eleven months of hours, packed', async () => {
    const { summary } = await readPath(hourly)
    expect(summary).toMatchObject({ rows: 8245, bars: 8245, gaps: 0, intervalMs: 3_600_000, dialect: 'hourly' })
  })
})
