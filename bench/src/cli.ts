import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readBars } from '@liqscope/feeds'
import type { Figure } from './figure.ts'

const YEAR_OF_MINUTES = 525_600
const ROUNDS = 3 // the least disturbed one counts
const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/liqscope.mjs', import.meta.url))

/** Reading a year of one-minute bars from CSV, and how long the command takes to say anything at all. */
export async function* cliBench(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'liqscope-bench-'))
  try {
    const path = join(folder, 'year.csv')
    writeFileSync(path, yearOfBars())
    const ours = await best(async () => {
      let bars = 0
      for await (const event of readBars(path, { instrument: 'file:YEAR' })) if (event.kind === 'bar') bars++
      return bars
    })
    const bare = await best(async () => splitFile(path))
    const rowsPerSecond = (seconds: number) => Math.round(YEAR_OF_MINUTES / seconds)
    yield {
      name: 'feeds: bars from CSV, checked',
      value: rowsPerSecond(ours),
      unit: 'rows/s',
      ratio: Number((bare / ours).toPrecision(3)),
      against: 'readFile, split and Number alone, nothing checked',
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const started = await best(async () => {
    const { status } = spawnSync(process.execPath, [COMMAND, '--help'], {
      env: { ...process.env, LIQSCOPE_BUILD: '0' },
    })
    if (status !== 0) throw new Error(`liqscope --help ended with ${status}`)
    return YEAR_OF_MINUTES
  })
  yield { name: 'cli: liqscope --help', value: Math.round(started * 1000), unit: 'ms' }
}

/** Seconds of the fastest round. */
async function best(work: () => Promise<number>): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    if ((await work()) !== YEAR_OF_MINUTES) throw new Error('not every row was read')
    fastest = Math.min(fastest, (performance.now() - start) / 1000)
  }
  return fastest
}

function splitFile(path: string): number {
  const lines = readFileSync(path, 'latin1').trimEnd().split('\n')
  let rows = 0
  for (const line of lines.slice(1)) if (line.split(',').map(Number).length === 10) rows++
  return rows
}

/** A wave in price and open interest with as many digits as recorded bars have. */
function yearOfBars(): string {
  const rows = [
    'open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,long_liquidated,short_liquidated',
  ]
  const priceAt = (i: number) => 70_000 * (1 + 0.1 * Math.sin(i / 20_000) + 0.002 * Math.sin(i / 7))
  for (let i = 0; i < YEAR_OF_MINUTES; i++) {
    const [open, close] = [priceAt(i), priceAt(i + 1)]
    const [high, low] = [Math.max(open, close) + 8.3, Math.min(open, close) - 8.3]
    const prices = [open, high, low, close].map((price) => price.toFixed(1))
    const openInterest = (80_000 + 3000 * Math.sin(i / 9000)).toFixed(2)
    rows.push([1_735_689_600_000 + i * 60_000, ...prices, '46.666', '30.265', openInterest, '0.000', '0.153'].join(','))
  }
  return `${rows.join('\n')}\n`
}
