import type { Venue } from '@liqscope/market'
import { type Clock, sleep } from '../clock.ts'
import { FeedError } from '../feed.ts'
import { isRecord, shown } from '../wire-values.ts'
import { type Bans, noBans } from './bans.ts'
import type { WeightBudget } from './weight-budget.ts'

export interface RestOptions {
  readonly venue: Venue
  readonly baseUrl: string
  readonly clock: Clock
  /** Uniform in [0, 1): jitter of retries. */
  readonly random: () => number
  /** The venue's, shared by everything that asks it. */
  readonly budget: WeightBudget
  /** What the venue said in earlier runs. */
  readonly bans?: Bans
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A whole answer must arrive in this time, ms. */
const TIMEOUT_MS = 10_000
/** Longest answer read, bytes; an exchangeInfo of 700 symbols is about 1.3 MB. */
const MAX_BYTES = 16 * 1024 * 1024
/** Tries per request; only what may be temporary is tried again. */
const TRIES = 3
const RETRY_BASE_MS = 500
/** A request waits this long for its turn or for the end of a ban, ms; beyond it fails and says until when. */
const MAX_WAIT_MS = 90_000
/** Silence after a 429, a 418 or a 403 that names no time, ms: one window, the shortest ban, Bybit's ten minutes. */
const SILENCE_MS: Readonly<Record<number, number>> = { 429: 60_000, 418: 120_000, 403: 600_000 }

/** GETs JSON of one venue inside its weight budget. Every failure is a FeedError that says what to do. */
export class RestClient {
  readonly #options: RestOptions

  constructor(options: RestOptions) {
    this.#options = options
    options.budget.block((options.bans ?? noBans).until(options.baseUrl))
  }

  /**
   * @param weight what the request costs the venue's budget
   * @throws {FeedError} refused, unreachable after three tries, too long, not JSON, banned, or aborted
   */
  async get(
    path: string,
    query: Readonly<Record<string, string | number>>,
    weight: number,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const search = new URLSearchParams()
    for (const [key, value] of Object.entries(query)) search.set(key, String(value))
    const { headers = {} } = this.#options
    return this.#ask(path, search.size === 0 ? '' : `?${search}`, { headers }, weight, signal)
  }

  /** Like `get`, for a venue whose questions are JSON (Hyperliquid's `/info`): asking twice must change nothing. */
  post(path: string, question: unknown, weight: number, signal?: AbortSignal): Promise<unknown> {
    const headers = { ...this.#options.headers, 'content-type': 'application/json' }
    return this.#ask(path, '', { method: 'POST', headers, body: JSON.stringify(question) }, weight, signal)
  }

  async #ask(
    path: string,
    search: string,
    init: RequestInit,
    weight: number,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { clock, random } = this.#options
    const url = `${this.#options.baseUrl.replace(/\/+$/, '')}${path}${search}`
    for (let attempt = 1; ; attempt++) {
      await this.#turn(path, weight, signal)
      const answer = await this.#fetch(url, path, init, signal)
      if (answer.kind === 'body') return this.#read(answer.text, path)
      if (answer.kind === 'final' || attempt === TRIES) throw answer.error
      await sleep(clock, random() * RETRY_BASE_MS * 2 ** attempt, signal)
    }
  }

  async #turn(path: string, weight: number, signal: AbortSignal | undefined): Promise<void> {
    const { budget, clock } = this.#options
    const now = clock.now()
    if (budget.blockedUntil - now > MAX_WAIT_MS)
      throw this.#error(path, `the venue asked for silence until ${new Date(budget.blockedUntil).toISOString()}`)
    const wait = budget.reserve(now, weight) - now
    if (wait > 0) await sleep(clock, wait, signal)
    if (signal?.aborted) throw this.#error(path, 'aborted')
  }

  async #fetch(url: string, path: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Answer> {
    const { clock } = this.#options
    const limit = new AbortController()
    const timer = clock.setTimeout(() => limit.abort(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
    const onAbort = () => limit.abort(new Error('aborted'))
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      const response = await fetch(url, { ...init, signal: limit.signal, redirect: 'error' })
      const text = await readBounded(response)
      if (response.ok) return { kind: 'body', text }
      const problem = `HTTP ${response.status}${venueProblem(text)}`
      const silence = SILENCE_MS[response.status]
      if (silence !== undefined) this.#block(silence, response.headers.get('retry-after'))
      const error = this.#error(path, problem, text)
      return { kind: response.status >= 500 ? 'temporary' : 'final', error }
    } catch (cause) {
      const error = this.#error(path, `no answer: ${reasonOf(cause)}`, '', cause)
      return { kind: signal?.aborted || cause instanceof RangeError ? 'final' : 'temporary', error }
    } finally {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #block(fallbackMs: number, retryAfter: string | null): void {
    const { budget, clock, baseUrl, bans = noBans } = this.#options
    const seconds = Number(retryAfter)
    const silence = retryAfter !== null && seconds > 0 && Number.isFinite(seconds) ? seconds * 1_000 : fallbackMs
    const until = clock.now() + silence
    budget.block(until)
    bans.remember(baseUrl, until)
  }

  #read(text: string, path: string): unknown {
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch (cause) {
      throw this.#error(path, 'the answer is not JSON', text, cause)
    }
    return body
  }

  #error(path: string, problem: string, text = '', cause?: unknown): FeedError {
    return new FeedError(this.#options.venue, path, problem, cause === undefined ? { text } : { text, cause })
  }
}

type Answer =
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'temporary' | 'final'; readonly error: FeedError }

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

/** Binance and others say why in `{code, msg}`. */
function venueProblem(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    return isRecord(body) && typeof body.msg === 'string' ? ` (${shown(body.code)}: ${body.msg.slice(0, 200)})` : ''
  } catch {
    return ''
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message
}
