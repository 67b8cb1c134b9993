import type { RestAnswer } from '../rest/ask.ts'

/**
 * The answer to come, or `signal.reason` as soon as that is aborted: at once, so that a replay knows the moment. What
 * comes after the first is ignored.
 */
export function answered(
  signal: AbortSignal,
  begin: (resolve: (answer: RestAnswer) => void, reject: (error: Error) => void) => void,
): Promise<RestAnswer> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    const settled = () => signal.removeEventListener('abort', onAbort)
    begin(
      (answer) => {
        settled()
        resolve(answer)
      },
      (error) => {
        settled()
        reject(error)
      },
    )
  })
}

/** The failure of a request as `Ask` tells it. */
export function failureOf({ d, long }: { readonly d: string; readonly long?: true }): Error {
  return long ? new RangeError(d) : new Error(d)
}
