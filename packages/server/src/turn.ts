/** Work done before sockets and timers get their turn: a page's request waits no longer than this. */
const WORK_MS = 15

/** Call between pieces of long work: waits when it has gone on for long enough. */
export function takingTurns(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < WORK_MS) return undefined
    return new Promise((resolve) =>
      setImmediate(() => {
        since = performance.now()
        resolve()
      }),
    )
  }
}
