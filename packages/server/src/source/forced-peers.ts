import type { Instrument, Venue } from '@liqscope/market'

const MINUTE_MS = 60_000
/** A minute is over this long after its end: exchanges publish forced orders up to a second late, and clocks differ. */
const SETTLED_MS = 5_000
/** A venue is suspect when it would be silent in so many of its peers' minutes with less probability. */
const IMPROBABLE = 1e-4
/** Minutes of its peers after which a venue's part in them is believed. */
const NEEDED_MINUTES = 30
/** What is remembered of them: about this many minutes. */
const MEMORY_MINUTES = 2_000

interface Member {
  readonly symbol: string
  /** Minutes in which a peer spoke, fading, and those of them in which this venue did too; without the silence of now. */
  asked: number
  spoke: number
  /** The silence of now: minutes in which a peer spoke and this venue did not, and the first of them. */
  silent: number
  since: number | undefined
}

/** A venue that says nothing of a coin while others do. */
export interface SilentVenue {
  readonly venue: Venue
  readonly symbol: string
  readonly base: string
  /** Epoch ms. */
  readonly since: number
  /** Minutes since then in which another venue published forced orders of the coin. */
  readonly minutes: number
}

/**
 * Cross-checks venues' forced orders of one coin. A fall that liquidates on one exchange liquidates on the others: a venue
 * that used to speak in the part p of its peers' minutes is silent in n of them with probability (1 - p)^n. Minutes are
 * counted, not orders, because orders come in bursts. Pure: times are arguments, epoch ms.
 *
 * Worked line: p = 0.9; after four silent minutes 1e-4, after the fifth the venue is suspect.
 */
export class ForcedPeers {
  private readonly coins = new Map<string, Map<Venue, Member>>()
  /** Who has spoken of a coin, by minute, of minutes that are not over. */
  private readonly open = new Map<string, Map<number, Set<Venue>>>()

  /** A market's forced orders are listened to. Of several markets of a coin on one venue the first is watched. */
  expect({ base, venue, symbol }: Pick<Instrument, 'base' | 'venue' | 'symbol'>): void {
    const members = this.coins.get(base) ?? new Map<Venue, Member>()
    this.coins.set(base, members)
    if (!members.has(venue)) members.set(venue, { symbol, asked: 0, spoke: 0, silent: 0, since: undefined })
  }

  /** A forced order came. */
  note(base: string, venue: Venue, exchangeTime: number): void {
    const minutes = this.open.get(base) ?? new Map<number, Set<Venue>>()
    this.open.set(base, minutes)
    const minute = Math.floor(exchangeTime / MINUTE_MS) * MINUTE_MS
    minutes.set(minute, (minutes.get(minute) ?? new Set()).add(venue))
  }

  /** The venue was not connected: its silence says nothing. */
  interrupted(base: string, venue: Venue): void {
    const member = this.coins.get(base)?.get(venue)
    if (member === undefined) return
    member.silent = 0
    member.since = undefined
  }

  /** Venues that are suspect now. */
  suspects(now: number): SilentVenue[] {
    for (const [base, minutes] of this.open)
      for (const [minute, speakers] of [...minutes].sort(([a], [b]) => a - b)) {
        if (now < minute + MINUTE_MS + SETTLED_MS) continue
        minutes.delete(minute)
        this.settle(base, minute, speakers)
      }
    return [...this.coins].flatMap(([base, members]) =>
      [...members].flatMap(([venue, { symbol, asked, spoke, silent, since }]) =>
        since !== undefined && asked >= NEEDED_MINUTES && (1 - spoke / (asked + 1)) ** silent < IMPROBABLE
          ? [{ venue, symbol, base, since, minutes: silent }]
          : [],
      ),
    )
  }

  private settle(base: string, minute: number, speakers: ReadonlySet<Venue>): void {
    for (const [venue, member] of this.coins.get(base) ?? []) {
      const hasSpoken = speakers.has(venue)
      if (speakers.size === (hasSpoken ? 1 : 0)) {
        if (hasSpoken) endSilence(member)
        continue
      }
      if (!hasSpoken) {
        member.silent++
        member.since ??= minute
        continue
      }
      endSilence(member)
      const keep = 1 - 1 / MEMORY_MINUTES
      member.asked = member.asked * keep + 1
      member.spoke = member.spoke * keep + 1
    }
  }
}

/** It was silent by chance: that belongs to what is usual of it. */
function endSilence(member: Member): void {
  member.asked += member.silent
  member.silent = 0
  member.since = undefined
}
