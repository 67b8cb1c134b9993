import type { Instrument, InstrumentId, KnownPositions } from '@liqscope/market'
import { systemClock } from '../clock.ts'
import type { ChannelStatus, Refusal, VenueFeed } from '../feed.ts'
import { systemNetwork } from '../network.ts'
import { Refusals } from '../refusals.ts'
import { AdaptedFeed, type FeedOptions } from '../venue/venue-feed.ts'
import { hyperliquid } from './adapter.ts'
import { HyperliquidTruth } from './truth/truth.ts'

/** Hyperliquid's feed with what its accounts show: their positions, and the forced orders among their fills. */
export class TrackingFeed implements VenueFeed {
  readonly venue
  readonly #feed: AdaptedFeed
  readonly #truth: HyperliquidTruth
  readonly #refusals: Refusals

  constructor(options: FeedOptions) {
    const { venue = 'hyperliquid', addresses = hyperliquid.addresses, listener, accounts = [] } = options
    const { clock = systemClock, random = Math.random, network = systemNetwork } = options
    this.venue = venue
    this.#refusals = new Refusals(venue)
    this.#feed = new AdaptedFeed(hyperliquid, { ...options, venue })
    this.#truth = new HyperliquidTruth({
      venue,
      addresses,
      clock,
      random,
      network,
      refusals: this.#refusals,
      accounts,
      onOrder: (order) => listener.onEvent(order),
      onError: (error) => listener.onError(error),
    })
  }

  instruments(): Promise<readonly Instrument[]> {
    return this.#feed.instruments()
  }

  subscribe(instrument: Instrument): void {
    this.#feed.subscribe(instrument)
    this.#truth.follow(instrument)
  }

  unsubscribe(id: InstrumentId): void {
    this.#feed.unsubscribe(id)
    this.#truth.unfollow(id)
  }

  backfill(instrument: Instrument, from: number, to: number, signal?: AbortSignal) {
    return this.#feed.backfill(instrument, from, to, signal)
  }

  trades(instrument: Instrument, from: number, to: number, signal?: AbortSignal) {
    return this.#feed.trades(instrument, from, to, signal)
  }

  knownPositions(id: InstrumentId): KnownPositions | undefined {
    return this.#truth.known(id)
  }

  openInterestNotional(instrument: Instrument) {
    return this.#feed.openInterestNotional(instrument)
  }

  statuses(): readonly ChannelStatus[] {
    return [...this.#feed.statuses(), ...this.#truth.statuses()]
  }

  refused(): readonly Refusal[] {
    return [...this.#feed.refused(), ...this.#refusals.list()]
  }

  async close(): Promise<void> {
    this.#truth.close()
    await this.#feed.close()
  }
}
