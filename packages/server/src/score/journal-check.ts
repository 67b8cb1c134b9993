import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { HorizonJson } from '@liqscope/protocol'
import { JournalError } from '../error.ts'
import { journalFiles } from './journal.ts'
import { JournalLines, marketOfHeader } from './journal-lines.ts'
import { MarketScore } from './market-score.ts'

/** What the files of one market's journal say, read by somebody who did not write them. */
export interface JournalCheck {
  readonly market: string
  /** Names, in the order of months. */
  readonly files: readonly string[]
  /** Time of the first and the last record, epoch ms. */
  readonly from: number
  readonly to: number
  readonly bars: number
  readonly gaps: number
  readonly maps: number
  /** Lines that are no record, or at which the chain of hashes breaks; where the first is. */
  readonly damaged: number
  readonly firstDamage: { readonly file: string; readonly line: number } | undefined
  /** Records after the last frozen map: no hash covers them yet. */
  readonly uncovered: number
  /** Hash of the last frozen map: over it and every line before. */
  readonly hash: string | undefined
  /** The running score, computed again from the files alone. */
  readonly horizons: readonly HorizonJson[]
}

/**
 * Checks journals of the running score: a folder (of a server's `--data`, or of the files themselves) or single files.
 * Changes nothing.
 *
 * @throws {JournalError} where there is no journal.
 */
export async function checkJournals(path: string): Promise<JournalCheck[]> {
  const files = await filesOf(path)
  const markets = new Map<string, string[]>()
  for (const file of files) {
    const market = await marketOf(file)
    markets.set(market, [...(markets.get(market) ?? []), file])
  }
  const checks: JournalCheck[] = []
  for (const [market, own] of markets) checks.push(await check(market, own))
  return checks
}

async function check(market: string, files: readonly string[]): Promise<JournalCheck> {
  const lines = new JournalLines(market)
  const score = new MarketScore({ market, simulated: false })
  const counts = { bar: 0, gap: 0, map: 0 }
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  let damaged = 0
  let firstDamage: JournalCheck['firstDamage']
  let uncovered = 0
  let hash: string | undefined
  for (const file of files) {
    let line = 0
    for await (const text of linesOf(file)) {
      line++
      const record = lines.take(text)
      if (record === undefined) {
        damaged++
        firstDamage ??= { file: basename(file), line }
        continue
      }
      if (record === 'header') continue
      counts[record.kind]++
      uncovered = record.kind === 'map' ? 0 : uncovered + 1
      if (record.kind === 'map') hash = record.hash
      const [start, end] = spanOf(record)
      from = Math.min(from, start)
      to = Math.max(to, end)
      score.restore(record)
    }
  }
  return {
    market,
    files: files.map((file) => basename(file)),
    from,
    to,
    bars: counts.bar,
    gaps: counts.gap,
    maps: counts.map,
    damaged,
    firstDamage,
    uncovered,
    hash,
    horizons: score.json().horizons,
  }
}

function spanOf(record: Exclude<ReturnType<JournalLines['take']>, 'header' | undefined>): [number, number] {
  if (record.kind === 'gap') return [record.from, record.to]
  if (record.kind === 'map') return [record.map.time, record.map.time]
  return [record.bar.time, record.bar.time + record.bar.intervalMs]
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new JournalError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  })
  if (!found.isDirectory()) return [path]
  for (const folder of [path, join(path, 'score')]) {
    const names = await journalFiles(folder).catch(() => [])
    if (names.length > 0) return names.map((name) => join(folder, name))
  }
  throw new JournalError(`${path} holds no journal of a running score (score/MARKET.YYYY-MM.ndjson)`)
}

async function marketOf(file: string): Promise<string> {
  for await (const line of linesOf(file)) {
    const market = marketOfHeader(line)
    if (market !== undefined) return market
    break
  }
  throw new JournalError(`${file} is no journal of a running score: its first line names no market`)
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
}
