import type { Bans } from '@liqscope/feeds'
import type { LiveVenues } from '../source/live-venues.ts'
import { openLiveVenues, openSimVenues, type SourceParts } from '../source/open-venues.ts'
import type { VenueSource } from '../source/venue-source.ts'
import type { CaptureAbout } from './about.ts'

/** Either of them, as they were when it was recorded. */
export interface CapturedSources {
  readonly live: LiveVenues | undefined
  readonly sim: VenueSource | undefined
}

/** The sources of a recording: the same for who records and for who plays. */
export function sourcesOf(about: CaptureAbout, parts: SourceParts, remember: Bans['remember']): CapturedSources {
  const { exchanges, simulated, symbols, backfillHours, accounts } = about
  const bans: Bans = { until: (baseUrl) => about.bans[baseUrl] ?? 0, remember }
  return {
    live:
      exchanges.length === 0
        ? undefined
        : openLiveVenues({ venues: exchanges, symbols, backfillHours, accounts, bans }, parts),
    sim: simulated.length === 0 ? undefined : openSimVenues(simulated, backfillHours, parts),
  }
}
