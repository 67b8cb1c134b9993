import { EXCHANGES } from '@liqscope/feeds'
import { describeFaults, type FaultStep } from '@liqscope/sim'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lineFaults, mayOvertake } from './line-faults.ts'
import { differences } from './same-events.ts'
import { TwinFeeds } from './twin-feeds.ts'

/** Schedules of faults; `LIQSCOPE_FAULT_SEEDS=10000` runs as many. Each exchange has its own in every round. */
const SEEDS = Number(process.env.LIQSCOPE_FAULT_SEEDS ?? 200)
const FIRST_SEED = Number(process.env.LIQSCOPE_FAULT_SEED ?? 1)
const ROUNDS = Math.ceil(SEEDS / EXCHANGES.length)
/** Faults begin within the first part of a round; in the rest everything is repaired. */
const FAULTS_MS = 3_000
const ROUND_MS = 5_200
const WARMUP_MS = 6 * 3_600_000
/** Events kept from one round to the next: some states are told once a minute. */
const KEPT_MS = 120_000
/** What is sent last may still be on its way. */
const NEWEST_MS = 1_500

let feeds: TwinFeeds
beforeAll(async () => {
  feeds = await TwinFeeds.open(EXCHANGES, 2, WARMUP_MS)
}, 120_000)
afterAll(() => feeds.close())

it(
  `${SEEDS} schedules of faults: the same events as without, apart from the gaps that are told`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const began = feeds.clock.now()
      const schedules = EXCHANGES.map((_, i) => lineFaults(FIRST_SEED + round * EXCHANGES.length + i, FAULTS_MS))
      feeds.shock(round % 2 === 0 ? -0.01 : 0.01)
      await feeds.run(ROUND_MS, (passed) => {
        for (const [i, { faulty }] of feeds.twins.entries())
          for (const { atMs, fault } of schedules[i] ?? [])
            if (atMs >= passed && atMs < passed + 100) faulty.venue.faults.inflict(fault)
      })
      for (const { faulty } of feeds.twins) faulty.venue.faults.clear()
      await feeds.whole()
      const span = { from: began - NEWEST_MS, to: feeds.clock.now() - NEWEST_MS }
      for (const [i, { exchange, quiet, faulty }] of feeds.twins.entries()) {
        const schedule = schedules[i] ?? []
        const found = differences(quiet.events, faulty.events, span, {
          mayBeOvertaken: (time) => mayOvertake(schedule, time - began, 3_000),
          seesAllForced: exchange !== 'hyperliquid',
          stateWithinMs: exchange === 'hyperliquid' ? 2_500 : 0,
        })
        expect(found, `${exchange}, ${described(FIRST_SEED + round * EXCHANGES.length + i, schedule)}`).toEqual([])
        for (const events of [quiet.events, faulty.events]) events.splice(0, countBefore(events, began))
      }
    }
  },
  1_000 * Math.max(120, SEEDS),
)

function described(seed: number, schedule: readonly FaultStep[]): string {
  return `LIQSCOPE_FAULT_SEED=${seed}, ${describeFaults(seed, schedule)}`
}

/** Events of rounds before the last need no longer be kept. */
function countBefore(events: readonly { readonly exchangeTime: number }[], time: number): number {
  const first = events.findIndex(({ exchangeTime }) => exchangeTime >= time - KEPT_MS)
  return first < 0 ? events.length : first
}
