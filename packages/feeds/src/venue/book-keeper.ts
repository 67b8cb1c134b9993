import type { Instrument, OrderBook } from '@liqscope/market'
import type { Clock, TimerHandle } from '../clock.ts'
import { FeedError } from '../feed.ts'
import type { DepthSnapshot } from './adapter.ts'
import type { BookUpdate } from './message.ts'
import { OrderBookSync } from './order-book.ts'

export interface BookKeeperOptions {
  readonly instrument: Instrument
  /** Fetches a whole book. Absent where the stream begins with one: then `askAgain` makes it begin anew. */
  readonly fetch?: (signal: AbortSignal) => Promise<DepthSnapshot | undefined>
  readonly askAgain: () => void
  readonly clock: Clock
  readonly signal: AbortSignal
  /** The sequence broke: nothing after this exchange time (epoch ms) is known until the next book. */
  readonly onBreak: (since: number) => void
  readonly emit: (book: OrderBook) => void
  readonly onError: (error: FeedError) => void
}

/** A book is published this often at most, ms: readers want the shape, not each of ten changes a second. */
const PUBLISH_MS = 1_000
/** Pause before another snapshot after one that failed or was too old, ms; doubles up to the cap. */
const RETRY_MS = 500
const RETRY_CAP_MS = 30_000
/** A stream that was asked to begin anew is given this long for its snapshot, ms. */
const STREAM_SNAPSHOT_MS = 5_000

/** Keeps one book in sequence: gets snapshots when one is needed, publishes whole books only. */
export class BookKeeper {
  readonly #options: BookKeeperOptions
  readonly #sync: OrderBookSync
  #asking = false
  #failures = 0
  #publishedAt = 0
  #timer: TimerHandle | undefined
  /** The connection whose snapshot the book stands on, where the stream brings snapshots. */
  #epoch: number | undefined

  constructor(options: BookKeeperOptions) {
    this.#options = options
    this.#sync = new OrderBookSync(options.instrument)
  }

  /** @param epoch of the connection: two deliver during a rotation, and each counts from its own snapshot. */
  update(update: BookUpdate, epoch: number): void {
    const { fetch } = this.#options
    if (update.isSnapshot) this.#epoch = epoch
    else if (fetch === undefined && this.#epoch !== undefined && epoch !== this.#epoch) return
    const outcome = this.#sync.update(update)
    if (outcome === 'gap') this.#broke('the sequence broke')
    if (this.#sync.needsSnapshot) this.#askSoon(0)
    else if (outcome === 'applied') {
      if (update.isSnapshot) this.#failures = 0
      this.#publish(update.receivedTime)
    }
  }

  /** The stream was interrupted: no book until the next snapshot. */
  reset(): void {
    this.#sync.reset()
    this.#epoch = undefined
  }

  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer)
  }

  #publish(receivedTime: number): void {
    if (receivedTime - this.#publishedAt < PUBLISH_MS) return
    const book = this.#sync.book(receivedTime)
    if (book === undefined) {
      if (this.#sync.needsSnapshot) this.#broke('the book is crossed')
      return
    }
    this.#publishedAt = receivedTime
    this.#options.emit(book)
  }

  #broke(how: string): void {
    const { instrument, onBreak, onError } = this.#options
    onBreak(this.#sync.exchangeTime)
    onError(new FeedError(instrument.venue, 'orderBook', `${instrument.symbol}: ${how}; taking a new snapshot`))
  }

  #askSoon(ms: number): void {
    if (this.#asking) return
    this.#asking = true
    this.#timer = this.#options.clock.setTimeout(() => void this.#ask(), ms)
  }

  async #ask(): Promise<void> {
    const { signal, fetch, clock } = this.#options
    if (fetch === undefined) {
      this.#options.askAgain()
      this.#timer = clock.setTimeout(() => this.#settle(!this.#sync.needsSnapshot), STREAM_SNAPSHOT_MS)
      return
    }
    const done = await this.#fetched(fetch)
    if (!signal.aborted) this.#settle(done)
    else this.#asking = false
  }

  async #fetched(fetch: (signal: AbortSignal) => Promise<DepthSnapshot | undefined>): Promise<boolean> {
    const { signal, onError } = this.#options
    try {
      const snapshot = await fetch(signal)
      return snapshot !== undefined && this.#sync.snapshot(snapshot) === 'ready' && !this.#sync.needsSnapshot
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      if (!signal.aborted) onError(error)
      return false
    }
  }

  #settle(done: boolean): void {
    this.#asking = false
    this.#failures = done ? 0 : this.#failures + 1
    if (!done) this.#askSoon(Math.min(RETRY_CAP_MS, RETRY_MS * 2 ** (this.#failures - 1)))
  }
}
