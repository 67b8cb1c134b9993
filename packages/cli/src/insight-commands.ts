import { BACKTEST_NAMES } from '@liqscope/engine'
import { TOOL_NAMES, type ToolName } from '@liqscope/protocol'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { examples } from './input/examples.ts'
import { duration, moment, positive, webAddress, wholeNumber } from './input/flags.ts'

/** What `backtest` runs: on a file of bars, `cascade` also on the simulated market. */
const TEST_NAMES = [...BACKTEST_NAMES, 'cascade', 'all'] as const
export type TestName = (typeof TEST_NAMES)[number]

/** The commands that say what to do with a map: clusters, cascade and the tools. */
export function insightCommands(): Command[] {
  return [clustersCommand(), cascadeCommand(), toolCommand(), backtestCommand()]
}

function clustersCommand(): Command {
  return looking(new Command('clusters'))
    .description('the dense bands of the map: size, distance, leverage, age, probability of being touched')
    .addHelpText(
      'after',
      examples([
        ['liqscope clusters --bars bars.csv', 'a table'],
        ['liqscope clusters --market BTC --url http://127.0.0.1:8787 --json', 'from a running server'],
      ]),
    )
    .action(async (flags) => (await import('./commands/insight.ts')).clusters(flags))
}

function cascadeCommand(): Command {
  return looking(new Command('cascade'))
    .description('a chain of forced orders, if price went there: a scenario, not a forecast')
    .option(
      '--to <price>',
      'price that the market goes to at once (default: the strongest cluster within 5 %)',
      positive,
    )
    .option('--shock <usd>', 'sold, or upward bought, at market on top', positive)
    .addOption(sideOption('whose positions a shock alone may force'))
    .option('--book <file>', 'JSON of an order book of that moment: {"bids": [[price, size], ...], "asks": ...}')
    .addOption(
      new Option('--liquidity <kind>', 'book, or law: depth by the square-root law alone').choices(['book', 'law']),
    )
    .option('--refill <part>', 'part of the consumed depth that is back in the next round (default: 0.4)', part)
    .option('--partial-share <part>', 'part of a position that is closed at its trigger (default: 1)', part)
    .option('--draws <n>', 'drawn paths (default: 1000)', wholeNumber)
    .option('--seed <n>', 'the same seed draws the same paths (default: 1)', wholeNumber)
    .addHelpText(
      'after',
      examples([
        ['liqscope cascade --bars bars.csv --to 68000 --liquidity law', 'without a book, said aloud'],
        ['liqscope cascade --market BTC --url http://127.0.0.1:8787 --shock 25e6 --side long', 'on the measured book'],
      ]),
    )
    .action(async (flags) => (await import('./commands/insight.ts')).cascade(flags))
}

function toolCommand(): Command {
  return looking(new Command('tool'))
    .description(`a computed answer with its evidence: ${TOOL_NAMES.join(', ')}`)
    .addArgument(new Argument('<name>', 'which tool').choices([...TOOL_NAMES]))
    .option('--side <side>', 'long or short; of an order to execute: buy or sell')
    .option('--entry <price>', 'default: the mark', positive)
    .option('--size <usd>', 'of the position or order', positive)
    .option('--stop <price>', 'a stop of your own to judge beside the others', positive)
    .option('--horizon <length>', 'like 4h', length)
    .option('--duration <length>', 'of an order to execute (default: 1h)', length)
    .option('--risk-aversion <n>', 'of an order to execute (default: 10)', positive)
    .option('--even-so', 'answer also where a backtest found the tool worse than the plain rule')
    .option('--book <file>', 'JSON of an order book of that moment')
    .addHelpText(
      'after',
      examples([
        ['liqscope tool stop --bars bars.csv --side long', 'where a stop stands'],
        [
          'liqscope tool execution --market BTC --url http://127.0.0.1:8787 --side buy --size 2e6',
          'on a measured book',
        ],
      ]),
    )
    .action(async (name: ToolName, flags) => (await import('./commands/insight.ts')).tool(name, flags))
}

function backtestCommand(): Command {
  return new Command('backtest')
    .description('a tool against plain rivals on a file of bars: forward only, costs included, with intervals')
    .addArgument(new Argument('<test>', 'which tool, or what the tools rest on').choices([...TEST_NAMES]))
    .option('--bars <file>', 'CSV of bars, plain or gzip')
    .option('--market <name>', "the file's market (default: from the file's name)")
    .option('--interval <length>', 'length of a bar, when the file has one row only', duration)
    .option('--max-rows <n>', 'refuse files with more rows (default: 10000000)', wholeNumber)
    .option('--sim', "cascade: against the simulated market's own chains of forced orders")
    .option('--seeds <n>', 'cascade: how many simulated markets (default: 6)', wholeNumber)
    .option('--first-seed <n>', 'cascade: the first of their seeds (default: 1)', wholeNumber)
    .option('--days <n>', 'cascade: simulated days before the first move (default: 1)', wholeNumber)
    .option('--markdown', 'print a table for a document')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['liqscope backtest stop --bars bars.csv', 'does a stop beyond a cluster lose less?'],
        ['liqscope backtest magnet --bars bars.csv --json', 'is price drawn to clusters?'],
        ['liqscope backtest cascade --sim', 'scenarios against simulated chains'],
      ]),
    )
    .action(async (name: TestName, flags) => (await import('./commands/backtest.ts')).backtestCommand(name, flags))
}

/** The flags that say what is looked at. */
function looking(command: Command): Command {
  return command
    .option('--bars <file>', 'CSV of bars, plain or gzip')
    .option('--market <name>', "the file's market; with --url the one to ask for, like BTC")
    .addOption(new Option('--url <address>', 'a running server').argParser(webAddress).conflicts(['bars', 'book']))
    .option('--at <time>', 'as it was known then (default: the end of the file, or now)', moment)
    .option('--interval <length>', 'length of a bar, when the file has one row only', duration)
    .option('--max-rows <n>', 'refuse files with more rows (default: 10000000)', wholeNumber)
    .option('--json', 'print JSON')
}

function sideOption(what: string): Option {
  return new Option('--side <side>', what).choices(['long', 'short'])
}

/** A length of time, kept as it was written: a server is asked in the same words. */
function length(text: string): string {
  duration(text)
  return text.trim()
}

function part(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= 0 && value <= 1) return value
  throw new InvalidArgumentError(`"${text}" is no part of a whole; write it from 0 to 1, like 0.5.`)
}
