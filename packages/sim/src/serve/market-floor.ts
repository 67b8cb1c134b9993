import { setImmediate as breathe } from 'node:timers/promises'
import type { SimContract } from '../core/contract.ts'
import type { SimEvent } from '../core/event.ts'
import { runTogether } from '../core/market-group.ts'
import { fundamentalOf, SimMarket } from '../core/sim-market.ts'
import { MarketRecord } from '../record/market-record.ts'

/** Warm-up is cut into pieces of this much simulated time, so that the process stays responsive. */
const WARMUP_PIECE_MS = 15 * 60_000
/** After a pause (a sleeping laptop) the markets catch up at no more than this per step. */
const MOST_PER_STEP_MS = 300_000

/** A market, its past, and on whose venue it is. */
export interface FloorMarket {
  /** Empty when all venues serve the same market. */
  readonly venue: string
  readonly market: SimMarket
  readonly record: MarketRecord
}

export interface FloorOptions {
  readonly seed: number
  readonly contracts: readonly SimContract[]
  /** One market per symbol and venue, which share what the coin is worth. Empty: one market per symbol. */
  readonly venues: readonly string[]
  readonly startTime: number
}

/** The markets that are simulated together. */
export class MarketFloor {
  readonly markets: readonly FloorMarket[]

  constructor({ seed, contracts, venues, startTime }: FloorOptions) {
    this.markets = contracts.flatMap((contract) => {
      if (venues.length === 0)
        return [{ venue: '', market: new SimMarket({ seed, contract, startTime }), record: new MarketRecord() }]
      const fundamental = fundamentalOf(seed, contract)
      return venues.map((venue) => ({
        venue,
        market: new SimMarket({ seed, contract, startTime, coin: { venue, fundamental } }),
        record: new MarketRecord(),
      }))
    })
  }

  /** Runs the past up to what `now` says, which moves meanwhile. */
  async warmUp(now: () => number): Promise<void> {
    for (;;) {
      const reached = this.markets[0]?.market.time ?? 0
      const target = now()
      if (reached >= target) return
      runTogether(this.markets, Math.min(reached + WARMUP_PIECE_MS, target), ({ record }, event) => record.apply(event))
      await breathe()
    }
  }

  /** Runs all markets towards `target` (epoch ms) and says for each what happened, in order. */
  advance(target: number): ReadonlyMap<FloorMarket, readonly SimEvent[]> {
    const happened = new Map<FloorMarket, SimEvent[]>(this.markets.map((one) => [one, []]))
    const reached = this.markets[0]?.market.time ?? 0
    runTogether(this.markets, Math.min(target, reached + MOST_PER_STEP_MS), (one, event) => {
      one.record.apply(event)
      happened.get(one)?.push(event)
    })
    return happened
  }
}
