import type { ChannelState } from '../feed.ts'

/**
 * `continuous`: data is always due (mark price, book). `busy`: due too, but its rate is the market's (trades: a quiet
 * symbol at night is not broken), so silence is judged by the rate it has shown. `sporadic`: silence is normal (forced
 * orders), and only improbable silence is news.
 */
export type ChannelPace = 'continuous' | 'busy' | 'sporadic'

/** The venue must acknowledge a channel this soon after the connection, ms. */
const ACKNOWLEDGED_MS = 10_000
/** A continuous or busy channel must speak this soon after the acknowledgement, ms. */
const FIRST_DATUM_MS = 10_000
/** Silence of a continuous channel that counts as broken, ms; a busy one is given at least this. */
const SILENCE_MS = 50_000
/** A channel with a rate is suspect when a Poisson process of its rate would be silent this long with less probability. */
const IMPROBABLE = 1e-4
/** The rate is believed after this many messages. */
const RATE_NEEDS = 20
/** Forgetting time of the learned rate, ms: markets calm down within hours. */
const RATE_MEMORY_MS = 2 * 3_600_000
/** Forced orders come in bursts, so the rate of a burst must not condemn the calm after it: at least this, ms. */
const SPORADIC_FLOOR_MS = 120_000
/** Exchange time this far behind ours, or ahead of it, degrades the channel, ms. */
const LAGGING_MS = 5_000
/** Weight of the newest message in the smoothed skew. */
const SKEW_WEIGHT = 0.1

/** Whether one (channel, symbol) of one venue lives. Pure: every time is an argument, epoch ms. */
export class ChannelLiveness {
  lastExchangeTime: number | undefined
  lastReceivedTime: number | undefined
  skewMs: number | undefined
  messages = 0
  readonly #pace: ChannelPace
  readonly #silenceMs: number
  #everConnected = false
  /** Since when there is a connection. */
  #connectedAt: number | undefined
  #ackedAt: number | undefined
  /** Data on this connection. */
  #heardAt: number | undefined
  /** Exponentially forgotten count and exposure (ms) of messages: their ratio is the rate. */
  #count = 0
  #exposureMs = 0
  #learnedAt: number | undefined

  /** @param silenceMs of a channel that speaks less often than most by its venue's own rule */
  constructor(pace: ChannelPace, silenceMs = SILENCE_MS) {
    this.#pace = pace
    this.#silenceMs = silenceMs
  }

  connected(now: number): void {
    this.#connectedAt = now
    this.#everConnected = true
    this.#ackedAt = undefined
    this.#heardAt = undefined
  }

  disconnected(): void {
    this.#connectedAt = undefined
    this.#learnedAt = undefined
  }

  /** A second acknowledgement on one connection (we asked again because it was silent) does not forgive the silence. */
  acknowledged(now: number): void {
    this.#ackedAt ??= now
    this.#learnedAt ??= now
  }

  heard(exchangeTime: number, receivedTime: number): void {
    this.messages++
    this.#heardAt = receivedTime
    this.lastReceivedTime = receivedTime
    this.lastExchangeTime = Math.max(exchangeTime, this.lastExchangeTime ?? 0)
    const skew = receivedTime - exchangeTime
    this.skewMs = this.skewMs === undefined ? skew : this.skewMs + SKEW_WEIGHT * (skew - this.skewMs)
    if (this.#pace !== 'continuous') this.#learn(receivedTime)
  }

  /** Silence that would be news now, ms; undefined when the channel may be silent for any time. */
  silenceLimit(): number | undefined {
    if (this.#pace !== 'sporadic' && this.#heardAt === undefined) return FIRST_DATUM_MS
    if (this.#pace === 'continuous') return this.#silenceMs
    const improbable = this.#improbableSilence()
    if (this.#pace === 'busy') return Math.max(this.#silenceMs, improbable ?? 0)
    return improbable === undefined ? undefined : Math.max(SPORADIC_FLOOR_MS, improbable)
  }

  state(now: number): Extract<ChannelState, 'connecting' | 'live' | 'lagging' | 'stale' | 'offline'> {
    if (this.#connectedAt === undefined) return this.#everConnected ? 'offline' : 'connecting'
    const since = this.#heardAt ?? this.#ackedAt
    if (since === undefined) return now - this.#connectedAt >= ACKNOWLEDGED_MS ? 'stale' : 'connecting'
    const limit = this.silenceLimit()
    if (limit !== undefined && now - since >= limit) return 'stale'
    if (this.#heardAt === undefined && this.#pace !== 'sporadic') return 'connecting'
    return this.skewMs !== undefined && Math.abs(this.skewMs) > LAGGING_MS ? 'lagging' : 'live'
  }

  /** The silence a Poisson process of the learned rate outlasts with probability IMPROBABLE, ms. */
  #improbableSilence(): number | undefined {
    if (this.#count < RATE_NEEDS || this.#exposureMs <= 0) return undefined
    return (-Math.log(IMPROBABLE) * this.#exposureMs) / this.#count
  }

  #learn(now: number): void {
    const elapsed = this.#learnedAt === undefined ? 0 : Math.max(0, now - this.#learnedAt)
    const keep = Math.exp(-elapsed / RATE_MEMORY_MS)
    this.#count = this.#count * keep + 1
    this.#exposureMs = this.#exposureMs * keep + elapsed
    this.#learnedAt = now
  }
}
