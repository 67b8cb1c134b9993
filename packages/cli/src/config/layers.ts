import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { ConfigError } from './config-error.ts'
import { type RawSetting, readSettings, type SettingLayer, type Settings } from './settings.ts'

/** Read when it is in the working directory and no other is named. */
const DEFAULT_FILE = 'liqscope.yaml'
const PREFIX = 'LIQSCOPE__'
/** Short names of the two settings that containers and scripts set most. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['LIQSCOPE_PORT', 'server.port'],
  ['LIQSCOPE_HOST', 'server.host'],
])

export interface LoadedSettings {
  readonly settings: Settings
  /** The YAML file that was read. */
  readonly file?: string
}

/**
 * Flags, then `LIQSCOPE__SECTION__KEY` of the environment, then the YAML file, then defaults.
 *
 * @param flags by key; undefined where the person did not give the flag.
 * @param file as `--config` names it.
 * @throws {ConfigError}
 */
export async function loadSettings(
  flags: Readonly<Record<string, { readonly flag: string; readonly value: unknown }>>,
  file?: string,
): Promise<LoadedSettings> {
  const path = file ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined)
  const yaml = path === undefined ? new Map<string, RawSetting>() : await yamlLayer(path)
  return {
    settings: readSettings([flagLayer(flags), environmentLayer(process.env), yaml]),
    ...(path === undefined ? {} : { file: path }),
  }
}

function flagLayer(flags: Readonly<Record<string, { readonly flag: string; readonly value: unknown }>>): SettingLayer {
  return new Map(
    Object.entries(flags)
      .filter(([, { value }]) => value !== undefined)
      .map(([key, { flag, value }]) => [key, { value, origin: flag }]),
  )
}

function environmentLayer(environment: NodeJS.ProcessEnv): SettingLayer {
  const layer = new Map<string, RawSetting>()
  for (const [name, value] of Object.entries(environment)) {
    const key = name.startsWith(PREFIX)
      ? name.slice(PREFIX.length).toLowerCase().replaceAll('__', '.')
      : SHORT_NAMES.get(name)
    const said = name.startsWith(PREFIX) || key === undefined || !layer.has(key)
    if (key !== undefined && value !== undefined && said) layer.set(key, { value, origin: name })
  }
  return layer
}

async function yamlLayer(path: string): Promise<SettingLayer> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error)
    throw new ConfigError(`cannot read the settings of ${path}: ${why}`, { cause: error })
  })
  const { LineCounter, parseDocument, isMap, isScalar } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [problem] = document.errors
  if (problem !== undefined)
    throw new ConfigError(
      `${path} is not valid YAML, line ${lines.linePos(problem.pos[0]).line}: ${firstLine(problem.message)}`,
    )
  const layer = new Map<string, RawSetting>()
  const root = document.contents
  if (root === null) return layer
  if (!isMap(root)) throw new ConfigError(`${path} must hold sections like "server:" with keys below them`)
  const originOf = (node: unknown): string => {
    const offset = isScalar(node) ? node.range?.[0] : undefined
    return offset === undefined ? path : `${path} line ${lines.linePos(offset).line}`
  }
  for (const section of root.items) {
    const name = String(section.key)
    if (!isMap(section.value)) {
      layer.set(name, { value: section.value?.toString(), origin: originOf(section.key) })
      continue
    }
    for (const item of section.value.items) {
      const key = `${name}.${String(item.key)}`
      const value: unknown = document.getIn([name, String(item.key)])
      layer.set(key, { value: isJsonable(value) ? value.toJSON() : value, origin: originOf(item.key) })
    }
  }
  return layer
}

function isJsonable(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
