import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { constants, createGunzip } from 'node:zlib'
import { CaptureError } from './capture-error.ts'
import { CAPTURE_VERSION, type CaptureHead, type CaptureRecord, decodeRecord } from './record.ts'

/** Longest line read, characters: four of the longest answers. */
const MAX_LINE = 64 * 1024 * 1024
const PIECE_BYTES = 256 * 1024
const FILE_NAME = /^(\d{8}T\d{9}Z)-(\d{6})\.jsonl\.gz$/

/** One recording, found and its first line read. */
export interface Capture {
  readonly session: string
  /** When it began, epoch ms. */
  readonly from: number
  /** What it was made of, as it was written. */
  readonly about: unknown
  readonly paths: readonly string[]
  /** Every whole record in order, in portions; once. A recording that broke off ends there, and `broken` says why. */
  records(): AsyncGenerator<readonly CaptureRecord[]>
  /** Why it does not end with a stop, once it was read. */
  readonly broken: string | undefined
}

/**
 * @param path a folder with one recording, or a file of one
 * @throws {CaptureError} nothing there, several there, not a capture, of a later version
 */
export async function openCapture(path: string): Promise<Capture> {
  const paths = await filesOf(path)
  const first = paths[0] ?? path
  const head = await firstRecord(first)
  if (head?.k !== 'capture') throw new CaptureError(`${first} is not a capture: its first line says nothing of one`)
  if (head.version > CAPTURE_VERSION)
    throw new CaptureError(`${first} was written by a later version (format ${head.version}); update to read it`)
  if (head.part !== 1)
    throw new CaptureError(
      `${first} is part ${head.part} of its recording; give part 1, or the folder with all of them`,
    )
  const { session, about } = head
  const reading = { broken: undefined as string | undefined }
  return {
    session,
    from: head.t,
    about,
    paths,
    records: () => recordsOf(paths, session, reading),
    get broken() {
      return reading.broken
    },
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      throw new CaptureError(`${path} cannot be read`, { cause: error })
    },
  )
  const named = FILE_NAME.exec(basename(path))
  if (!isFolder && named === null) return [path]
  const folder = isFolder ? path : dirname(path)
  const files = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort()
  const sessions = [...new Set(files.map((name) => FILE_NAME.exec(name)?.[1] ?? ''))]
  const session = isFolder ? sessions[0] : named?.[1]
  if (session === undefined) throw new CaptureError(`${path} has no capture in it (files like …-000001.jsonl.gz)`)
  if (isFolder && sessions.length > 1)
    throw new CaptureError(
      `${path} has ${sessions.length} recordings; give the first file of one: ${files.filter((name) => name.endsWith('-000001.jsonl.gz')).join(', ')}`,
    )
  return files.filter((name) => name.startsWith(session)).map((name) => join(folder, name))
}

async function firstRecord(path: string): Promise<CaptureRecord | undefined> {
  for await (const { records } of portionsOf(path)) if (records[0] !== undefined) return records[0]
  return undefined
}

async function* recordsOf(
  paths: readonly string[],
  session: string,
  reading: { broken: string | undefined },
): AsyncGenerator<readonly CaptureRecord[]> {
  for (const [index, path] of paths.entries()) {
    let last: CaptureRecord | undefined
    let problem: string | undefined
    for await (const portion of portionsOf(path)) {
      const { records } = portion
      problem = portion.problem ?? (last === undefined ? misplaced(records[0], session, index + 1) : undefined)
      if (problem !== undefined && last === undefined) break
      last = records.at(-1) ?? last
      yield records
      if (problem !== undefined) break
    }
    if (problem === undefined && last?.k === 'next' && index + 1 < paths.length) continue
    if (last?.k !== 'stop') reading.broken = `${path}: ${problem ?? 'it breaks off here'}`
    return
  }
}

function misplaced(head: CaptureRecord | undefined, session: string, part: number): string | undefined {
  if (head?.k !== 'capture') return 'its first line is missing'
  const isNext = (head satisfies CaptureHead).session === session && head.part === part
  return isNext ? undefined : `part ${part} is missing`
}

interface Portion {
  readonly records: readonly CaptureRecord[]
  /** Nothing can be read after these. */
  readonly problem?: string
}

/** The whole lines of one file. A file that was cut anywhere gives what was whole before the cut. */
async function* portionsOf(path: string): AsyncGenerator<Portion> {
  const decoder = new StringDecoder('utf8')
  // Not an error: the writer was killed.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: PIECE_BYTES })
  const source = createReadStream(path)
  source.on('error', (error) => gunzip.destroy(error))
  let rest = ''
  let count = 0
  try {
    for await (const chunk of source.pipe(gunzip)) {
      const text = decoder.write(chunk as Buffer)
      // A long answer comes in many pieces: it is not looked through again with each.
      const lines = text.includes('\n') ? (rest + text).split('\n') : [rest + text]
      rest = lines.pop() ?? ''
      const records: CaptureRecord[] = []
      for (const line of lines) {
        count++
        const record = decodeRecord(line)
        if (typeof record === 'string') {
          yield { records, problem: `line ${count} is ${record}` }
          return
        }
        records.push(record)
      }
      if (records.length > 0) yield { records }
      if (rest.length > MAX_LINE) {
        yield { records: [], problem: `line ${count + 1} has no end` }
        return
      }
    }
  } catch (error) {
    yield { records: [], problem: `it is damaged after line ${count} (${messageOf(error)})` }
  } finally {
    source.destroy()
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
