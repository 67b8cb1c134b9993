import { Command, InvalidArgumentError, Option } from 'commander'
import { CliError, EXIT } from './exit.ts'
import { examples } from './input/examples.ts'
import { duration, moment, names, percent, port, positive, webAddress, wholeNumber } from './input/flags.ts'
import { insightCommands } from './insight-commands.ts'
import { version } from './version.ts'

// Each command's work is loaded when it runs: `liqscope --help` must answer at once.

/** The command line as data: every command, flag and example. Wrong usage throws a CommanderError after it was printed. */
export function buildProgram(): Command {
  const program = new Command('liqscope')
    .description('The open liquidation map that is measured against what really got liquidated.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(see liqscope --help)')
    .exitOverride()
    .addHelpText(
      'after',
      examples([
        ['liqscope serve', 'live map on http://127.0.0.1:8787'],
        ['liqscope demo', 'a simulated market, no network needed'],
        ['liqscope map --bars bars.csv --json', 'the map of a file of bars'],
        ['liqscope doctor', 'what works on this machine and what does not'],
      ]) + EXIT_STATUSES,
    )
  program.addCommand(serveCommand())
  program.addCommand(demoCommand())
  program.addCommand(mapCommand())
  for (const command of insightCommands()) program.addCommand(command)
  program.addCommand(recordCommand())
  program.addCommand(replayCommand())
  program.addCommand(scoreCommand())
  program.addCommand(verifyCommand())
  program.addCommand(blindCommand())
  program.addCommand(doctorCommand())
  for (const command of program.commands)
    command.copyInheritedSettings(program).showHelpAfterError(`(see liqscope ${command.name()} --help)`)
  return program
}

const EXIT_STATUSES = `
Exit status: 0 success, 1 failure, 2 wrong usage or bad input, 3 wrong configuration, 4 network.
Settings: flags, then LIQSCOPE__SECTION__KEY (also LIQSCOPE_PORT, LIQSCOPE_HOST), then liqscope.yaml, then defaults.
`

function serveCommand(): Command {
  return listening(new Command('serve'))
    .description('serve the page, REST and WebSocket: live venues, a file of bars, and a simulated market')
    .option('--bars <file>', 'replay this CSV of bars instead of live venues')
    .addOption(
      new Option('--capture <dir>', 'play what `liqscope record` wrote, instead of anything else').conflicts('bars'),
    )
    .option('--market <name>', "the file's market, like binance:BTCUSDT (default: from the file's name)")
    .option('--speed <n>', 'file or recorded time per wall time; 0 shows the end', speed)
    .option('--at <time>', 'where the replay begins, like 2026-03-18T12:00:00Z', moment)
    .option('--symbols <list>', 'live markets, like BTC,ETH (default: BTC)', names)
    .option('--venues <list>', 'exchanges to follow, like binance,hyperliquid (default: all)', names)
    .option('--track <list>', 'Hyperliquid addresses whose positions to look at, beside those found by trades', names)
    .option('--no-live', 'connect to no venue')
    .option('--no-sim', 'without the simulated market')
    .option('--seed <n>', 'seed of the simulated market (default: 1)', wholeNumber)
    .option('--data <dir>', 'folder that keeps scores and alerts over restarts (default: .liqscope in your home)')
    .option('--open', 'open the page in the browser')
    .addHelpText(
      'after',
      examples([
        ['liqscope serve --symbols BTC,ETH', 'two live markets'],
        ['liqscope serve --bars bars.csv --speed 600', 'a file, ten minutes a second'],
        ['liqscope serve --capture capture --speed 10', 'a recording, ten times as fast'],
        ['liqscope serve --no-live --port 9000', 'simulation only, on another port'],
      ]),
    )
    .action(async (flags) => (await import('./commands/serve.ts')).serve(flags))
}

function demoCommand(): Command {
  return listening(new Command('demo'))
    .description('serve the simulated market alone: no network, nothing real')
    .option('--seed <n>', 'seed of the simulated market (default: 1)', wholeNumber)
    .option('--venues <list>', 'a simulated venue for each of these protocols, like binance,okx,gate', names)
    .option('--open', 'open the page in the browser')
    .addHelpText(
      'after',
      examples([
        ['liqscope demo --seed 7 --open', 'another market, opened in the browser'],
        ['liqscope demo --venues binance,gate,hyperliquid', 'three simulated venues, and their sum'],
      ]),
    )
    .action(async (flags) => (await import('./commands/serve.ts')).serve({ ...flags, demo: true }))
}

