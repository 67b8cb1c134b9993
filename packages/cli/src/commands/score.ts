import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { runScore, type ScoreReport, type ScoreRun, scoreDetails, scoreReport } from '@liqscope/engine'
import { describeInterval } from '@liqscope/feeds'
import type { Bar, Instrument } from '@liqscope/market'
import { CliError, EXIT } from '../exit.ts'
import { openBars } from '../input/bars-input.ts'
import { print, say } from '../output.ts'
import { scorePage } from '../report/score-page.ts'
import { scoreText } from '../terminal/score-table.ts'
import { version } from '../version.ts'

/** A longer name is a file's, not a coin's. */
const LONGEST_COIN = 10

export interface ScoreFlags {
  readonly bars: string
  readonly market?: string
  readonly interval?: number
  readonly trainUntil?: number
  readonly frozen?: boolean
  readonly warmUp?: number
  readonly maxRows?: number
  readonly html?: string
  readonly json?: boolean
}

/** `liqscope score`: the map and its rivals against what was really liquidated, forward only. */
export async function score(flags: ScoreFlags): Promise<void> {
  const input = await openBars(flags, { leaveOutWrongRows: true })
  const bars: Bar[] = []
  for await (const event of input.events) if (event.kind === 'bar') bars.push(event)
  const run = runScore(bars, flags)
  const scored = scoreReport(run)
  const report = { ...scored, notes: [...input.notes().map((note) => `${note}.`), ...scored.notes] }
  if (flags.html !== undefined) await writePage(flags.html, flags, input.instrument, bars, run, report)
  if (flags.json) await print(JSON.stringify(toJson(input.instrument.id, report)))
  else await print(scoreText(flags.bars, report))
  input.report()
  if (flags.html !== undefined) say(`${flags.html}: the report, one page that needs no network`)
}

async function writePage(
  path: string,
  flags: ScoreFlags,
  { id, base }: Instrument,
  bars: readonly Bar[],
  run: ScoreRun,
  report: ScoreReport,
): Promise<void> {
  const first = bars[0]!
  const last = bars.at(-1)!
  const again = [
    'liqscope score --bars',
    quoted(flags.bars),
    ...(flags.market === undefined ? [] : ['--market', quoted(flags.market)]),
    '--train-until',
    new Date(report.trainUntil).toISOString(),
    ...(flags.frozen ? ['--frozen'] : []),
    ...(flags.warmUp === undefined ? [] : ['--warm-up', String(flags.warmUp)]),
  ].join(' ')
  const page = scorePage(
    {
      file: basename(flags.bars),
      sha256: await hashOf(flags.bars),
      market: id,
      unit: base.length <= LONGEST_COIN ? base : 'base units',
      from: first.exchangeTime,
      to: last.exchangeTime + last.intervalMs,
      interval: describeInterval(report.intervalMs),
      commands: [again, `${again} --json`],
      version: version(),
    },
    report,
    scoreDetails(run),
  )
  try {
    await writeFile(path, page)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliError(`cannot write the report: ${reason}`, EXIT.usage, { cause: error })
  }
}

/** SHA-256 of the file's bytes as they are on the disk, packed or not. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function toJson(market: string, report: ScoreReport): unknown {
  const { bars, trainUntil, intervalMs, testBars, online, weights, model, resampled, notes, ...figures } = report
  return {
    market,
    bars,
    intervalMs,
    trainUntil: new Date(trainUntil).toISOString(),
    testBars,
    online,
    model: { ...model, weights },
    ...figures,
    resampled,
    notes,
  }
}
