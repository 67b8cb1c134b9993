import { join } from 'node:path'
import type { Clock } from '@liqscope/feeds'
import type { Instrument } from '@liqscope/market'
import type { FastifyBaseLogger } from 'fastify'
import type { DataFolder } from '../data-folder.ts'
import { ScoreJournal } from './journal.ts'
import { MarketScore } from './market-score.ts'

/** Opens the scores of markets. */
export class Scores {
  private readonly journals: ScoreJournal[] = []
  private readonly closing = new AbortController()

  /** @param folder where scores are kept; absent: in memory alone. */
  constructor(
    private readonly folder: DataFolder | undefined,
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
    if (this.folder === undefined || simulated) return new MarketScore(options)
    const notes: string[] = []
    try {
      const fault = await this.folder.fault()
      if (fault !== undefined) return new MarketScore({ ...options, notes: [`Nothing is stored: ${fault}.`] })
      const journal = new ScoreJournal(join(this.folder.path, 'score'), id, this.log)
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
  }
}