function mapCommand(): Command {
  return new Command('map')
    .description('the liquidation map of a file of bars, or of a running server')
    .option('--bars <file>', 'CSV of bars, plain or gzip')
    .option('--market <name>', "the file's market; with --url the one to ask for, like BTC")
    .addOption(new Option('--url <address>', 'a running server').argParser(webAddress).conflicts('bars'))
    .option('--at <time>', 'the map as it was known then (default: the end of the file)', moment)
    .option('--window <percent>', 'how far from the price, below 100 (default: 20)', percent)
    .option('--interval <length>', 'length of a bar, when the file has one row only', duration)
    .option('--max-rows <n>', 'refuse files with more rows (default: 10000000)', wholeNumber)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['liqscope map --bars bars.csv', 'a picture in the terminal'],
        ['liqscope map --bars bars.csv --at 2026-03-18T12:00:00Z --json', 'every bin, as known at noon'],
        ['liqscope map --market BTC --url http://127.0.0.1:8787', 'from a running server'],
      ]) +
        '\nThe CSV starts with open_time_ms,open,high,low,close,volume,taker_buy_volume,open_interest,\nlong_liquidated,short_liquidated; sizes in base units; values from volume on may be empty.\n',
    )
    .action(async (flags) => (await import('./commands/map.ts')).map(flags))
}

function recordCommand(): Command {
  return new Command('record')
    .description('follow exchanges and write down all that they say, for `liqscope replay`')
    .requiredOption('--out <dir>', 'folder for the files; made when it is not there')
    .option('--venues <list>', 'exchanges to record, like binance,okx (default: all)', names)
    .option('--symbols <list>', 'markets, like BTC,ETH', names, ['BTC'])
    .option('--for <length>', 'how long, like 10m (default: until Ctrl+C)', duration)
    .option('--history <length>', 'history asked for at the start, like 6h or 3d', duration, 72 * 3_600_000)
    .option('--track <list>', 'Hyperliquid addresses whose positions to look at, beside those found by trades', names)
    .option('--sim', 'simulated venues that speak these protocols, instead of the exchanges')
    .option('--seed <n>', 'seed of the simulated market (default: 1)', wholeNumber)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['liqscope record --venues binance,okx --symbols BTC,ETH --out capture --for 10m', 'two real exchanges'],
        ['liqscope record --sim --venues bybit,gate --history 6h --out capture', 'without a network'],
      ]),
    )
    .action(async (flags) => (await import('./commands/record.ts')).record(flags))
}

function replayCommand(): Command {
  return new Command('replay')
    .description('play a recording of exchanges once more; or walk through a file of bars')
    .argument('[capture]', 'what `liqscope record` wrote: its folder, or a file of it')
    .addOption(new Option('--bars <file>', 'a CSV of bars, plain or gzip, instead'))
    .option('--market <name>', "the bars' market (default: from the file's name)")
    .option('--speed <n>', 'recorded time per wall time, like 10 (default: as fast as possible)', positive)
    .option('--from <time>', 'bars: first step to print; earlier bars still build the map', moment)
    .option('--to <time>', 'bars: stop here', moment)
    .option(
      '--every <length>',
      'time between two lines, like 15m or 1d (default: 1h of bars, 1m of a recording)',
      duration,
    )
    .option('--events', 'recording: print each event as one JSON object per line, and nothing else')
    .option('--max-rows <n>', 'refuse files with more rows (default: 10000000)', wholeNumber)
    .option('--json', 'print one JSON object per line')
    .addHelpText(
      'after',
      examples([
        ['liqscope replay capture', 'a recording, as fast as possible'],
        ['liqscope replay capture --events > events.jsonl', 'what the connectors made of it'],
        ['liqscope replay --bars bars.csv --every 4h', 'six lines a day'],
      ]),
    )
    .action(async (capture: string | undefined, { bars, ...flags }) => {
      if (capture !== undefined && bars !== undefined)
        throw new CliError('give a recording or --bars, not both', EXIT.usage)
      if (capture !== undefined) return (await import('./commands/replay-capture.ts')).replayCapture(capture, flags)
      if (bars === undefined) throw new CliError('give a recording, or a file with --bars', EXIT.usage)
      return (await import('./commands/replay.ts')).replay({ every: 3_600_000, ...flags, bars })
    })
}

