/** One request as it goes out. */
export interface RestRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** One whole answer. */
export interface RestAnswer {
  readonly status: number
  readonly text: string
  /** The header `retry-after`, where there was one. */
  readonly retryAfter?: string
}

/**
 * Asks one question: what a test, a recording or a replay can replace. Rejects when there is no answer, with
 * `signal.reason` when that was aborted, and with a RangeError when the answer is too long to read.
 */
export type Ask = (request: RestRequest, signal: AbortSignal) => Promise<RestAnswer>

/** Longest answer read, bytes; an exchangeInfo of 700 symbols is about 1.3 MB. */
const MAX_BYTES = 16 * 1024 * 1024

/** Asks with `fetch`. A redirect to another host is no answer. */
export const askWithFetch: Ask = async ({ method, url, headers, body }, signal) => {
  try {
    const init = body === undefined ? {} : { body }
    const response = await fetch(url, { method, headers, signal, redirect: 'error', ...init })
    const text = await readBounded(response)
    const retryAfter = response.headers.get('retry-after')
    return { status: response.status, text, ...(retryAfter === null ? {} : { retryAfter }) }
  } catch (cause) {
    if (cause instanceof RangeError) throw cause
    throw new Error(reasonOf(cause), { cause })
  }
}

/** @throws {RangeError} when the body is longer than we read */
async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  if (response.body === null) return text
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new RangeError(`the answer is longer than ${MAX_BYTES} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** `fetch` hides why it failed in the cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}
