/** Time as the connection life sees it. Injected, so that a test can make a day pass at once. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  setTimeout(callback: () => void, ms: number): TimerHandle
  clearTimeout(handle: TimerHandle): void
}

export type TimerHandle = number

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms)[Symbol.toPrimitive](),
  clearTimeout: (handle) => clearTimeout(handle),
}

/** Resolves after `ms`, or at once when `signal` is aborted (the caller looks at the signal). */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const handle = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    const onAbort = () => {
      clock.clearTimeout(handle)
      resolve()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
