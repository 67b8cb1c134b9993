import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../config/config-error.ts'
import { loadSettings } from '../config/layers.ts'
import type { Settings } from '../config/settings.ts'
import { EXIT } from '../exit.ts'
import { print } from '../output.ts'
import { paletteFor } from '../terminal/colour.ts'

export interface DoctorFlags {
  readonly host?: string
  readonly port?: number
  readonly config?: string
  readonly network?: boolean
  readonly json?: boolean
  /** True: all exchanges. */
  readonly venues?: readonly string[] | true
  readonly symbols: readonly string[]
  readonly sim?: boolean
  readonly seed?: number
}

/** One thing that was looked at. `warning` lets the product run with less; `failure` does not. */
interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warning' | 'failure'
  readonly detail: string
  readonly latencyMs?: number
}

const OLDEST_NODE = [20, 19] as const
const LEAST_FREE_BYTES = 1e9
const ANSWER_WITHIN_MS = 5_000
/** A public route of each venue that costs it least. Any answer proves the way there. */
const VENUE_ROUTES = [
  ['Binance', 'https://fapi.binance.com/fapi/v1/ping'],
  ['OKX', 'https://www.okx.com/api/v5/public/time'],
  ['Bybit', 'https://api.bybit.com/v5/market/time'],
  ['Hyperliquid', 'https://api.hyperliquid.xyz/info'],
  ['Gate', 'https://api.gateio.ws/api/v4/spot/time'],
  ['Bitget', 'https://api.bitget.com/api/v2/public/time'],
] as const

/** `liqscope doctor`: exit status 3 for settings, 1 for this machine, 4 when no venue answers, else 0. */
export async function doctor(flags: DoctorFlags): Promise<void> {
  if (flags.venues !== undefined) return (await import('./doctor-venues.ts')).doctorVenues(flags)
  const config = await checkSettings(flags)
  const local = [
    checkNode(),
    checkBuild(),
    ...(config.settings ? [await checkPort(config.settings.server)] : []),
    await checkDisk(),
    checkBrowser(),
  ]
  const venues =
    flags.network === false ? [] : await Promise.all(VENUE_ROUTES.map(([name, url]) => checkVenue(name, url)))
  const findings = [config.finding, ...local, ...venues]
  if (flags.json) await print(JSON.stringify({ findings, exitStatus: statusOf(config.finding, local, venues) }))
  else await print(textOf(findings, venues))
  process.exitCode = statusOf(config.finding, local, venues)
}

function statusOf(config: Finding, local: readonly Finding[], venues: readonly Finding[]): number {
  if (config.status === 'failure') return EXIT.config
  if (local.some(({ status }) => status === 'failure')) return EXIT.failure
  return venues.length > 0 && venues.every(({ status }) => status !== 'ok') ? EXIT.network : EXIT.ok
}

function textOf(findings: readonly Finding[], venues: readonly Finding[]): string {
  const palette = paletteFor(process.stdout)
  const mark = { ok: palette.long('ok     '), warning: palette.price('warning'), failure: palette.short('failure') }
  const lines = findings.map(({ check, status, detail }) => `${mark[status]}  ${check.padEnd(12)} ${detail}`)
  if (venues.length > 0 && venues.every(({ status }) => status !== 'ok'))
    lines.push('', 'No exchange answers from here. `liqscope demo` works without a network.')
  return lines.join('\n')
}

async function checkSettings(flags: DoctorFlags): Promise<{ finding: Finding; settings?: Settings }> {
  const check = 'settings'
  try {
    const { settings, file } = await loadSettings(
      { 'server.host': { flag: '--host', value: flags.host }, 'server.port': { flag: '--port', value: flags.port } },
      flags.config,
    )
    return { settings, finding: { check, status: 'ok', detail: file ?? 'no file, defaults' } }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { finding: { check, status: 'failure', detail: error.message } }
  }
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fits = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  return {
    check: 'Node.js',
    status: fits ? 'ok' : 'failure',
    detail: `${process.versions.node}${fits ? '' : `; ${OLDEST_NODE.join('.')} or newer is needed`}`,
  }
}

function checkBuild(): Finding {
  const page = fileURLToPath(new URL('../../../web/dist/index.html', import.meta.url))
  return existsSync(page)
    ? { check: 'build', status: 'ok', detail: 'command and page are built' }
    : { check: 'build', status: 'failure', detail: `the page is not built (${page}); run npm run build` }
}

async function checkPort({ host, port }: Settings['server']): Promise<Finding> {
  const check = 'port'
  const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen(port, host, () => probe.close(() => resolve(undefined)))
  })
  if (problem === undefined) return { check, status: 'ok', detail: `${port} on ${host} is free` }
  const detail =
    problem.code === 'EADDRINUSE'
      ? `${port} on ${host} is in use; give another with --port N`
      : `${port} on ${host} cannot be listened on (${problem.code ?? problem.message}); give another with --port N or --host`
  return { check, status: 'failure', detail }
}

async function checkDisk(): Promise<Finding> {
  const { bavail, bsize } = await statfs(process.cwd())
  const free = bavail * bsize
  return {
    check: 'disk',
    status: free >= LEAST_FREE_BYTES ? 'ok' : 'warning',
    detail: `${(free / 1e9).toFixed(1)} GB free in ${process.cwd()}`,
  }
}

function checkBrowser(): Finding {
  const check = 'browser'
  const candidates = [
    process.env.CHROME_PATH,
    fileURLToPath(new URL('../../../../node_modules/@sparticuz/chromium/package.json', import.meta.url)),
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
  ]
  const found = candidates.find((path) => path !== undefined && existsSync(path))
  return found === undefined
    ? { check, status: 'warning', detail: 'none for the browser tests; run npm ci, or set CHROME_PATH' }
    : { check, status: 'ok', detail: `for the tests: ${found}` }
}

async function checkVenue(name: string, url: string): Promise<Finding> {
  const started = performance.now()
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS), redirect: 'manual' })
    await response.body?.cancel()
    const latencyMs = Math.round(performance.now() - started)
    // Forbidden, unavailable for legal reasons, banned: the venue answers, but not with data.
    const refused = [403, 418, 429, 451].includes(response.status)
    return {
      check: name,
      status: refused ? 'warning' : 'ok',
      detail: refused ? `refuses this address (HTTP ${response.status})` : `answers in ${latencyMs} ms`,
      latencyMs,
    }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const reason = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.name) : String(cause)
    return { check: name, status: 'warning', detail: `does not answer (${reason})` }
  }
}
