import { mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@liqscope/feeds'
import type { Instrument } from '@liqscope/market'
import type { FastifyBaseLogger } from 'fastify'
import { ScoreJournal } from './journal.ts'
import { MarketScore } from './market-score.ts'

/** Opens the scores of markets, and the folder that keeps them. One process keeps a folder at a time. */
export class Scores {
  private readonly journals: ScoreJournal[] = []
  private readonly closing = new AbortController()
  private lock: Promise<string | undefined> | undefined

  /** @param dir where scores are kept; absent: in memory alone. */
  constructor(
    private readonly dir: string | undefined,
    private readonly clock: Clock,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** The score of a file: of its own time, kept nowhere, because the file gives it again. */
  ofFile(instrument: Instrument, historyEnd: number): MarketScore {
    return new MarketScore({ market: instrument.id, simulated: instrument.simulated, historyEnd })
  }

  /**
   * The score of a running market, with what was stored of it. A simulated market begins anew at each start: its score
   * does too. Never rejects: a folder that cannot be used is said in the score's notes.
   */
  async ofMarket({ id, simulated }: Instrument): Promise<MarketScore> {
    const options = { market: id, simulated, now: () => this.clock.now() }
    if (this.dir === undefined || simulated) return new MarketScore(options)
    const notes: string[] = []
    try {
      const owner = await this.acquire(this.dir)
      if (owner !== undefined) {
        notes.push(`Nothing is stored: another liqscope (process ${owner}) keeps its scores in ${this.dir}.`)
        return new MarketScore({ ...options, notes })
      }
      const journal = new ScoreJournal(join(this.dir, 'score'), id, this.log)
      this.journals.push(journal)
      const score = new MarketScore({ ...options, journal, notes })
      const { damaged, torn } = await journal.read((record) => score.restore(record))
      if (torn > 0) notes.push('The last line of the journal was cut off, as by a power failure; it was left out.')
      if (damaged > 0)
        notes.push(
          `${damaged} lines of the journal are damaged or were changed: they are left out, and the chain of hashes is broken there.`,
        )
      return score
    } catch (error) {
      this.log.error({ err: error, market: id }, 'the score is not stored')
      const reason = error instanceof Error ? error.message : String(error)
      return new MarketScore({ ...options, notes: [`Nothing is stored: ${reason}.`] })
    }
  }

  get isClosed(): boolean {
    return this.closing.signal.aborted
  }

  /** Resolves when all is on the disk. */
  async close(): Promise<void> {
    this.closing.abort()
    await Promise.all(this.journals.map((journal) => journal.close()))
    if (this.dir !== undefined && this.lock !== undefined && (await this.lock) === undefined)
      await unlink(join(this.dir, LOCK)).catch(() => undefined)
  }

  /** @returns who holds the folder; undefined when we do. */
  private acquire(dir: string): Promise<string | undefined> {
    this.lock ??= takeLock(dir)
    return this.lock
  }
}

const LOCK = 'lock'

async function takeLock(dir: string): Promise<string | undefined> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, LOCK)
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = await open(path, 'wx')
      await handle.writeFile(`${process.pid}\n`)
      await handle.close()
      return undefined
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const owner = (await readFile(path, 'utf8').catch(() => '')).trim()
      if (isRunning(Number(owner)) || attempt > 0) return owner
      await unlink(path).catch(() => undefined) // left behind by a process that was killed
    }
  }
}

/** Our own number may be that of a process before a reboot, as in a container: then the file is a leftover too. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
