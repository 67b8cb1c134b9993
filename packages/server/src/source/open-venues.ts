import { type Bans, type Clock, type Exchange, openFeed, type Surroundings } from '@liqscope/feeds'
import type { FastifyBaseLogger } from 'fastify'
import type { Pipeline } from '../pipeline.ts'
import { ForcedPeers } from './forced-peers.ts'
import { LiveVenues } from './live-venues.ts'
import { type SimAddress, simFeeds } from './sim-feed.ts'
import { type OpenFeed, VenueSource } from './venue-source.ts'

/** What sources of markets are given by whoever opens them. */
export interface SourceParts {
  readonly pipeline: Pipeline
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** Of a recording or its replay: what a feed gets from outside, by its name. Absent: the system's. */
  readonly surroundings?: (name: string) => Surroundings
}

export interface LiveVenuesOptions {
  readonly venues: readonly Exchange[]
  /** As people write them. */
  readonly symbols: readonly string[]
  readonly backfillHours: number
  /** Hyperliquid addresses whose positions are looked at from the start. */
  readonly accounts: readonly string[]
  readonly bans?: Bans
  /** Other feeds in the place of the exchanges' own, for tests. */
  readonly open?: (...args: [...Parameters<OpenFeed>, Exchange]) => ReturnType<OpenFeed>
}

/** A source for each exchange. */
export function openLiveVenues(options: LiveVenuesOptions, parts: SourceParts): LiveVenues {
  const { venues, symbols, backfillHours, accounts, bans, open } = options
  const { pipeline, clock, log, surroundings } = parts
  const peers = new ForcedPeers()
  const sources = venues.map((exchange) => {
    const given = surroundings?.(exchange) ?? { clock }
    const own = {
      ...given,
      accounts: exchange === 'hyperliquid' ? accounts : [],
      ...(bans === undefined ? {} : { bans }),
    }
    const opened: OpenFeed = open
      ? (listener, signal) => open(listener, signal, exchange)
      : (listener) => openFeed(exchange, { ...own, listener })
    const watched = { open: opened, symbols, backfillHours, peers }
    return [exchange, new VenueSource(watched, pipeline, given.clock, log)] as const
  })
  return new LiveVenues(new Map(sources), symbols, peers, clock)
}

/** One source of simulated venues that are running already. */
export function openSimVenues(
  venues: readonly SimAddress[],
  backfillHours: number,
  { pipeline, clock, log, surroundings }: SourceParts,
): VenueSource {
  const open: OpenFeed = (listener) => simFeeds(venues, (name) => surroundings?.(name) ?? { clock }, listener)
  return new VenueSource({ open, symbols: 'all', backfillHours }, pipeline, clock, log)
}
