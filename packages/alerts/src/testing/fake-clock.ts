import type { Clock } from '../clock.ts'

/** Time that moves when a test says so; timers run in order, and what they started is awaited. */
export class FakeClock implements Clock {
  private readonly timers = new Set<{ at: number; run: () => void }>()

  constructor(private time = 0) {}

  now(): number {
    return this.time
  }

  setTimeout(run: () => void, ms: number): unknown {
    const timer = { at: this.time + ms, run }
    this.timers.add(timer)
    return timer
  }

  clearTimeout(handle: unknown): void {
    for (const timer of this.timers) if (timer === handle) this.timers.delete(timer)
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    for (;;) {
      await settled()
      const next = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.timers.delete(next)
      this.time = Math.max(this.time, next.at)
      next.run()
    }
    this.time = end
    await settled()
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}
