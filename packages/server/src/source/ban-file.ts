import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Bans } from '@liqscope/feeds'
import type { FastifyBaseLogger } from 'fastify'
import { z } from 'zod'

const BanTable = z.record(z.string().max(200), z.number().int().nonnegative())
/** No venue bans for longer, ms: a deadline beyond it is a broken file or a clock that was wrong. */
const LONGEST_MS = 3 * 86_400_000

export interface KnownBans extends Bans {
  /** Every address with its deadline, epoch ms. */
  all(): Record<string, number>
}

/**
 * Bans in a small file, so that a restart does not ask a venue that wants silence. A file that cannot be read or written
 * is logged, and the bans of this run hold all the same.
 */
export function openBanFile(path: string, now: () => number, log: FastifyBaseLogger): KnownBans {
  const deadlines = new Map<string, number>(read(path, log))
  const until = (baseUrl: string) => {
    const deadline = deadlines.get(baseUrl) ?? 0
    return deadline - now() > LONGEST_MS ? 0 : deadline
  }
  return {
    until,
    all: () => Object.fromEntries([...deadlines.keys()].map((baseUrl) => [baseUrl, until(baseUrl)])),
    remember(baseUrl, until) {
      deadlines.set(baseUrl, Math.max(until, deadlines.get(baseUrl) ?? 0))
      for (const [known, deadline] of deadlines) if (deadline <= now()) deadlines.delete(known)
      try {
        mkdirSync(dirname(path), { recursive: true })
        // Whole or not at all: a crash in between leaves the old file.
        writeFileSync(`${path}.new`, `${JSON.stringify(Object.fromEntries(deadlines))}\n`)
        renameSync(`${path}.new`, path)
      } catch (error) {
        log.warn({ err: error, path }, 'a ban could not be written down')
      }
    },
  }
}

function read(path: string, log: FastifyBaseLogger): [string, number][] {
  try {
    return Object.entries(BanTable.parse(JSON.parse(readFileSync(path, 'utf8'))))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      log.warn({ err: error, path }, 'the file of bans is not readable and is left out')
    return []
  }
}
