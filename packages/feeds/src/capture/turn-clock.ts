import type { Clock, TimerHandle } from '../clock.ts'

/** The system's timers wait this long at least, ms: a chain of zero waits must not stop time. */
const SHORTEST_MS = 1

interface Timer {
  readonly handle: TimerHandle
  readonly at: number
  readonly callback: () => void
}

/**
 * Time that stands still within a turn. Whoever drives it moves it on and fires what is due, one timer a turn, in the
 * order of their times, then of their making: the same calls give the same turns, at whatever speed.
 */
export class TurnClock implements Clock {
  #now: number
  #lastHandle = 0
  readonly #timers = new Map<TimerHandle, Timer>()
  /** The earliest; undefined: unknown, or there is none. */
  #first: Timer | undefined

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const timer = { handle: ++this.#lastHandle, at: this.#now + Math.max(SHORTEST_MS, ms), callback }
    const first = this.#earliest()
    this.#timers.set(timer.handle, timer)
    if (first === undefined || timer.at < first.at) this.#first = timer
    return timer.handle
  }

  clearTimeout(handle: TimerHandle): void {
    this.#timers.delete(handle)
    if (this.#first?.handle === handle) this.#first = undefined
  }

  /** When the next timer fires, epoch ms; undefined when none is set. */
  get due(): number | undefined {
    return this.#earliest()?.at
  }

  /** Moves time on, never back. */
  moveTo(time: number): void {
    this.#now = Math.max(this.#now, time)
  }

  /** Moves time to the next timer and calls it. */
  fire(): void {
    const timer = this.#earliest()
    if (timer === undefined) return
    this.clearTimeout(timer.handle)
    this.moveTo(timer.at)
    timer.callback()
  }

  #earliest(): Timer | undefined {
    if (this.#first !== undefined) return this.#first
    for (const timer of this.#timers.values())
      if (this.#first === undefined || timer.at < this.#first.at) this.#first = timer
    return this.#first
  }
}
