import type { Clock, Refusal } from '@liqscope/feeds'
import { type InstrumentId, type KnownPositions, type Venue, venueName } from '@liqscope/market'
import type { ChannelHealthJson, FeedState, NoticeJson } from '@liqscope/protocol'
import { namedVenue } from './choose-instruments.ts'
import type { ForcedPeers, SilentVenue } from './forced-peers.ts'
import type { VenueSource } from './venue-source.ts'

/** The exchanges that are followed, each by itself: one that does not answer takes nothing from the others. */
export class LiveVenues {
  constructor(
    private readonly sources: ReadonlyMap<Venue, VenueSource>,
    /** What was asked for, as people write it. */
    private readonly symbols: readonly string[],
    private readonly peers: ForcedPeers,
    private readonly clock: Clock,
  ) {}

  /** Resolves when each venue is up, or at close. Never rejects. */
  async start(): Promise<void> {
    await Promise.all(this.each((source) => source.start()))
  }

  /** True from the first list of instruments of any of them on. */
  get answered(): boolean {
    return this.each(({ answered }) => answered).some(Boolean)
  }

  /** The first market of the first venue, in the order they were asked for, that has one. */
  get first(): InstrumentId | undefined {
    return this.each(({ first }) => first).find((id) => id !== undefined)
  }

  stateOf(id: InstrumentId): FeedState | undefined {
    return this.each((source) => source.stateOf(id)).find((state) => state !== undefined)
  }

  channels(): ChannelHealthJson[] {
    const suspects = this.peers.suspects(this.clock.now())
    const isSuspect = ({ venue, symbol }: ChannelHealthJson) =>
      suspects.some((one) => one.venue === venue && one.symbol === symbol)
    return this.each((source) => source.channels())
      .flat()
      .map((health) =>
        health.channel === 'liquidationOrder' && health.state === 'live' && isSuspect(health)
          ? { ...health, state: 'stale' }
          : health,
      )
  }

  refused(): readonly Refusal[] {
    return this.each((source) => source.refused()).flat()
  }

  knownPositions(id: InstrumentId): KnownPositions | undefined {
    return this.each((source) => source.knownPositions(id)).find((known) => known !== undefined)
  }

  /** A symbol is missed only when no exchange that could have it does: few coins are listed by all. */
  notices(): readonly NoticeJson[] {
    const missed = this.symbols.flatMap((symbol): NoticeJson[] => {
      const text = this.missed(symbol)
      return text === undefined ? [] : [{ level: 'partial', text }]
    })
    const silent = this.peers.suspects(this.clock.now()).map(silenceNotice)
    return [...this.each((source) => source.notices()).flat(), ...missed, ...silent]
  }

  async close(): Promise<void> {
    await Promise.all(this.each((source) => source.close()))
  }

  private missed(symbol: string): string | undefined {
    const choices = this.each(({ choice }) => choice)
    if (choices.some((choice) => choice?.found.has(symbol))) return undefined
    const venue = namedVenue(symbol)
    if (venue !== undefined && !this.sources.has(venue))
      return `"${symbol}" is on ${venueName(venue)}, which is not followed: live.venues has ${[...this.sources.keys()].join(', ')}.`
    // While one that could have it is silent, nobody knows.
    const asked = venue === undefined ? choices : [this.sources.get(venue)?.choice]
    const sentences = asked.map((choice) => choice?.missing.get(symbol))
    return sentences.every((sentence) => sentence !== undefined) ? sentences[0] : undefined
  }

  private each<T>(ask: (source: VenueSource) => T): T[] {
    return [...this.sources.values()].map(ask)
  }
}

function silenceNotice({ venue, base, since, minutes }: SilentVenue): NoticeJson {
  const time = new Date(since).toISOString().slice(11, 16)
  return {
    level: 'partial',
    text: `${venueName(venue)} has published no forced order of ${base} since ${time} UTC, in ${minutes} minutes in which other exchanges did: its feed may be silent.`,
  }
}
