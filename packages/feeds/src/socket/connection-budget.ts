/**
 * How often a venue lets one address connect. Shared by every socket of the venue, so that a storm of reconnects stays
 * within it. In any window of `windowMs` at most `limit` connections are begun.
 */
export class ConnectionBudget {
  /** Begin times granted, oldest first, never decreasing; the last `limit` are kept. */
  readonly #granted: number[] = []

  constructor(
    readonly limit: number,
    readonly windowMs: number,
  ) {}

  /** The time, `now` or later, at which the caller may begin one connection. The place is taken at once. */
  reserve(now: number): number {
    const oldest = this.#granted.length < this.limit ? undefined : this.#granted.shift()
    const free = oldest === undefined ? now : oldest + this.windowMs
    const start = Math.max(now, free, this.#granted.at(-1) ?? now)
    this.#granted.push(start)
    return start
  }
}
