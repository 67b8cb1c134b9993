import { type Instrument, type InstrumentId, tradedOn, unifiedSymbol } from '@liqscope/market'
import type { FeedState, MarketJson, MarketsJson, NoticeCode, NoticeJson } from '@liqscope/protocol'
import type { ServedCapture } from './capture/served-capture.ts'
import type { Market } from './market/market.ts'
import type { MarketState } from './market/market-state.ts'
import type { Pipeline } from './pipeline.ts'
import type { LiveVenues } from './source/live-venues.ts'
import type { Replay } from './source/replay.ts'
import type { VenueSource } from './source/venue-source.ts'

/** Where markets come from. Each is absent when it was not asked for. */
export interface Sources {
  readonly live: LiveVenues | undefined
  readonly sim: VenueSource | undefined
  readonly replay: { readonly id: InstrumentId; readonly player: Replay } | undefined
  /** Plays what `live` or `sim` then says. */
  readonly capture: ServedCapture | undefined
}

const NOTICES = {
  noExchange:
    'No exchange answered, so this is a generated market with known positions. Nothing in it is real. ' +
    'The exchanges are tried again until one answers.',
  nothingYet:
    'No exchange has answered yet. A generated market is being prepared meanwhile; that takes less than a minute.',
  preparing: 'A generated market is being prepared; that takes less than a minute.',
  simAlone: 'This is a generated market with known positions. Nothing in it is real.',
} satisfies Partial<Record<NoticeCode, string>>

/** Chosen venues up to this many are named, more are counted. */
const NAMED_VENUES = 2
const BEST_FIRST: readonly FeedState[] = ['live', 'gap', 'lagging', 'backfilling', 'connecting', 'stale', 'offline']

/** The list of markets, the one the page opens on, and what a person must be told about it. */
export class Directory {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly sources: Sources,
  ) {}

  /** @param also chosen sums that the asker follows: they are listed for nobody else. */
  list(also: readonly Market[] = []): MarketsJson {
    const { live, sim, replay, capture } = this.sources
    const first = replay?.id ?? (live?.answered ? live.first : undefined) ?? sim?.first
    const opensOn = first === undefined ? null : (this.pipeline.sumOf(first)?.instrument.id ?? first)
    const notices: NoticeJson[] = [...(capture?.notices() ?? []), ...(live?.notices() ?? [])]
    if (!capture && first !== undefined && first === sim?.first)
      notices.unshift(simulatedNotice(live && !live.answered ? 'noExchange' : 'simAlone'))
    if (!capture && opensOn === null && sim) notices.unshift(simulatedNotice(live ? 'nothingYet' : 'preparing'))
    return {
      markets: [...this.pipeline.markets(), ...also].map((state) => this.marketJson(state)),
      default: opensOn,
      notices,
      replay: replay?.player.status() ?? capture?.status() ?? null,
    }
  }

  /** A sum is as well as its best member: what is late in it fades, and is named. */
  stateOf(id: InstrumentId): FeedState {
    const { live, sim, replay, capture } = this.sources
    if (replay?.id === id || capture) return 'replay'
    const members = this.pipeline.membersOf(id)
    if (members.length === 0) return live?.stateOf(id) ?? sim?.stateOf(id) ?? 'connecting'
    const states = members.map(({ instrument }) => this.stateOf(instrument.id))
    return BEST_FIRST.find((state) => states.includes(state)) ?? 'connecting'
  }

  private marketJson(state: Market): MarketJson {
    const { instrument } = state
    const members = this.pipeline.membersOf(instrument.id)
    return {
      id: instrument.id,
      symbol: unifiedSymbol(instrument),
      venue: instrument.venue,
      venueName: this.venueNameOf(instrument, members),
      base: instrument.base,
      quote: instrument.quote,
      tickSize: instrument.tickSize,
      simulated: instrument.simulated,
      state: this.stateOf(instrument.id),
      ...state.facts(),
      skill: this.pipeline.scoreOf(instrument.id)?.skill() ?? null,
      sumOf: members.length > 0 ? members.map(({ instrument: { id } }) => id) : null,
      choiceOf: this.pipeline.choiceOf(instrument.id) ?? null,
    }
  }

  private venueNameOf(instrument: Instrument, members: readonly MarketState[]): string {
    const sum = this.pipeline.choiceOf(instrument.id)
    if (sum === undefined) return members.length > 0 && instrument.simulated ? 'sim, all venues' : tradedOn(instrument)
    if (members.length <= NAMED_VENUES) return members.map((member) => tradedOn(member.instrument)).join(' + ')
    const some = `${members.length} of ${this.pipeline.membersOf(sum).length} venues`
    return instrument.simulated ? `sim, ${some}` : some
  }
}

function simulatedNotice(code: keyof typeof NOTICES): NoticeJson {
  return { level: 'simulated', code, text: NOTICES[code] }
}