function scoreCommand(): Command {
  return new Command('score')
    .description('how right the map is on a file of bars with forced orders, beside every rival')
    .requiredOption('--bars <file>', 'CSV of bars, plain or gzip')
    .option('--train-until <time>', 'bars from here on are tested (default: the last third)', moment)
    .option('--frozen', 'learn nothing after that time')
    .option(
      '--warm-up <bars>',
      'first bars that nothing is learned from (default: a day of minutes, a week of hours)',
      wholeNumber,
    )
    .option('--market <name>', "the file's market (default: from the file's name)")
    .option('--interval <length>', 'length of a bar, when the file has one row only', duration)
    .option('--max-rows <n>', 'refuse files with more rows (default: 10000000)', wholeNumber)
    .option('--html <file>', 'write a report page beside the table: pictures, sides, days, limits')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['liqscope score --bars bars.csv', 'a table'],
        ['liqscope score --bars bars.csv --train-until 2026-03-18 --json', 'every figure with its interval'],
        ['liqscope score --bars bars.csv --html score.html', 'a page to read, print and send'],
      ]),
    )
    .action(async (flags) => (await import('./commands/score.ts')).score(flags))
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('check the hashes of a running score, and compute it again from its journal')
    .argument('<path>', "the folder of a server's --data, or one journal file")
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['liqscope verify ~/.liqscope', 'every market that this machine has scored'],
        ['liqscope verify binance-BTCUSDT.2026-11.ndjson --json', 'a file that somebody published'],
      ]),
    )
    .action(async (path, flags) => (await import('./commands/verify.ts')).verify(path, flags))
}

function blindCommand(): Command {
  return new Command('blind')
    .description('a map built from public bars only, against true positions it never saw')
    .option('--bars <file>', 'CSV of bars, plain or gzip')
    .option('--positions <file>', 'CSV of recorded positions with their liquidation prices, plain or gzip')
    .option('--coin <name>', 'whose positions, like BTC')
    .option('--every <n>', 'compare every n-th snapshot only (default: 1)', count)
    .option('--sim', 'against the simulated market, whose every position is known')
    .option('--seed <n>', 'seed of the simulated market and of the intervals (default: 1)', wholeNumber)
    .option('--days <n>', 'simulated days before the comparison ends (default: 7)', positive)
    .option('--market <name>', "the bars' market (default: from the file's name)")
    .option('--interval <length>', 'length of a bar, when the file has one row only', duration)
    .option('--max-rows <n>', 'refuse files with more rows (default: 10000000)', wholeNumber)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['liqscope blind --bars bars.csv --positions positions.csv.gz --coin BTC', 'a table'],
        ['liqscope blind --sim --days 7 --json', 'every figure with its interval'],
      ]),
    )
    .action(async (flags) => (await import('./commands/blind.ts')).blind(flags))
}

function doctorCommand(): Command {
  return listening(new Command('doctor'))
    .description('check this machine: Node, build, port, disk, settings, venues, browser')
    .option('--no-network', 'ask no venue')
    .addOption(
      new Option(
        '--venues [list]',
        'instead: connect to these exchanges (default: all) and wait for each channel',
      ).argParser(names),
    )
    .option('--symbols <list>', 'with --venues: whose channels', names, ['BTC'])
    .option('--sim', 'with --venues: simulated venues that speak these protocols, instead of the exchanges')
    .option('--seed <n>', 'with --sim: seed of the simulated market (default: 1)', wholeNumber)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['liqscope doctor --no-network', 'without asking the exchanges'],
        ['liqscope doctor --venues binance,okx', 'every channel of two exchanges'],
      ]) +
        '\nWith --venues: exit status 4 where a venue is not reached or a channel silent, 1 where open interest differs.\n',
    )
    .action(async (flags) => (await import('./commands/doctor.ts')).doctor(flags))
}

/** The flags of every command that listens, or would. */
function listening(command: Command): Command {
  return command
    .option('--host <name>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <n>', 'port to listen on, 0 for any free one (default: 8787)', port)
    .option('--config <file>', 'settings in YAML (default: liqscope.yaml, if there is one)')
}

function count(text: string): number {
  const value = wholeNumber(text)
  if (value > 0) return value
  throw new InvalidArgumentError(`"${text}" is not a whole number above 0.`)
}

function speed(text: string): number {
  return text.trim() === '0' ? 0 : positive(text)
}
