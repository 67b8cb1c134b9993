import type { MarginSchedule, MarginTable } from '@liqscope/market'
import type { Clock } from '../clock.ts'
import type { VenueRest } from './adapter.ts'
import type { LiveMarket } from './live-market.ts'

/** Venues change their tables a few times a year and say so days before. */
const DAY_MS = 86_400_000

export interface MarginTablesOptions {
  readonly rest: VenueRest
  readonly clock: Clock
  readonly onTable: (table: MarginTable) => void
  /** A venue that did not answer; the table is asked for again at the next refresh. */
  readonly onError: (error: unknown) => void
}

/** Reads the followed instruments' maintenance tables, one request after the other, and tells each that is new. */
export class MarginTables {
  readonly #options: MarginTablesOptions
  readonly #read = new WeakMap<LiveMarket, { readonly at: number; readonly tiers: string }>()
  #queue: Promise<void> = Promise.resolve()

  constructor(options: MarginTablesOptions) {
    this.#options = options
  }

  /** Reads what was not read within the last day. Resolves when all are read; never rejects. */
  refresh(markets: Iterable<LiveMarket>): Promise<void> {
    for (const market of markets) this.#queue = this.#queue.then(() => this.#refresh(market))
    return this.#queue
  }

  async #refresh(market: LiveMarket): Promise<void> {
    const { rest, clock, onTable, onError } = this.#options
    const known = this.#read.get(market)
    if (market.signal.aborted || (known !== undefined && clock.now() - known.at < DAY_MS)) return
    try {
      const schedule = await rest.marginTiers?.(market.instrument, market.signal)
      if (schedule === undefined || market.signal.aborted) return
      const tiers = JSON.stringify(schedule.tiers)
      this.#read.set(market, { at: clock.now(), tiers })
      if (tiers !== known?.tiers) onTable(tableOf(market, schedule, clock.now()))
    } catch (error) {
      if (!market.signal.aborted) onError(error)
    }
  }
}

function tableOf({ instrument }: LiveMarket, schedule: MarginSchedule, receivedTime: number): MarginTable {
  return {
    kind: 'marginTable',
    instrument: instrument.id,
    exchangeTime: schedule.validFrom,
    receivedTime,
    ...schedule,
  }
}
