import { Worker } from 'node:worker_threads'
import {
  type Clock,
  type Exchange,
  type FeedListener,
  isExchange,
  openFeed,
  type Surroundings,
  type VenueFeed,
} from '@liqscope/feeds'
import { DIALECTS, type SimVenuesOptions, startSimVenues } from '@liqscope/sim'
import { z } from 'zod'
import { systemClock } from '../clock.ts'
import { joinedFeed, taggedFeed } from './tagged-feed.ts'
import type { OpenFeed } from './venue-source.ts'

export interface SimOptions {
  readonly seed?: number
  /** Simulated seconds per second. */
  readonly speed?: number
  /** Simulated history before the first moment that is served, hours. Default 24: that takes about ten seconds to make. */
  readonly backfillHours?: number
  /** `BTCUSDT`; default: all the simulator has. */
  readonly symbols?: readonly string[]
  /**
   * The exchanges whose protocols the simulated market speaks. Default: Binance's alone. Of several, each has traders and
   * prices of its own; they share what a coin is worth. All of it is of venue `sim`.
   */
  readonly exchanges?: readonly Exchange[]
  /** Another feed than the simulator's, for tests. */
  readonly open?: OpenFeed
}

/** What the worker is given, and what it answers once the venues serve. */
export const SimOrder = z.object({
  seed: z.number().optional(),
  speed: z.number().optional(),
  warmupMs: z.number(),
  symbols: z.array(z.string()).optional(),
  exchanges: z.array(z.string().refine(isExchange)),
})
type SimOrderJson = z.infer<typeof SimOrder>
/** Where a simulated venue serves. */
export const SimAddress = z.object({ name: z.string().refine(isExchange), restUrl: z.string(), wsUrl: z.string() })
export type SimAddress = z.infer<typeof SimAddress>
const SimAddresses = z.array(SimAddress)

const HOUR_MS = 3_600_000
export const DEFAULT_SIM_HOURS = 24

/**
 * The simulated venues and feeds connected to them by the same road as real ones. The venues live in a worker: their
 * warm-up takes many seconds, during which the page must answer.
 */
export function simFeed(options: SimOptions, clock: Clock): OpenFeed {
  if (options.open) return options.open
  return async (listener, signal) => {
    const running = await runSimVenues(options, clock, signal)
    return closingBoth(
      simFeeds(running.venues, () => ({ clock }), listener),
      running,
    )
  }
}

/** The simulated venues alone. Resolves when they serve. */
export function runSimVenues(
  options: SimOptions,
  clock: Clock = systemClock,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunningSim> {
  const { seed, speed, symbols, backfillHours, exchanges } = options
  const order: SimOrderJson = {
    warmupMs: (backfillHours ?? DEFAULT_SIM_HOURS) * HOUR_MS,
    exchanges: [...new Set(exchanges ?? [])],
    ...(seed === undefined ? {} : { seed }),
    ...(speed === undefined ? {} : { speed }),
    ...(symbols === undefined ? {} : { symbols: [...symbols] }),
  }
  if (order.exchanges.length === 0) order.exchanges.push('binance')
  return startVenues(order, clock, signal)
}

interface RunningSim {
  readonly venues: readonly SimAddress[]
  close(): Promise<unknown>
}

/** A market alone keeps its plain name. */
export function simFeeds(
  venues: readonly SimAddress[],
  surroundings: (name: string) => Partial<Surroundings>,
  listener: FeedListener,
): VenueFeed {
  const open = ({ name, restUrl, wsUrl }: SimAddress, heard: FeedListener): VenueFeed => {
    const addresses = { restUrl, wsUrl, inverseRestUrl: restUrl, inverseWsUrl: wsUrl }
    return openFeed(name, { venue: 'sim', addresses, ...surroundings(name), listener: heard })
  }
  const [first, ...others] = venues
  if (first === undefined) throw new RangeError('a simulated market needs a protocol')
  if (others.length === 0) return open(first, listener)
  const tagged = (venue: SimAddress): VenueFeed => taggedFeed(venue.name, listener, (heard) => open(venue, heard))
  return joinedFeed([tagged(first), ...others.map(tagged)])
}

async function startVenues(order: SimOrderJson, clock: Clock, signal: AbortSignal): Promise<RunningSim> {
  // Node cannot start a worker from TypeScript sources, which is how tests run: there the venues share the thread.
  if (import.meta.url.endsWith('.ts')) {
    const { venues, close } = await startSimVenues(simOptions(order, () => clock.now()))
    return { venues: SimAddresses.parse(venues), close }
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./sim-worker.js', import.meta.url), { workerData: order })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the simulator ended with code ${code}`)))
    worker.once('message', (message: unknown) => {
      // Until here somebody waits for it; from here on it alone keeps no process alive.
      worker.unref()
      resolve({ venues: SimAddresses.parse(message), close: () => worker.terminate() })
    })
    signal.addEventListener('abort', () => void worker.terminate(), { once: true })
  })
}

/** The order as the simulator's options; a figure left out keeps the simulator's default. */
export function simOptions(order: SimOrderJson, now: () => number): SimVenuesOptions {
  const { seed, speed, warmupMs, symbols, exchanges } = order
  return {
    now,
    warmupMs,
    dialects: exchanges.map((name) => DIALECTS[name]),
    markets: exchanges.length > 1 ? 'own' : 'same',
    ...(seed === undefined ? {} : { seed }),
    ...(speed === undefined ? {} : { speed }),
    ...(symbols === undefined ? {} : { symbols }),
  }
}

function closingBoth(feed: VenueFeed, running: RunningSim): VenueFeed {
  return {
    venue: feed.venue,
    instruments: () => feed.instruments(),
    subscribe: (instrument) => feed.subscribe(instrument),
    unsubscribe: (id) => feed.unsubscribe(id),
    backfill: (instrument, from, to, signal) => feed.backfill(instrument, from, to, signal),
    trades: (instrument, from, to, signal) => feed.trades(instrument, from, to, signal),
    knownPositions: (id) => feed.knownPositions?.(id),
    statuses: () => feed.statuses(),
    refused: () => feed.refused(),
    async close() {
      await feed.close()
      await running.close()
    },
  }
}
