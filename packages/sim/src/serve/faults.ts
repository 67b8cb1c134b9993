import type { MessageKind } from './dialect.ts'

/** What goes wrong on purpose between the venue and its clients. Everything stays until `clear`, unless it counts. */
export class Faults {
  #silenced: string[] = []
  #blackUntil = 0
  #delayMs = 0
  #skippedBooks = 0
  #duplicates = 0
  #held = 0
  #refusals: { status: number; left: number } | undefined
  #dropAll: (code: number) => void = () => {}
  #sendAll: (text: string) => void = () => {}
  readonly #now: () => number

  /** `now` in epoch ms, on the wall clock. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Wires the faults that act on all connections at once. */
  connect(dropAll: (code: number) => void, sendAll: (text: string) => void): void {
    this.#dropAll = dropAll
    this.#sendAll = sendAll
  }

  /** Closes every connection now; 1006 cuts the line without a close frame. */
  dropConnections(code = 1006): void {
    this.#dropAll(code)
  }

  /** Nothing goes out and nothing is heard for this long, lines stay open: a half-open socket. */
  blackHole(ms: number): void {
    this.#blackUntil = this.#now() + ms
  }

  /** Sends no more of what is named by a message kind, or by a part of the stream's name such as `@forceOrder`. */
  silence(channel: string): void {
    this.#silenced.push(channel)
  }

  /** Loses this many order-book updates: the next one that arrives does not follow. */
  skipDepthSequence(count = 1): void {
    this.#skippedBooks += count
  }

  /** Sends this text to everyone now, whatever it is. */
  malformed(text: string): void {
    this.#sendAll(text)
  }

  /** Every message leaves this much later; 0 ends it. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** The next messages go out twice. */
  duplicate(count = 1): void {
    this.#duplicates += count
  }

  /** The next messages change places with the one after. */
  reorder(count = 1): void {
    this.#held += count
  }

  /** The next REST requests are answered with this status, 429, 418, 403 or 5xx. */
  refuse(status: number, times = 1): void {
    this.#refusals = { status, left: times }
  }

  clear(): void {
    this.#silenced = []
    this.#blackUntil = 0
    this.#delayMs = 0
    this.#skippedBooks = 0
    this.#duplicates = 0
    this.#held = 0
    this.#refusals = undefined
  }

  get dark(): boolean {
    return this.#now() < this.#blackUntil
  }

  get delayMs(): number {
    return this.#delayMs
  }

  /** The status to refuse this REST request with, or undefined. */
  takeRefusal(): number | undefined {
    const refusal = this.#refusals
    if (refusal === undefined || refusal.left === 0) return undefined
    refusal.left--
    return refusal.status
  }

  /** What becomes of a message: lost, sent, sent twice, or held until the next has gone. */
  fate(kind: MessageKind, channel: string): 'lost' | 'sent' | 'twice' | 'held' {
    if (this.dark) return 'lost'
    if (kind === 'control') return 'sent'
    if (this.#silenced.some((name) => name === kind || channel.includes(name))) return 'lost'
    if (kind === 'book' && this.#skippedBooks > 0) {
      this.#skippedBooks--
      return 'lost'
    }
    if (this.#duplicates > 0) {
      this.#duplicates--
      return 'twice'
    }
    if (this.#held > 0) {
      this.#held--
      return 'held'
    }
    return 'sent'
  }
}
