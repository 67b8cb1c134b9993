import { isRecord } from '../wire-values.ts'

/** Of the format. A reader refuses a larger one. */
export const CAPTURE_VERSION = 1

/**
 * One line of a capture. `t`: our clock when it came, epoch ms, never decreasing; `m`: the process's own clock, ms,
 * which nobody sets. Numbers of connections (`c`) and requests (`r`) count up over the whole recording.
 */
export type CaptureRecord = (CaptureHead | FileEnd | CameIn | WentOut) & { readonly t: number; readonly m: number }

/** The first line of each file. `about` is what the recording was made of, in the first file alone. */
export interface CaptureHead {
  readonly k: 'capture'
  readonly version: number
  readonly session: string
  readonly part: number
  readonly about?: unknown
}

/** The last line of a file that another one follows. */
export interface FileEnd {
  readonly k: 'next'
}

/** What came from outside. All that a feed does follows from these, from their times and from its settings. */
export type CameIn =
  /** The feeds were told to begin. */
  | { readonly k: 'start' }
  | { readonly k: 'opened'; readonly c: number }
  /** A frame, as it was. */
  | { readonly k: 'text'; readonly c: number; readonly d: string }
  /** A message that cannot be read as text. */
  | { readonly k: 'unreadable'; readonly c: number; readonly d: string }
  /** A ping or pong. */
  | { readonly k: 'alive'; readonly c: number }
  /** Closed or failed: `d` says why. */
  | { readonly k: 'ended'; readonly c: number; readonly d: string }
  | { readonly k: 'answer'; readonly r: number; readonly status: number; readonly d: string; readonly retry?: string }
  /** No answer: `d` says why. `long`: it was longer than we read. */
  | { readonly k: 'failed'; readonly r: number; readonly d: string; readonly long?: true }
  /** The recording was ended on purpose: it is whole. */
  | { readonly k: 'stop' }

/** What the feeds said to venues, in the turn of the record before. A replay must say the same. */
export type WentOut =
  | { readonly k: 'dial'; readonly c: number; readonly v: string; readonly url: string }
  | { readonly k: 'sent'; readonly c: number; readonly d: string }
  | {
      readonly k: 'ask'
      readonly r: number
      readonly v: string
      readonly method: 'GET' | 'POST'
      readonly url: string
      readonly body?: string
    }

/** A line without its end. */
export function encodeRecord(record: CaptureRecord): string {
  return JSON.stringify(record)
}

/** A line read again; a sentence where it is not a record. Kinds that are not known are of a later version. */
export function decodeRecord(line: string): CaptureRecord | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'not JSON'
  }
  return isCaptureRecord(value) ? value : 'not a record of a capture'
}

type Check = (value: unknown) => boolean
const text: Check = (value) => typeof value === 'string'
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)

/** The fields of each kind beside the two clocks. */
const FIELDS: Readonly<Record<CaptureRecord['k'], Readonly<Record<string, Check>>>> = {
  capture: { version: count, session: text, part: count },
  next: {},
  start: {},
  opened: { c: count },
  text: { c: count, d: text },
  unreadable: { c: count, d: text },
  alive: { c: count },
  ended: { c: count, d: text },
  answer: { r: count, status: count, d: text, retry: maybe(text) },
  failed: { r: count, d: text, long: maybe((value) => value === true) },
  stop: {},
  dial: { c: count, v: text, url: text },
  sent: { c: count, d: text },
  ask: { r: count, v: text, method: (value) => value === 'GET' || value === 'POST', url: text, body: maybe(text) },
}

function isCaptureRecord(value: unknown): value is CaptureRecord {
  if (!isRecord(value) || typeof value.k !== 'string' || !Object.hasOwn(FIELDS, value.k)) return false
  if (!Number.isFinite(value.t) || !Number.isFinite(value.m)) return false
  const fields = FIELDS[value.k as CaptureRecord['k']]
  return Object.entries(fields).every(([name, check]) => check(value[name]))
}
