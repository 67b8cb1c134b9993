import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EXCHANGES } from '@liqscope/feeds'
import { parseSymbol } from '@liqscope/market'
import { loadSettings } from '../config/layers.ts'
import { CliError, EXIT } from '../exit.ts'
import { openBars } from '../input/bars-input.ts'
import { addressOf, bansFile, exchangesOf } from '../input/venues-input.ts'
import { print, say } from '../output.ts'
import { StopSignal } from '../stop-signal.ts'
import { openInBrowser } from '../terminal/browser.ts'
import { serverLog } from '../terminal/server-log.ts'

export interface ServeFlags {
  readonly bars?: string
  /** What `record` wrote. */
  readonly capture?: string
  readonly market?: string
  readonly speed?: number
  readonly at?: number
  readonly symbols?: readonly string[]
  readonly venues?: readonly string[]
  readonly track?: readonly string[]
  readonly live?: boolean
  readonly sim?: boolean
  readonly seed?: number
  readonly host?: string
  readonly port?: number
  readonly config?: string
  readonly data?: string
  readonly open?: boolean
  /** `demo`: the simulated market whatever the settings say, and nothing else. */
  readonly demo?: boolean
}

/** A replay keeps its bars in memory to be able to go back: two million are about half a gigabyte. */
const REPLAY_ROW_LIMIT = 2_000_000
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])
const CLOSE_WITHIN_MS = 8_000 // a container runtime kills after 10 s

/** `liqscope serve` and `liqscope demo`: runs until SIGINT or SIGTERM. */
export async function serve(flags: ServeFlags): Promise<void> {
  const stop = new StopSignal()
  const { settings, file } = await loadSettings(
    {
      'server.host': { flag: '--host', value: flags.host },
      'server.port': { flag: '--port', value: flags.port },
      'live.symbols': { flag: '--symbols', value: flags.symbols },
      'live.venues': { flag: '--venues', value: flags.demo ? undefined : flags.venues },
      'live.hyperliquid_accounts': { flag: '--track', value: flags.track },
      'live.enabled': { flag: '--no-live', value: flags.live === false || flags.demo ? false : undefined },
      'sim.enabled': { flag: '--no-sim', value: flags.demo ? true : flags.sim === false ? false : undefined },
      'sim.seed': { flag: '--seed', value: flags.seed },
      'sim.venues': { flag: '--venues', value: flags.demo ? flags.venues : undefined },
      'data.dir': { flag: '--data', value: flags.data },
      'replay.speed': { flag: '--speed', value: flags.speed },
    },
    flags.config,
  )
  if (file !== undefined) say(`settings from ${file}`)
  const live = settings.live.enabled && flags.bars === undefined && flags.capture === undefined
  if (!live && !settings.sim.enabled && flags.bars === undefined && flags.capture === undefined)
    throw new CliError(
      'nothing to serve: no venue, no simulation, no file; leave out --no-live or --no-sim',
      EXIT.usage,
    )
  if (live) for (const symbol of settings.live.symbols) parseSymbol(symbol)
  const venues = exchangesOf('live.venues', settings.live.venues, EXCHANGES)
  const simulated = exchangesOf('sim.venues', settings.sim.venues, ['binance'])
  const hyperliquidAccounts = settings.live.hyperliquidAccounts.map(addressOf)
  const bars = flags.bars === undefined ? undefined : await replayOf(flags.bars, flags, settings.replay.speed)
  const webRoot = fileURLToPath(new URL('../../../web/dist', import.meta.url))
  // Loaded late: wrong settings and bad files are answered before the server's own libraries are read.
  const { startServer } = await import('@liqscope/server')
  const logger = serverLog()
  const server = await startServer({
    host: settings.server.host,
    port: settings.server.port,
    ...(live ? { live: { symbols: settings.live.symbols, venues, hyperliquidAccounts, bansFile: bansFile() } } : {}),
    sim: settings.sim.enabled ? { seed: settings.sim.seed, exchanges: simulated } : false,
    ...(bars === undefined ? {} : { bars }),
    ...(flags.capture === undefined ? {} : { capture: { path: flags.capture, speed: settings.replay.speed } }),
    alerts: { settings: settings.alerts },
    dataDir: settings.data.dir,
    ...(existsSync(webRoot) ? { webRoot } : {}),
    ...(logger === undefined ? {} : { logger }),
    security: { allowedHosts: settings.server.allowedHosts, allowedOrigins: settings.server.allowedOrigins },
  })
  const stopped = stop.wait()
  await print(`liqscope: ${server.url}`)
  if (!LOOPBACK.has(settings.server.host))
    say(
      `listening on ${settings.server.host}: everyone who reaches this address can see the page; there is no password`,
    )
  say('stop with Ctrl+C')
  if (flags.open) openInBrowser(server.url)
  const signal = await stopped
  say(`${signal}: closing`)
  await Promise.race([server.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS))])
  process.exit(EXIT.ok)
}

/** The server reads the whole file once, before it says that it is ready: no map comes from half a file. */
async function replayOf(path: string, flags: ServeFlags, speed: number) {
  const input = await openBars({
    bars: path,
    maxRows: REPLAY_ROW_LIMIT,
    ...(flags.market === undefined ? {} : { market: flags.market }),
  })
  return {
    instrument: input.instrument,
    events: async function* () {
      yield* input.events
      input.report()
    },
    speed,
    ...(flags.at === undefined ? {} : { at: flags.at }),
  }
}
