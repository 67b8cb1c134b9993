import type { Venue } from '@liqscope/market'
import type { Refusal } from './feed.ts'

/** Different reasons kept per venue: reasons name symbols and event types, which a hostile peer could vary for ever. */
const MAX_REASONS = 500
/** Longest text kept per refusal, characters. */
const MAX_TEXT = 500

interface Tally {
  count: number
  lastText: string
}

/** Counts what did not become an event, by channel and reason, and keeps the newest text of each for diagnosis. */
export class Refusals {
  readonly #tallies = new Map<string, Tally & { readonly channel: string; readonly reason: string }>()

  constructor(readonly venue: Venue) {}

  add(channel: string, reason: string, text: string): void {
    const known = this.#tallies.get(`${channel}\n${reason}`)
    if (known === undefined && this.#tallies.size >= MAX_REASONS) {
      this.#count('frame', 'other reasons', text)
    } else this.#count(channel, reason, text)
  }

  list(): Refusal[] {
    return [...this.#tallies.values()].map((tally) => ({ venue: this.venue, ...tally }))
  }

  #count(channel: string, reason: string, text: string): void {
    const key = `${channel}\n${reason}`
    const tally = this.#tallies.get(key) ?? { channel, reason, count: 0, lastText: '' }
    tally.count++
    tally.lastText = text.slice(0, MAX_TEXT)
    this.#tallies.set(key, tally)
  }
}
