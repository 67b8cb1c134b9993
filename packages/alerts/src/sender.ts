import { Agent, type Dispatcher, request } from 'undici'
import { publicLookup, refusePrivateLiteral } from './public-address.ts'

/** One request that delivers a message. */
export interface Post {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Posts and tells whether it was taken. Throws SendError. */
export type Sender = (post: Post, signal: AbortSignal) => Promise<void>

/** A delivery that failed. Its text names neither address nor answer: both may hold secrets. */
export class SendError extends Error {
  override readonly name = 'SendError'
  constructor(
    problem: string,
    /** False: trying again cannot help. */
    readonly mayRetry: boolean,
    /** What the receiver asked to wait, ms. */
    readonly waitMs?: number,
    options?: ErrorOptions,
  ) {
    super(problem, options)
  }
}

const TIMEOUT_MS = 10_000
/** Longest wait that a receiver may ask for, ms. */
const MOST_WAIT_MS = 3_600_000

/**
 * The one way out for alerts: https to public addresses, no redirects, ten seconds, the answer's body unread. For tests
 * `dispatcher` replaces the connections and with them the address check.
 */
export function safeSender(dispatcher?: Dispatcher): Sender {
  const through = dispatcher ?? new Agent({ connect: { lookup: publicLookup, timeout: TIMEOUT_MS } })
  return async ({ url, headers, body }, signal) => {
    const address = parse(url)
    const response = await request(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'liqscope', ...headers },
      body,
      dispatcher: through,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal,
    }).catch((cause: unknown) => {
      throw new SendError(`not reached (${codeOf(cause)})`, codeOf(cause) !== 'PrivateAddressError', undefined, {
        cause,
      })
    })
    await response.body.dump({ limit: 65_536 }).catch(() => undefined)
    const { statusCode } = response
    if (statusCode >= 200 && statusCode < 300) return
    const mayRetry = statusCode === 429 || statusCode === 408 || statusCode >= 500
    throw new SendError(`answered ${statusCode}`, mayRetry, waitOf(response.headers['retry-after']))
  }
}

function parse(text: string): URL {
  if (!URL.canParse(text)) throw new SendError('the address is not a URL', false)
  const url = new URL(text)
  if (url.protocol !== 'https:') throw new SendError('the address must begin with https://', false)
  if (url.username !== '' || url.password !== '')
    throw new SendError('the address must hold no user or password', false)
  try {
    refusePrivateLiteral(url)
  } catch (cause) {
    throw new SendError('not a public address', false, undefined, { cause })
  }
  return url
}

function waitOf(header: string | string[] | undefined): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header)
  return seconds > 0 ? Math.min(MOST_WAIT_MS, seconds * 1000) : undefined
}

/** The innermost code or name: `ECONNREFUSED`, `PrivateAddressError`. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.cause instanceof Error) return codeOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
