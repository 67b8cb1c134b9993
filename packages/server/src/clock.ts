import type { Clock } from '@liqscope/feeds'

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms)[Symbol.toPrimitive](),
  clearTimeout: (handle) => clearTimeout(handle),
}

/** Calls `task` every `ms` until the returned function is called. A slow task delays the next call, never doubles it. */
export function every(clock: Clock, ms: number, task: () => void): () => void {
  let handle = clock.setTimeout(run, ms)
  let stopped = false
  function run() {
    task()
    if (!stopped) handle = clock.setTimeout(run, ms)
  }
  return () => {
    stopped = true
    clock.clearTimeout(handle)
  }
}
