import { type SimVenue, type SimVenueOptions, startSimVenue } from '../src/index.ts'

/** A moment in a busy hour, so that tests see trades at once. */
export const T0 = Date.UTC(2026, 10, 18, 14, 0, 0)

/** A venue whose clock stands still until it is turned. */
export interface ClockedVenue extends SimVenue {
  /** Turns the clock and brings the markets up to it. */
  turn(ms: number): void
}

/** Half an hour of history, one market, unless asked otherwise. */
export async function clockedVenue(options: Partial<SimVenueOptions> = {}): Promise<ClockedVenue> {
  let time = T0
  const venue = await startSimVenue({ seed: 2, warmupMs: 1_800_000, symbols: ['BTCUSDT'], now: () => time, ...options })
  return {
    ...venue,
    get connections() {
      return venue.connections
    },
    turn(ms: number) {
      time += ms
      venue.step()
    },
  }
}
