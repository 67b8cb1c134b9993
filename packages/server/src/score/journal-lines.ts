import type { FrozenMap, SweptBar } from '@liqscope/engine'
import { HashChain } from './hash-chain.ts'

const JOURNAL_FORMAT = 1

export type JournalRecord =
  | { readonly kind: 'bar'; readonly bar: SweptBar }
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  | { readonly kind: 'map'; readonly map: FrozenMap; readonly hash: string }

/** A record that is not written yet: a map has no hash before it is. */
export type NewRecord = Exclude<JournalRecord, { kind: 'map' }> | { readonly kind: 'map'; readonly map: FrozenMap }

/** The lines of one market's journal in their order, read or written, and the chain of hashes over them. */
export class JournalLines {
  private chain = new HashChain()
  private isFirst = true

  constructor(private readonly market: string) {}

  /** The hash over every line so far. */
  get head(): string {
    return this.chain.head
  }

  /** What a file of the journal begins with. */
  header(head: string): string {
    return `{"journal":${JSON.stringify([JOURNAL_FORMAT, this.market, head])}}`
  }

  /** The line of a record, and the hash up to it. */
  write(record: NewRecord): { readonly line: string; readonly hash: string } {
    this.isFirst = false
    const payload = payloadOf(record)
    const hash = this.chain.add(payload)
    return {
      hash,
      line: record.kind === 'map' ? `{"hash":"${hash}","map":${payload}}` : `{"${record.kind}":${payload}}`,
    }
  }

  /** Takes a line that was written. @returns `undefined` for one that is no record, or not the one that was written. */
  take(line: string): JournalRecord | 'header' | undefined {
    const first = this.isFirst
    this.isFirst = false
    const parsed = parseLine(line)
    if (parsed === undefined) return undefined
    if ('journal' in parsed) {
      const [format, market, head] = parsed.journal
      if (format !== JOURNAL_FORMAT || market !== this.market || typeof head !== 'string') return undefined
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

/** The market that a file's first line names. */
export function marketOfHeader(line: string): string | undefined {
  const parsed = parseLine(line)
  const market = parsed !== undefined && 'journal' in parsed ? parsed.journal[1] : undefined
  return typeof market === 'string' ? market : undefined
}

function payloadOf(record: NewRecord): string {
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
