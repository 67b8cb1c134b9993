import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Message } from './message.ts'

/** One message for one channel. */
export interface Parcel {
  /** Message and channel: a second parcel of the same id is the same and is not taken. */
  readonly id: string
  readonly channel: string
  readonly message: Message
  /** When it was handed in, epoch ms. */
  readonly queuedAt: number
}

type Entry =
  | ({ readonly op: 'queued' } & Parcel)
  | { readonly op: 'done'; readonly id: string; readonly at: number; readonly outcome: 'sent' | 'dropped' }

/** Ids of what was done are remembered so long, ms: a restart may replay the last minutes of a market. */
const REMEMBER_MS = 24 * 3_600_000
/** A file with so many entries more than it needs is written anew. */
const COMPACT_ABOVE = 2_000

/**
 * Parcels on their way, on disk. What a caller may rely on: once `queue` returns, the parcel is delivered or dropped with
 * a reason, whatever happens to the process in between (each entry is synced before the call returns); a parcel may be
 * delivered twice when the process dies between the delivery and its entry, never silently not at all. A torn last line,
 * which is what a crash leaves, is skipped.
 *
 * Without a path it lives in memory.
 */
export class Outbox {
  private readonly waiting = new Map<string, Parcel>()
  private readonly done = new Map<string, number>()
  private file: number | undefined
  private entries = 0

  constructor(
    private readonly path?: string,
    private readonly compactAbove = COMPACT_ABOVE,
  ) {
    if (path === undefined) return
    mkdirSync(dirname(path), { recursive: true })
    for (const entry of existsSync(path) ? entriesOf(readFileSync(path, 'utf8')) : []) this.take(entry)
    this.compact(Number.NEGATIVE_INFINITY)
  }

  /** @returns false when the same parcel is on its way or was done within the last day. */
  queue(parcel: Parcel): boolean {
    if (this.waiting.has(parcel.id) || this.done.has(parcel.id)) return false
    this.append({ op: 'queued', ...parcel })
    return true
  }

  finish(id: string, outcome: 'sent' | 'dropped', at: number): void {
    if (!this.waiting.has(id)) return
    this.append({ op: 'done', id, at, outcome })
    if (this.entries > this.waiting.size + this.done.size + this.compactAbove) this.compact(at - REMEMBER_MS)
  }

  /** In the order they were queued. */
  pending(): Parcel[] {
    return [...this.waiting.values()]
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private append(entry: Entry): void {
    if (this.file !== undefined) {
      writeSync(this.file, `${JSON.stringify(entry)}\n`)
      fsyncSync(this.file)
    }
    this.take(entry)
  }

  private take(entry: Entry): void {
    this.entries++
    if (entry.op === 'queued') {
      const { op, ...parcel } = entry
      this.waiting.set(parcel.id, parcel)
    } else {
      this.waiting.delete(entry.id)
      this.done.set(entry.id, entry.at)
    }
  }

  /** Writes what is needed to a new file and puts it in the place of the old one. */
  private compact(doneAfter: number): void {
    for (const [id, at] of this.done) if (at < doneAfter) this.done.delete(id)
    if (this.path === undefined) return
    this.close()
    const next = `${this.path}.next`
    const file = openSync(next, 'w', 0o600)
    const kept: Entry[] = [
      ...[...this.done].map(([id, at]): Entry => ({ op: 'done', id, at, outcome: 'sent' })),
      ...this.pending().map((parcel): Entry => ({ op: 'queued', ...parcel })),
    ]
    for (const entry of kept) writeSync(file, `${JSON.stringify(entry)}\n`)
    fsyncSync(file)
    closeSync(file)
    renameSync(next, this.path)
    this.file = openSync(this.path, 'a', 0o600)
    this.entries = kept.length
  }
}

function* entriesOf(text: string): Generator<Entry> {
  for (const line of text.split('\n')) {
    const entry = parsed(line)
    if (isEntry(entry)) yield entry
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null || !('op' in value) || !('id' in value)) return false
  if (typeof value.id !== 'string') return false
  if (value.op === 'done') return 'at' in value && typeof value.at === 'number'
  return value.op === 'queued' && 'channel' in value && typeof value.channel === 'string' && 'message' in value
}
