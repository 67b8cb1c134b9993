/** Time and timers, so that tests need not wait. */
export interface Clock {
  now(): number // epoch ms
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}
