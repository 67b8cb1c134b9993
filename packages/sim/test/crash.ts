import { type SimEvent, type SimLiquidation, SimMarket, type SimTrade } from '../src/index.ts'
import { type ClockedVenue, T0 } from './venue.ts'

/** Half an hour and seed 2, as `clockedVenue` has it. */
const WARMUP_MS = 1_800_000

/** What really happened in a market that lost 4 % of its value at once. */
export interface Crash {
  readonly events: readonly SimEvent[]
  readonly trades: readonly SimTrade[]
  readonly liquidations: readonly SimLiquidation[]
}

/** Lets the coin fall on the venue and on its twin, and runs both for `seconds`. */
export function crash(venue: ClockedVenue, seconds = 20): Crash {
  const twin = new SimMarket({ seed: 2, symbol: 'BTCUSDT', startTime: T0 - WARMUP_MS })
  twin.run(T0, () => {})
  twin.shock(-0.04)
  const events = twin.advance(T0 + seconds * 1000)
  venue.markets[0]?.shock(-0.04)
  for (let second = 0; second < seconds; second++) venue.turn(1000)
  return {
    events,
    trades: events.filter((event) => event.kind === 'trade'),
    liquidations: events.filter((event) => event.kind === 'liquidation'),
  }
}

/** A book rebuilt from absolute sizes. */
export class RebuiltBook {
  readonly bids = new Map<number, number>()
  readonly asks = new Map<number, number>()

  /** Rows of `[price, size, ...]`, or whatever `read` makes of them. */
  apply(bids: unknown, asks: unknown, read: (row: unknown) => readonly [number, number] = pairOf): void {
    for (const [side, rows] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const) {
      if (!Array.isArray(rows)) throw new Error(`not levels: ${JSON.stringify(rows)}`)
      for (const row of rows) {
        const [price, size] = read(row)
        if (size === 0) side.delete(price)
        else side.set(price, size)
      }
    }
  }

  /** Best first. */
  levels(count: number): { bids: [number, number][]; asks: [number, number][] } {
    return {
      bids: [...this.bids].sort((a, b) => b[0] - a[0]).slice(0, count),
      asks: [...this.asks].sort((a, b) => a[0] - b[0]).slice(0, count),
    }
  }
}

function pairOf(row: unknown): readonly [number, number] {
  return Array.isArray(row) ? [Number(row[0]), Number(row[1])] : [Number.NaN, Number.NaN]
}
