import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FastifyBaseLogger } from 'fastify'
import { JournalLines, type JournalRecord, type NewRecord } from './journal-lines.ts'

/** Months read at the start: what the figures go back to, and one for a month's edge. */
const MONTHS_READ = 4

/** What was found when the journal was read. */
export interface JournalState {
  /** Lines that are no record, or maps whose hash is not that of what stands before them. */
  readonly damaged: number
  /** Bytes of a last line that was cut off, as by a power failure; they were removed. */
  readonly torn: number
}

/**
 * What a market's score rests on, as lines of JSON in one file a month: bars with their forced orders, gaps, frozen maps.
 * Only ever appended to, and on the disk before the next is written. A map's line holds the hash of it and of every
 * line before it (HashChain over the lines' payloads, on from the month before).
 *
 *     {"journal":[1,"binance:BTCUSDT","<hash the file goes on from>"]}
 *     {"bar":[time,intervalMs,open,high,low,close,size,forced long or null,forced short or null]}
 *     {"gap":[from,to]}
 *     {"hash":"<sha256>","map":{...}}
 *
 * A disk that cannot be written ends the storing, not the score: `failure` says why.
 */
export class ScoreJournal {
  private readonly lines: JournalLines
  private file: { readonly handle: FileHandle; readonly month: string } | undefined
  private writing: Promise<void> = Promise.resolve()
  private failed: string | undefined

  constructor(
    private readonly dir: string,
    private readonly market: string,
    private readonly log: FastifyBaseLogger,
  ) {
    this.lines = new JournalLines(market)
  }

  /** Why nothing is stored any more. */
  get failure(): string | undefined {
    return this.failed
  }

  /** Reads what the last months hold, oldest first, and mends a line that was cut off. Call it once, before `append`. */
  async read(onRecord: (record: JournalRecord) => void): Promise<JournalState> {
    await mkdir(this.dir, { recursive: true })
    const stem = fileStem(this.market)
    const months = (await journalFiles(this.dir)).filter((name) => name.startsWith(`${stem}.`)).slice(-MONTHS_READ)
    let damaged = 0
    let torn = 0
    for (const name of months) {
      const path = join(this.dir, name)
      torn += await mendEnd(path)
      for await (const line of createInterface({
        input: createReadStream(path),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        const found = this.lines.take(line)
        if (found === undefined) damaged++
        else if (found !== 'header') onRecord(found)
      }
    }
    return { damaged, torn }
  }

  /** Appends a record; a map's hash is returned. Returns at once: lines are written in order behind it. */
  append(record: NewRecord): string {
    const time = record.kind === 'bar' ? record.bar.time : record.kind === 'gap' ? record.from : record.map.time
    const month = new Date(time).toISOString().slice(0, 7)
    const before = this.lines.head
    const { line, hash } = this.lines.write(record)
    this.writing = this.writing.then(() => this.write(month, before, `${line}\n`))
    return hash
  }

  /** Resolves when all is written and the file closed. */
  async close(): Promise<void> {
    await this.writing
    await this.file?.handle.close()
    this.file = undefined
  }

  private async write(month: string, before: string, line: string): Promise<void> {
    if (this.failed !== undefined) return
    try {
      if (this.file === undefined || this.file.month < month) {
        await this.file?.handle.close()
        const handle = await open(join(this.dir, `${fileStem(this.market)}.${month}.ndjson`), 'a')
        this.file = { handle, month }
        const { size } = await handle.stat()
        if (size === 0) await handle.appendFile(`${this.lines.header(before)}\n`)
      }
      await this.file.handle.appendFile(line)
      await this.file.handle.datasync()
    } catch (error) {
      this.failed = error instanceof Error ? error.message : String(error)
      this.log.error({ err: error, market: this.market }, 'the score is not stored any more')
    }
  }
}

/** Names of the journal files in a folder, months in order within each market. */
export async function journalFiles(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => /\.\d{4}-\d{2}\.ndjson$/.test(name)).toSorted()
}

/** `binance:BTCUSDT` as part of a file's name. */
function fileStem(market: string): string {
  return market.replace(/[^A-Za-z0-9]+/g, '-')
}

/** Removes what stands after the last line's end. Returns how many bytes that were. */
async function mendEnd(path: string): Promise<number> {
  const handle = await open(path, 'r+')
  try {
    const { size } = await handle.stat()
    const chunk = Buffer.alloc(64 * 1024)
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - chunk.length)
      const { bytesRead } = await handle.read(chunk, 0, end - start, start)
      const newline = chunk.subarray(0, bytesRead).lastIndexOf(0x0a)
      if (newline >= 0) {
        const kept = start + newline + 1
        if (kept < size) await handle.truncate(kept)
        return size - kept
      }
      end = start
    }
    if (size > 0) await handle.truncate(0)
    return size
  } finally {
    await handle.close()
  }
}
