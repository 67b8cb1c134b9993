import { Worker } from 'node:worker_threads'
import { type Clock, openFeed, type VenueFeed } from '@liqscope/feeds'
import { startSimVenue } from '@liqscope/sim'
import { z } from 'zod'
import type { OpenFeed } from './venue-source.ts'

export interface SimOptions {
  readonly seed?: number
  /** Simulated seconds per second. */
  readonly speed?: number
  /** Simulated history before the first moment that is served, hours. Default 24: that takes about ten seconds to make. */
  readonly backfillHours?: number
  /** `BTCUSDT`; default: all the simulator has. */
  readonly symbols?: readonly string[]
  /** Another feed than the simulator's, for tests. */
  readonly open?: OpenFeed
}

/** What the worker is given, and what it answers once the venue serves. */
export const SimOrder = z.object({
  seed: z.number().optional(),
  speed: z.number().optional(),
  warmupMs: z.number(),
  symbols: z.array(z.string()).optional(),
})
type SimOrderJson = z.infer<typeof SimOrder>
const SimAddress = z.object({ restUrl: z.string(), wsUrl: z.string() })

const HOUR_MS = 3_600_000
export const DEFAULT_SIM_HOURS = 24

/**
 * The simulated venue and a feed connected to it by the same road as a real one. The venue lives in a worker: its
 * warm-up takes many seconds, during which the page must answer.
 */
export function simFeed({ open, seed, speed, symbols, backfillHours }: SimOptions, clock: Clock): OpenFeed {
  if (open) return open
  const order: SimOrderJson = {
    warmupMs: (backfillHours ?? DEFAULT_SIM_HOURS) * HOUR_MS,
    ...(seed === undefined ? {} : { seed }),
    ...(speed === undefined ? {} : { speed }),
    ...(symbols === undefined ? {} : { symbols: [...symbols] }),
  }
  return async (listener, signal) => {
    const venue = await startVenue(order, clock, signal)
    return closingBoth(
      openFeed('binance', { venue: 'sim', addresses: { restUrl: venue.restUrl, wsUrl: venue.wsUrl }, clock, listener }),
      venue,
    )
  }
}

interface Venue {
  readonly restUrl: string
  readonly wsUrl: string
  close(): Promise<unknown>
}

function startVenue(order: SimOrderJson, clock: Clock, signal: AbortSignal): Promise<Venue> {
  // Node cannot start a worker from TypeScript sources, which is how tests run: there the venue shares the thread.
  if (import.meta.url.endsWith('.ts')) return startSimVenue({ ...simOptions(order), now: () => clock.now() })
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./sim-worker.js', import.meta.url), { workerData: order })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the simulator ended with code ${code}`)))
    worker.once('message', (message: unknown) =>
      resolve({ ...SimAddress.parse(message), close: () => worker.terminate() }),
    )
    worker.unref()
    signal.addEventListener('abort', () => void worker.terminate(), { once: true })
  })
}

/** The order as the simulator's options; a figure left out keeps the simulator's default. */
export function simOptions({ seed, speed, warmupMs, symbols }: SimOrderJson) {
  return {
    warmupMs,
    ...(seed === undefined ? {} : { seed }),
    ...(speed === undefined ? {} : { speed }),
    ...(symbols === undefined ? {} : { symbols }),
  }
}

function closingBoth(feed: VenueFeed, venue: Venue): VenueFeed {
  return {
    venue: feed.venue,
    instruments: () => feed.instruments(),
    subscribe: (instrument) => feed.subscribe(instrument),
    unsubscribe: (id) => feed.unsubscribe(id),
    backfill: (instrument, from, to, signal) => feed.backfill(instrument, from, to, signal),
    trades: (instrument, from, to, signal) => feed.trades(instrument, from, to, signal),
    statuses: () => feed.statuses(),
    refused: () => feed.refused(),
    async close() {
      await feed.close()
      await venue.close()
    },
  }
}
