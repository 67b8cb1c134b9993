import type { Clock, TimerHandle } from '../src/clock.ts'

export { seededRandom as seeded } from '../src/capture/seeded-random.ts'

/** Time that passes when the test says so. Timers fire in order of their time, then of their making. */
export class FakeClock implements Clock {
  #now: number
  #nextHandle = 1
  readonly #timers = new Map<TimerHandle, { readonly at: number; readonly callback: () => void }>()

  constructor(now = 1_790_000_000_000) {
    this.#now = now
  }

  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, ms: number): TimerHandle {
    const handle = this.#nextHandle++
    this.#timers.set(handle, { at: this.#now + Math.max(0, ms), callback })
    return handle
  }

  clearTimeout(handle: TimerHandle): void {
    this.#timers.delete(handle)
  }

  /** Lets `ms` pass, firing what becomes due on the way. */
  advance(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      let due: { handle: TimerHandle; at: number } | undefined
      for (const [handle, { at }] of this.#timers)
        if (at <= until && (due === undefined || at < due.at)) due = { handle, at }
      if (due === undefined) break
      const timer = this.#timers.get(due.handle)
      this.#timers.delete(due.handle)
      this.#now = Math.max(this.#now, due.at)
      timer?.callback()
    }
    this.#now = until
  }

  /** Like `advance` in steps, giving real sockets and promises a turn after each. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.advance(Math.min(stepMs, ms - passed))
      await turn()
    }
  }
}

/** One turn of the real event loop: sockets on loopback deliver. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Waits in real time until `condition` holds. @throws after ten seconds: a loaded machine is slow, not wrong */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
