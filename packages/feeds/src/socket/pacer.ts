import type { Clock, TimerHandle } from '../clock.ts'

/** In any window of `windowMs` at most `limit` sends. */
export interface SendLimit {
  readonly limit: number
  readonly windowMs: number
}

/** Sends texts in order within every limit: venues cut clients that talk too fast. */
export class Pacer {
  readonly #clock: Clock
  readonly #limits: readonly SendLimit[]
  readonly #longest: number
  readonly #send: (text: string) => void
  readonly #waiting: string[] = []
  /** Times of the last sends, oldest first: as many as the largest limit. */
  readonly #sent: number[] = []
  #timer: TimerHandle | undefined

  constructor(clock: Clock, limits: readonly SendLimit[], send: (text: string) => void) {
    this.#clock = clock
    this.#limits = limits
    this.#longest = Math.max(...limits.map(({ limit }) => limit))
    this.#send = send
  }

  push(text: string): void {
    this.#waiting.push(text)
    this.#drain()
  }

  /** Drops what waits. */
  stop(): void {
    this.#waiting.length = 0
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #drain(): void {
    if (this.#timer !== undefined) return
    for (;;) {
      if (this.#waiting.length === 0) return
      const now = this.#clock.now()
      const wait = Math.max(...this.#limits.map((limit) => this.#freeAt(limit))) - now
      if (wait > 0) {
        this.#timer = this.#clock.setTimeout(() => {
          this.#timer = undefined
          this.#drain()
        }, wait)
        return
      }
      if (this.#sent.length === this.#longest) this.#sent.shift()
      this.#sent.push(now)
      this.#send(this.#waiting.shift()!)
    }
  }

  /** When this limit allows one more. */
  #freeAt({ limit, windowMs }: SendLimit): number {
    const oldest = this.#sent.at(-limit)
    return oldest === undefined || this.#sent.length < limit ? 0 : oldest + windowMs
  }
}
