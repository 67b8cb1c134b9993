import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, type Gzip } from 'node:zlib'
import { CaptureError } from './capture-error.ts'
import { CAPTURE_VERSION, type CaptureRecord, encodeRecord } from './record.ts'
import type { Reading } from './turns.ts'

/** A new file after this long, ms, or after this much text, bytes before compression: about 20 MB on the disk. */
const ROTATE_AFTER_MS = 3_600_000
const ROTATE_ABOVE_BYTES = 256 * 1024 * 1024
/** A killed process loses what came since the last flush, ms. */
const FLUSH_MS = 1_000
/** A disk that takes nothing for this long, ms, has failed. */
const STUCK_MS = 30_000
/** Text that waits for the disk, bytes: beyond it nothing more is taken in. */
const FULL_BYTES = 16 * 1024 * 1024

export interface CaptureWriterOptions {
  readonly folder: string
  /** What the recording is made of: JSON that says how to open the same feeds again. */
  readonly about: unknown
  readonly at: Reading
  readonly rotateAfterMs?: number
  readonly rotateAboveBytes?: number
  readonly fullBytes?: number
  /** There is room again. */
  readonly onRoom: () => void
  /** Nothing more can be written: once, and the recording is over. */
  readonly onFailure: (error: CaptureError) => void
  /** Where a file's bytes go. Default: the file. */
  readonly open?: (path: string) => Writable
}

export interface CaptureFigures {
  readonly files: number
  readonly records: number
  /** Before compression. */
  readonly bytes: number
  /** How often, and how long in all, ms, the connections had to wait for the disk. */
  readonly waits: number
  readonly waitedMs: number
}

/**
 * Writes records as gzipped lines of JSON into files that rotate: `<session>-<part>.jsonl.gz`, which sort in their
 * order. Nothing is ever dropped: when the disk is slower than the venues `isFull` says so until there is room, and when
 * it fails the recording ends with everything written before.
 */
export class CaptureWriter {
  /** Names the recording and its files: when it began. */
  readonly session: string
  readonly #options: CaptureWriterOptions
  readonly #closing: Promise<void>[] = []
  readonly #flush: NodeJS.Timeout
  #file: CaptureFile | undefined
  #part = 0
  #records = 0
  #bytes = 0
  #waits = 0
  #waitedMs = 0
  #fullSince: number | undefined
  #failed = false

  /** @throws {CaptureError} when nothing can be written there */
  constructor(options: CaptureWriterOptions) {
    this.#options = options
    this.session = new Date(options.at.wall).toISOString().replaceAll(/[-:.]/g, '')
    try {
      mkdirSync(options.folder, { recursive: true })
    } catch (error) {
      throw failureOf(error, options.folder)
    }
    this.#rotate(options.at)
    this.#flush = setInterval(() => this.#look(), FLUSH_MS)
    this.#flush.unref()
  }

  /** True while more waits for the disk than may be kept. */
  get isFull(): boolean {
    return this.#fullSince !== undefined
  }

