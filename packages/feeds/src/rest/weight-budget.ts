/** How much of a venue's request allowance we use: in any window at most `limit` weight, and nothing during a ban. */
export class WeightBudget {
  /** Grants of the last window, oldest first; times never decrease. */
  readonly #grants: { readonly at: number; readonly weight: number }[] = []
  #blockedUntil = 0

  /** @param limit weight per window: half of what the venue allows */
  constructor(
    readonly limit: number,
    readonly windowMs: number,
  ) {}

  /** Epoch ms until which the venue wants silence; in the past when it does not. */
  get blockedUntil(): number {
    return this.#blockedUntil
  }

  /** The time, `now` or later, at which a request of this weight may go out. The weight is taken at once. */
  reserve(now: number, weight: number): number {
    if (weight > this.limit) throw new RangeError(`a request of weight ${weight} never fits into ${this.limit}`)
    let start = Math.max(now, this.#blockedUntil, this.#grants.at(-1)?.at ?? 0)
    this.#forget(start)
    let used = this.#grants.reduce((sum, grant) => sum + grant.weight, 0)
    while (used + weight > this.limit) {
      const oldest = this.#grants.shift()!
      used -= oldest.weight
      start = Math.max(start, oldest.at + this.windowMs)
    }
    this.#grants.push({ at: start, weight })
    return start
  }

  /** The venue said stop until then (429, 418). Never shortens an earlier word. */
  block(until: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, until)
  }

  #forget(now: number): void {
    while (this.#grants[0] !== undefined && this.#grants[0].at + this.windowMs <= now) this.#grants.shift()
  }
}
