import type { Venue } from '@liqscope/market'
import { type Clock, sleep } from '../clock.ts'
import { FeedError } from '../feed.ts'
import { isRecord, shown } from '../wire-values.ts'
import { type Ask, askWithFetch, type RestRequest } from './ask.ts'
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
  /** Default: with `fetch`. */
  readonly ask?: Ask
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A whole answer must arrive in this time, ms. */
const TIMEOUT_MS = 10_000
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
    return this.#ask(path, search.size === 0 ? '' : `?${search}`, { method: 'GET', headers }, weight, signal)
  }

  /** Like `get`, for a venue whose questions are JSON (Hyperliquid's `/info`): asking twice must change nothing. */
  post(path: string, question: unknown, weight: number, signal?: AbortSignal): Promise<unknown> {
    const headers = { ...this.#options.headers, 'content-type': 'application/json' }
    return this.#ask(path, '', { method: 'POST', headers, body: JSON.stringify(question) }, weight, signal)
  }

  async #ask(
    path: string,
    search: string,
    question: Omit<RestRequest, 'url'>,
    weight: number,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { clock, random } = this.#options
    const url = `${this.#options.baseUrl.replace(/\/+$/, '')}${path}${search}`
    for (let attempt = 1; ; attempt++) {
      await this.#turn(path, weight, signal)
      const answer = await this.#answer({ ...question, url }, path, signal)
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

  async #answer(request: RestRequest, path: string, signal: AbortSignal | undefined): Promise<Answer> {
    const { clock, ask = askWithFetch } = this.#options
    const limit = new AbortController()
    const timer = clock.setTimeout(() => limit.abort(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
    const onAbort = () => limit.abort(new Error('aborted'))
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      const { status, text, retryAfter } = await ask(request, limit.signal)
      if (status >= 200 && status < 300) return { kind: 'body', text }
      const silence = SILENCE_MS[status]
      if (silence !== undefined) this.#block(silence, retryAfter)
      const error = this.#error(path, `HTTP ${status}${venueProblem(text)}`, text)
      return { kind: status >= 500 ? 'temporary' : 'final', error }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const error = this.#error(path, `no answer: ${reason}`, '', cause)
      return { kind: signal?.aborted || cause instanceof RangeError ? 'final' : 'temporary', error }
    } finally {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #block(fallbackMs: number, retryAfter: string | undefined): void {
    const { budget, clock, baseUrl, bans = noBans } = this.#options
    const seconds = Number(retryAfter)
    const silence = seconds > 0 && Number.isFinite(seconds) ? seconds * 1_000 : fallbackMs
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

/** Binance and others say why in `{code, msg}`. */
function venueProblem(text: string): string {
  try {
    const body: unknown = JSON.parse(text)
    return isRecord(body) && typeof body.msg === 'string' ? ` (${shown(body.code)}: ${body.msg.slice(0, 200)})` : ''
  } catch {
    return ''
  }
}