  get figures(): CaptureFigures {
    const files = this.#part
    return { files, records: this.#records, bytes: this.#bytes, waits: this.#waits, waitedMs: this.#waitedMs }
  }

  write(record: CaptureRecord): void {
    if (this.#failed) return
    const { rotateAfterMs = ROTATE_AFTER_MS, rotateAboveBytes = ROTATE_ABOVE_BYTES } = this.#options
    const file = this.#file
    if (file === undefined || record.m - file.openedAt > rotateAfterMs || file.bytes > rotateAboveBytes)
      this.#rotate({ wall: record.t, mono: record.m })
    this.#append(record)
  }

  /** Resolves when all of it is on its way to the disk and the files are closed. */
  async close(): Promise<void> {
    clearInterval(this.#flush)
    if (this.#file !== undefined) this.#closing.push(this.#file.end())
    this.#file = undefined
    await Promise.all(this.#closing)
  }

  #append(record: CaptureRecord): void {
    const { fullBytes = FULL_BYTES } = this.#options
    const line = `${encodeRecord(record)}\n`
    const waiting = this.#file?.write(line) ?? 0
    this.#records++
    this.#bytes += Buffer.byteLength(line)
    if (waiting <= fullBytes || this.#fullSince !== undefined) return
    this.#fullSince = performance.now()
    this.#waits++
  }

  #rotate(at: Reading): void {
    const { folder, about, open } = this.#options
    if (this.#file !== undefined) {
      this.#append({ k: 'next', t: at.wall, m: at.mono })
      this.#closing.push(this.#file.end())
    }
    const part = ++this.#part
    const path = join(folder, `${this.session}-${String(part).padStart(6, '0')}.jsonl.gz`)
    this.#file = new CaptureFile(path, at.mono, {
      ...(open === undefined ? {} : { open }),
      onDrained: () => this.#drained(),
      onFailure: (error) => this.#fail(error, path),
    })
    this.#append({
      k: 'capture',
      t: at.wall,
      m: at.mono,
      version: CAPTURE_VERSION,
      session: this.session,
      part,
      ...(part === 1 ? { about } : {}),
    })
  }

  #look(): void {
    this.#file?.flush()
    if (this.#fullSince === undefined || performance.now() - this.#fullSince < STUCK_MS) return
    this.#fail(new Error(`the disk took nothing for ${STUCK_MS / 1_000} s`), this.#options.folder)
  }

  #drained(): void {
    if (this.#fullSince === undefined) return
    this.#waitedMs += performance.now() - this.#fullSince
    this.#fullSince = undefined
    this.#options.onRoom()
  }

  #fail(error: unknown, path: string): void {
    if (this.#failed) return
    this.#failed = true
    this.#file = undefined
    this.#closing.length = 0
    clearInterval(this.#flush)
    this.#drained()
    this.#options.onFailure(failureOf(error, path))
  }
}

interface FileEvents {
  readonly open?: (path: string) => Writable
  onDrained(): void
  onFailure(error: unknown): void
}

/** One file from its first line to its end. */
class CaptureFile {
  readonly openedAt: number
  bytes = 0
  readonly #gzip: Gzip = createGzip()
  readonly #done: Promise<void>
  #isFlushing = false

  constructor(path: string, openedAt: number, { open = newFile, onDrained, onFailure }: FileEvents) {
    this.openedAt = openedAt
    this.#gzip.on('drain', onDrained)
    this.#done = pipeline(this.#gzip, open(path)).catch(onFailure)
  }

  /** Bytes that wait. */
  write(line: string): number {
    this.bytes += line.length
    this.#gzip.write(line)
    return this.#gzip.writableLength
  }

  /** What was written so far can be read even if nothing more is. One at a time: a slow disk gets no queue of them. */
  flush(): void {
    if (this.#isFlushing || this.#gzip.destroyed) return
    this.#isFlushing = true
    this.#gzip.flush(constants.Z_SYNC_FLUSH, () => {
      this.#isFlushing = false
    })
  }

  end(): Promise<void> {
    this.#gzip.end()
    return this.#done
  }
}

/** Never over what is there: a capture is not made again. */
function newFile(path: string): Writable {
  return createWriteStream(path, { flags: 'wx' })
}

function failureOf(error: unknown, path: string): CaptureError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const advice: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full; free some space or record into another folder',
    EDQUOT: 'the disk quota is used up; free some space or record into another folder',
    EACCES: 'it may not be written; give another folder',
    EPERM: 'it may not be written; give another folder',
    EROFS: 'the disk is read-only; give another folder',
    ENOTDIR: 'a part of this path is a file; give another folder',
    EEXIST: 'it is there already; give another folder',
  }
  const reason = advice[code] ?? (error instanceof Error ? error.message : String(error))
  return new CaptureError(`${path}: ${reason}`, { cause: error })
}
