import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FrozenMap, SweptBar } from '@liqscope/engine'
import type { FastifyBaseLogger } from 'fastify'
import { HashChain } from './hash-chain.ts'

const FORMAT = 1
/** Months read at the start: what the figures go back to, and one for a month's edge. */
const MONTHS_READ = 4

export type JournalRecord =
  | { readonly kind: 'bar'; readonly bar: SweptBar }
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  | { readonly kind: 'map'; readonly map: FrozenMap; readonly hash: string }

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
  private chain = new HashChain()
  private file: { readonly handle: FileHandle; readonly month: string } | undefined
  private writing: Promise<void> = Promise.resolve()
  private failed: string | undefined

  constructor(
    private readonly dir: string,
    private readonly market: string,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Why nothing is stored any more. */
  get failure(): string | undefined {
    return this.failed
  }

  /** Reads what the last months hold, oldest first, and mends a line that was cut off. Call it once, before `append`. */
  async read(onRecord: (record: JournalRecord) => void): Promise<JournalState> {
    await mkdir(this.dir, { recursive: true })
    const stem = fileStem(this.market)
    const months = (await readdir(this.dir))
      .filter((name) => name.startsWith(`${stem}.`) && /\.\d{4}-\d{2}\.ndjson$/.test(name))
      .toSorted()
      .slice(-MONTHS_READ)
    let damaged = 0
    let torn = 0
    for (const [i, name] of months.entries()) {
      const path = join(this.dir, name)
      torn += await mendEnd(path)
      for await (const line of createInterface({
        input: createReadStream(path),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        const found = this.take(line, i === 0)
        if (found === undefined) damaged++
        else if (found !== 'header') onRecord(found)
      }
    }
    return { damaged, torn }
  }

  /** Appends a record; a map's hash is returned. Returns at once: lines are written in order behind it. */
  append(record: Exclude<JournalRecord, { kind: 'map' }> | { readonly kind: 'map'; readonly map: FrozenMap }): string {
    const time = record.kind === 'bar' ? record.bar.time : record.kind === 'gap' ? record.from : record.map.time
    const month = new Date(time).toISOString().slice(0, 7)
    const before = this.chain.head
    const payload = payloadOf(record)
    const hash = this.chain.add(payload)
    const line = record.kind === 'map' ? `{"hash":"${hash}","map":${payload}}` : `{"${record.kind}":${payload}}`
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
        if (size === 0) await handle.appendFile(`{"journal":${JSON.stringify([FORMAT, this.market, before])}}\n`)
      }
      await this.file.handle.appendFile(line)
      await this.file.handle.datasync()
    } catch (error) {
      this.failed = error instanceof Error ? error.message : String(error)
      this.log.error({ err: error, market: this.market }, 'the score is not stored any more')
    }
  }

  private take(line: string, first: boolean): JournalRecord | 'header' | undefined {
    const parsed = parseLine(line)
    if (parsed === undefined) return undefined
    if ('journal' in parsed) {
      const [format, market, head] = parsed.journal
      if (format !== FORMAT || market !== this.market || typeof head !== 'string') return undefined
      if (first) this.chain = new HashChain(head)
      return this.chain.head === head ? 'header' : undefined
    }
    if ('hash' in parsed) {
      const payload = line.slice(line.indexOf('"map":') + '"map":'.length, -1)
      return this.chain.add(payload) === parsed.hash ? { kind: 'map', ...parsed } : this.resync(parsed.hash)
    }
    this.chain.add(line.slice(line.indexOf(':') + 1, -1))
    if ('gap' in parsed) return { kind: 'gap', from: parsed.gap[0], to: parsed.gap[1] }
    return { kind: 'bar', bar: parsed.bar }
  }

  /** What follows a broken link is checked against what it says itself. */
  private resync(hash: string): undefined {
    this.chain = new HashChain(hash)
    return undefined
  }
}

/** `binance:BTCUSDT` as part of a file's name. */
function fileStem(market: string): string {
  return market.replace(/[^A-Za-z0-9]+/g, '-')
}

function payloadOf(record: Parameters<ScoreJournal['append']>[0]): string {
  switch (record.kind) {
    case 'map':
      return JSON.stringify(record.map)
    case 'gap':
      return JSON.stringify([record.from, record.to])
    case 'bar': {
      const { time, intervalMs, open, high, low, close, size, forced } = record.bar
      return JSON.stringify([
        time,
        intervalMs,
        open,
        high,
        low,
        close,
        size,
        forced?.long ?? null,
        forced?.short ?? null,
      ])
    }
  }
}

type Line =
  | { journal: readonly unknown[] }
  | { bar: SweptBar }
  | { gap: readonly [number, number] }
  | { hash: string; map: FrozenMap }

function parseLine(text: string): Line | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  if ('journal' in value && Array.isArray(value.journal)) return { journal: value.journal }
  if ('gap' in value && isNumbers(value.gap, 2)) return { gap: [value.gap[0]!, value.gap[1]!] }
  if ('bar' in value && Array.isArray(value.bar)) {
    const [time, intervalMs, open, high, low, close, size, long, short] = value.bar
    const figures: unknown = [time, intervalMs, open, high, low, close, size]
    if (!isNumbers(figures, 7)) return undefined
    const known = typeof long === 'number' && typeof short === 'number'
    const bar = { time, intervalMs, open, high, low, close, size, ...(known ? { forced: { long, short } } : {}) }
    return { bar }
  }
  if ('map' in value && 'hash' in value && typeof value.hash === 'string' && isFrozenMap(value.map))
    return { hash: value.hash, map: value.map }
  return undefined
}

/** The hash says that it is what was written; this, that what was written is a map. */
function isFrozenMap(value: unknown): value is FrozenMap {
  if (typeof value !== 'object' || value === null) return false
  return (
    'time' in value &&
    typeof value.time === 'number' &&
    'price' in value &&
    typeof value.price === 'number' &&
    'long' in value &&
    Array.isArray(value.long) &&
    'short' in value &&
    Array.isArray(value.short) &&
    'spread' in value
  )
}

function isNumbers(value: unknown, count: number): value is number[] {
  return Array.isArray(value) && value.length === count && value.every((one) => typeof one === 'number')
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
