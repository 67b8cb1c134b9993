import type { Instrument, OrderBook } from '@liqscope/market'
import type { Clock, TimerHandle } from '../clock.ts'
import { FeedError } from '../feed.ts'
import { OrderBookSync } from './order-book.ts'
import type { DepthUpdate } from './parse.ts'
import type { BinanceRest } from './rest.ts'

export interface BookKeeperOptions {
  readonly instrument: Instrument
  readonly rest: Pick<BinanceRest, 'depth'>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly emit: (book: OrderBook) => void
  readonly onError: (error: FeedError) => void
}

/** A book is published this often at most, ms: readers want the shape, not each of ten changes a second. */
const PUBLISH_MS = 1_000
/** Pause before another snapshot after one that failed or was too old, ms; doubles up to the cap. */
const RETRY_MS = 500
const RETRY_CAP_MS = 30_000

/** Keeps one book in sequence: fetches snapshots when one is needed, publishes whole books only. */
export class BookKeeper {
  readonly #options: BookKeeperOptions
  readonly #sync: OrderBookSync
  #fetching = false
  #failures = 0
  #publishedAt = 0
  #timer: TimerHandle | undefined

  constructor(options: BookKeeperOptions) {
    this.#options = options
    this.#sync = new OrderBookSync(options.instrument)
  }

  update(update: DepthUpdate): void {
    const { instrument, onError } = this.#options
    const outcome = this.#sync.update(update)
    if (outcome === 'gap')
      onError(
        new FeedError(instrument.venue, 'orderBook', `${instrument.symbol}: the sequence broke; taking a new snapshot`),
      )
    if (this.#sync.needsSnapshot) this.#fetchSoon(0)
    else if (outcome === 'applied') this.#publish(update.receivedTime)
  }

  /** The stream was interrupted: no book until the next snapshot. */
  reset(): void {
    this.#sync.reset()
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer)
  }

  #publish(receivedTime: number): void {
    if (receivedTime - this.#publishedAt < PUBLISH_MS) return
    const book = this.#sync.book(receivedTime)
    if (book === undefined) return
    this.#publishedAt = receivedTime
    this.#options.emit(book)
  }

  #fetchSoon(ms: number): void {
    if (this.#fetching) return
    this.#fetching = true
    this.#timer = this.#options.clock.setTimeout(() => void this.#fetch(), ms)
  }

  async #fetch(): Promise<void> {
    const { instrument, rest, signal, onError } = this.#options
    let done = false
    try {
      const snapshot = await rest.depth(instrument, signal)
      done = snapshot !== undefined && this.#sync.snapshot(snapshot) === 'ready' && !this.#sync.needsSnapshot
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      if (!signal.aborted) onError(error)
    }
    this.#fetching = false
    if (signal.aborted) return
    this.#failures = done ? 0 : this.#failures + 1
    if (!done) this.#fetchSoon(Math.min(RETRY_CAP_MS, RETRY_MS * 2 ** (this.#failures - 1)))
  }
}
