import type { ChannelStatus } from '../feed.ts'

/** Our clock and the venue's differ by more than a network explains, ms. */
const SUSPECT_MS = 500
/** The difference is small again below this, ms: it must not be told each second. */
const CALM_MS = 400
/** Channels whose exchange time is the moment of sending. */
const PROMPT: readonly string[] = ['trade', 'markPrice', 'orderBook']

/** Tells once when our clock and a venue's part, and once when they meet again. */
export class SkewWatch {
  #isApart = false

  /** A sentence, when there is something new to say. */
  look(statuses: readonly ChannelStatus[]): string | undefined {
    const skews = statuses.flatMap(({ channel, skewMs }) =>
      skewMs !== undefined && PROMPT.includes(channel) ? [skewMs] : [],
    )
    // The promptest channel: what the others are late by is theirs.
    const nearest = skews.reduce<number | undefined>(
      (best, skew) => (best === undefined || Math.abs(skew) < Math.abs(best) ? skew : best),
      undefined,
    )
    if (nearest === undefined) return undefined
    if (!this.#isApart && Math.abs(nearest) >= SUSPECT_MS) {
      this.#isApart = true
      const direction = nearest > 0 ? 'ahead of' : 'behind'
      return `our clock is ${(Math.abs(nearest) / 1_000).toFixed(1)} s ${direction} the venue's, network included; check the time of this machine`
    }
    if (this.#isApart && Math.abs(nearest) < CALM_MS) {
      this.#isApart = false
      return "our clock agrees with the venue's again"
    }
    return undefined
  }
}
