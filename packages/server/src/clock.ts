import type { Clock } from '@liqscope/feeds'

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms)[Symbol.toPrimitive](),
  clearTimeout: (handle) => clearTimeout(handle),
}

/**
 * Calls `task` every `ms` until the returned function is called. A slow task delays the next call, never doubles it; a
 * failed one is reported and does not end the series.
 */
export function every(clock: Clock, ms: number, task: () => void, onError: (error: unknown) => void): () => void {
  let handle = clock.setTimeout(run, ms)
  let stopped = false
  function run() {
    try {
      task()
    } catch (error) {
      onError(error)
    }
    if (!stopped) handle = clock.setTimeout(run, ms)
  }
  return () => {
    stopped = true
    clock.clearTimeout(handle)
  }
}
