/** The first retry comes within this, ms. */
const BASE_MS = 1_000
/** No retry waits longer, ms: an exchange that is back should not be missed for minutes. */
const CAP_MS = 30_000
/** A connection must have lived this long and delivered data before the next retry may be quick again, ms. */
const STABLE_AFTER_MS = 10_000

/**
 * Waits between connection attempts: exponential with full jitter (each wait is uniform in [0, bound)), so that many
 * clients of one venue do not return together. A connection that opens and dies at once does not reset it.
 */
export class Backoff {
  #attempts = 0

  /** @param random uniform in [0, 1) */
  constructor(readonly random: () => number) {}

  /** The wait before the next attempt, ms. */
  next(): number {
    const bound = Math.min(CAP_MS, BASE_MS * 2 ** this.#attempts)
    this.#attempts++
    return this.random() * bound
  }

  /** Call when a connection ended that had been open for `openMs`. */
  ended(openMs: number, deliveredData: boolean): void {
    if (openMs >= STABLE_AFTER_MS && deliveredData) this.#attempts = 0
  }
}
