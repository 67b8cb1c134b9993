import { BACKTEST_NAMES, type BacktestName, type BacktestReport, backtest } from '@liqscope/engine'
import type { Bar } from '@liqscope/market'
import { CliError, EXIT } from '../exit.ts'
import { type BarsFlags, openBars } from '../input/bars-input.ts'
import { cascadeOnSim } from '../input/sim-cascade.ts'
import type { TestName } from '../insight-commands.ts'
import { print } from '../output.ts'
import { backtestMarkdown, backtestText } from '../terminal/backtest-table.ts'

export interface BacktestFlags extends Partial<BarsFlags> {
  readonly sim?: boolean
  /** Seeds of the simulated market, for `cascade`. */
  readonly seeds?: number
  readonly firstSeed?: number
  readonly days?: number
  readonly markdown?: boolean
  readonly json?: boolean
}

const DEFAULT_SEEDS = 6

/** `liqscope backtest TEST`: forward only, costs included, beside plain rivals, with 95 % intervals over days. */
export async function backtestCommand(name: TestName, flags: BacktestFlags): Promise<void> {
  const reports =
    name === 'cascade' && flags.sim
      ? [cascadeOnSim({ seeds: flags.seeds ?? DEFAULT_SEEDS, firstSeed: flags.firstSeed, days: flags.days })]
      : await onFile(name === 'all' ? BACKTEST_NAMES : [name === 'cascade' ? 'crash' : name], flags)
  if (flags.json) await print(JSON.stringify(name === 'all' ? reports.map(toJson) : toJson(reports[0]!)))
  else await print(reports.map(flags.markdown ? backtestMarkdown : backtestText).join('\n\n'))
}

async function onFile(names: readonly BacktestName[], flags: BacktestFlags): Promise<BacktestReport[]> {
  const { bars: path } = flags
  if (path === undefined)
    throw new CliError('say what to test on: --bars FILE, or --sim for cascades of the simulated market', EXIT.usage)
  const input = await openBars({ ...flags, bars: path })
  const bars: Bar[] = []
  for await (const event of input.events) if (event.kind === 'bar') bars.push(event)
  input.report()
  const reports = names.map((name) => backtest(name, bars))
  if (reports.every(({ asked }) => asked === 0))
    throw new CliError(`${path} is too short: nothing is decided in its first day, nor judged in its last`, EXIT.usage)
  return reports
}

function toJson({ from, to, ...report }: BacktestReport): unknown {
  const time = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : null)
  return { ...report, from: time(from), to: time(to) }
}
