import type { SimEvent } from './event.ts'
import { BEAT_MS, type SimMarket } from './sim-market.ts'

/**
 * Runs markets to `toTime` (epoch ms) side by side, one beat at a time, so that those of one coin see each other's
 * effect on it, and the same seed gives the same events however the time is cut.
 */
export function runTogether<M extends { readonly market: SimMarket }>(
  members: readonly M[],
  toTime: number,
  listener: (member: M, event: SimEvent) => void,
): void {
  const first = members[0]
  if (first === undefined) return
  for (let time = first.market.time; time < toTime; ) {
    time = Math.min(toTime, (Math.floor(time / BEAT_MS) + 1) * BEAT_MS)
    for (const member of members) member.market.run(time, (event) => listener(member, event))
  }
}
