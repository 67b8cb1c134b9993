import { readFileSync } from 'node:fs'
import { isRecord } from '../src/wire-values.ts'

/** The named payloads of a fixture file. */
export interface FixtureFile {
  /** A payload, with some of its top fields replaced. */
  payload(name: string, change?: Record<string, unknown>): Record<string, unknown>
  /** A payload that may be a list. */
  body(name: string): unknown
  /** Each payload as text. */
  readonly texts: readonly string[]
}

/** @param url of the file, from `new URL('./fixtures/messages.json', import.meta.url)` */
export function fixtureFile(url: URL): FixtureFile {
  const parsed: unknown = JSON.parse(readFileSync(url, 'utf8'))
  const payloads = isRecord(parsed) ? parsed : {}
  const body = (name: string) => {
    if (payloads[name] === undefined) throw new Error(`no fixture ${name} in ${url.pathname}`)
    return payloads[name]
  }
  return {
    body,
    payload: (name, change = {}) => {
      const found = body(name)
      if (!isRecord(found)) throw new Error(`fixture ${name} is not an object`)
      return { ...found, ...change }
    },
    texts: Object.values(payloads).map((payload) => JSON.stringify(payload)),
  }
}

/** A copy of `value` in which the part at `path` is `replacement`; `undefined` drops it. */
export function withPart(value: unknown, path: readonly (string | number)[], replacement: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return replacement
  if (Array.isArray(value)) return value.map((part, i) => (i === key ? withPart(part, rest, replacement) : part))
  if (!isRecord(value)) throw new Error(`no part ${String(key)}`)
  return { ...value, [key]: withPart(value[key], rest, replacement) }
}
