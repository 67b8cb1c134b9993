import type { CaptureShare } from '../capture/capture-count.ts'
import { type GroupPrior, groupPriorOf, type MarketShare } from './group-prior.ts'

/** Times kept of each member: a market that lags still reads what was known at its own time. */
const KEPT = 6

/**
 * What markets of one kind know of each other. Each puts its share in when it refits and takes out the group's prior
 * without its own share, so that nothing counts twice.
 *
 * A market that refits at a time reads what others had put in at EARLIER times only: the order in which markets are
 * fed between two refits changes nothing. Keep simulated and real markets in different pools.
 */
export class MarketPool {
  private readonly members = new Map<string, { readonly time: number; readonly share: MarketShare }[]>()

  private readonly captures = new Map<string, CaptureShare>()

  /** Notes what a complete feed would have shown had it been sampled. */
  putCapture(member: string, share: CaptureShare): void {
    this.captures.set(member, share)
  }

  /** What complete feeds would have shown, by member in the order of names. */
  get captureShares(): CaptureShare[] {
    return [...this.captures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, share]) => share)
  }

  /** Notes what `member` knows at `time`, epoch ms, in order of time. */
  put(member: string, time: number, share: MarketShare): void {
    const kept = this.members.get(member) ?? []
    if (kept.at(-1)?.time === time) kept.pop()
    kept.push({ time, share })
    if (kept.length > KEPT) kept.shift()
    this.members.set(member, kept)
  }

  /** What the others knew before `time` of markets with these starting weights, `undefined` when that is too little. */
  priorFor(member: string, time: number, prior: Readonly<Float64Array>): GroupPrior | undefined {
    const shares: MarketShare[] = []
    for (const [name, kept] of [...this.members].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (name === member) continue
      const found = kept.findLast((entry) => entry.time < time)?.share
      if (found?.prior.every((weight, c) => weight === prior[c])) shares.push(found)
    }
    return groupPriorOf(shares)
  }
}
