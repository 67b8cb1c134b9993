import type { Clock, TimerHandle } from '../clock.ts'

/** Sends texts in order, never more than `perSecond` in any second: venues cut clients that talk too fast. */
export class Pacer {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #send: (text: string) => void
  readonly #waiting: string[] = []
  /** Times of the last `perSecond` sends, oldest first. */
  readonly #sent: number[] = []
  #timer: TimerHandle | undefined

  constructor(clock: Clock, perSecond: number, send: (text: string) => void) {
    this.#clock = clock
    this.#perSecond = perSecond
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
      const now = this.#clock.now()
      const oldest = this.#sent.length < this.#perSecond ? undefined : this.#sent[0]
      const wait = oldest === undefined ? 0 : oldest + 1_000 - now
      if (this.#waiting.length === 0) return
      if (wait > 0) {
        this.#timer = this.#clock.setTimeout(() => {
          this.#timer = undefined
          this.#drain()
        }, wait)
        return
      }
      if (oldest !== undefined) this.#sent.shift()
      this.#sent.push(now)
      this.#send(this.#waiting.shift()!)
    }
  }
}
