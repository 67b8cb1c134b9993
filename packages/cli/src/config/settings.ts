import { homedir } from 'node:os'
import { join } from 'node:path'
import { nearestNames } from '@liqscope/market'
import { type AlertSettings, alertSettings } from './alert-settings.ts'
import { ConfigError } from './config-error.ts'

/** What `serve`, `demo` and `doctor` obey. */
export interface Settings {
  readonly server: {
    readonly host: string
    readonly port: number
    /** Names beside localhost and addresses under which browsers may reach the server. */
    readonly allowedHosts: readonly string[]
    /** Pages of other servers that may connect, like https://example.org. */
    readonly allowedOrigins: readonly string[]
  }
  readonly live: {
    readonly enabled: boolean
    readonly symbols: readonly string[]
    /** Exchanges to follow, the one whose market opens first; empty: all that are understood. */
    readonly venues: readonly string[]
    /** Hyperliquid addresses whose positions are looked at, beside those found by their trades. */
    readonly hyperliquidAccounts: readonly string[]
  }
  readonly sim: {
    readonly enabled: boolean
    readonly seed: number
    /** Whose protocols the simulated market speaks: of several, each is a venue of its own. Empty: Binance's. */
    readonly venues: readonly string[]
  }
  readonly alerts: AlertSettings
  /** Folder that keeps scores over restarts. */
  readonly data: { readonly dir: string }
  /** Bar time per wall time; 0 stands at the end of the file. */
  readonly replay: { readonly speed: number }
}

/** One value and where it was written, for messages: `--port`, `LIQSCOPE_PORT`, `liqscope.yaml line 3`. */
export interface RawSetting {
  readonly value: unknown
  readonly origin: string
}

/** Settings by key (`server.port`), in order of precedence: the first layer that has a key wins. */
export type SettingLayer = ReadonlyMap<string, RawSetting>

/** @throws {ConfigError} naming the key and where it was written. */
export function readSettings(layers: readonly SettingLayer[]): Settings {
  const asked = new Set<string>()
  const find = (key: string): RawSetting | undefined => {
    asked.add(key)
    return layers.find((layer) => layer.has(key))?.get(key)
  }
  const text = (key: string, otherwise: string): string => {
    const raw = find(key)
    if (raw === undefined) return otherwise
    if (typeof raw.value === 'string' && raw.value.trim() !== '') return raw.value.trim()
    if (typeof raw.value === 'number') return String(raw.value) // YAML reads a chat's number as one
    throw wrongKind(key, raw, 'a name')
  }
  const number = (key: string, otherwise: number, kind: string, fits: (value: number) => boolean): number => {
    const raw = find(key)
    if (raw === undefined) return otherwise
    const blank = typeof raw.value === 'string' && raw.value.trim() === ''
    const value =
      (typeof raw.value === 'string' && !blank) || typeof raw.value === 'number' ? Number(raw.value) : Number.NaN
    if (fits(value)) return value
    throw wrongKind(key, raw, kind)
  }
  const yesNo = (key: string, otherwise: boolean): boolean => {
    const raw = find(key)
    if (raw === undefined) return otherwise
    const word = String(raw.value).toLowerCase()
    if (['true', 'yes', 'on', '1'].includes(word)) return true
    if (['false', 'no', 'off', '0'].includes(word)) return false
    throw wrongKind(key, raw, 'true or false')
  }
  const list = (key: string, otherwise: readonly string[]): readonly string[] => {
    const raw = find(key)
    if (raw === undefined) return otherwise
    const parts: readonly unknown[] =
      typeof raw.value === 'string' ? raw.value.split(',') : isList(raw.value) ? raw.value : []
    const names = parts.map((part) => (typeof part === 'string' ? part.trim() : ''))
    const enough = names.length > 0 || (isList(raw.value) && otherwise.length === 0)
    if (enough && names.every((name) => name !== '')) return names
    throw wrongKind(key, raw, 'a list of names like BTC,ETH')
  }
  const settings: Settings = {
    server: {
      host: text('server.host', '127.0.0.1'),
      port: number('server.port', 8787, 'a port from 0 to 65535', (v) => Number.isInteger(v) && v >= 0 && v <= 65_535),
      allowedHosts: list('server.allowed_hosts', []),
      allowedOrigins: list('server.allowed_origins', []),
    },
    live: {
      enabled: yesNo('live.enabled', true),
      symbols: list('live.symbols', ['BTC']),
      venues: list('live.venues', []),
      hyperliquidAccounts: list('live.hyperliquid_accounts', []),
    },
    sim: {
      enabled: yesNo('sim.enabled', true),
      seed: number('sim.seed', 1, 'a whole number of 0 or more', (v) => Number.isSafeInteger(v) && v >= 0),
      venues: list('sim.venues', []),
    },
    alerts: alertSettings({ text, list }),
    data: { dir: text('data.dir', join(homedir(), '.liqscope')) },
    replay: {
      speed: number('replay.speed', 0, 'a number of 0 or more', (v) => v >= 0 && v < Number.POSITIVE_INFINITY),
    },
  }
  for (const layer of layers)
    for (const [key, { origin }] of layer) if (!asked.has(key)) throw unknownKey(key, origin, [...asked])
  return settings
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function wrongKind(key: string, { value, origin }: RawSetting, wanted: string): ConfigError {
  // Alerts have tokens: what is wrong with one may be all of it.
  const shown = key.startsWith('alerts.') ? 'this' : typeof value === 'string' ? `"${value}"` : JSON.stringify(value)
  return new ConfigError(`${key} must be ${wanted}, not ${shown} (${origin})`)
}

function unknownKey(key: string, origin: string, known: readonly string[]): ConfigError {
  const nearest = nearestNames(key, known)
  return new ConfigError(`unknown setting ${key} (${origin}); did you mean ${nearest.join(' or ')}?`)
}
