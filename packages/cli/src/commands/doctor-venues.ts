import { checkVenue, EXCHANGES, type Exchange, type VenueCheck } from '@liqscope/feeds'
import { parseSymbol, venueName } from '@liqscope/market'
import { EXIT } from '../exit.ts'
import { simSymbolsOf } from '../input/sim-symbols.ts'
import { exchangesOf } from '../input/venues-input.ts'
import { print, say } from '../output.ts'
import { venueCheckText } from '../terminal/venue-check-text.ts'

export interface DoctorVenuesFlags {
  /** True: all. */
  readonly venues?: readonly string[] | true
  readonly symbols: readonly string[]
  readonly sim?: boolean
  readonly seed?: number
  readonly json?: boolean
}

/** History that a simulated venue needs to have open interest of whole five minutes, hours. */
const SIM_HISTORY_HOURS = 1

/**
 * `liqscope doctor --venues`: exit status 4 when a venue is not reached or a channel silent, 1 when open interest
 * differs from the venue's own figure, else 0. All venues at once, each within its own limits.
 */
export async function doctorVenues(flags: DoctorVenuesFlags): Promise<void> {
  const { symbols, sim = false, json = false } = flags
  for (const symbol of symbols) parseSymbol(symbol)
  const named = flags.venues === undefined || flags.venues === true ? [] : flags.venues
  const exchanges = exchangesOf('--venues', named, EXCHANGES)
  const { chooseInstruments } = await import('@liqscope/server')
  const simulated = sim ? await simulatedVenues(exchanges, flags) : undefined
  say(
    `${sim ? 'SIMULATED ' : ''}${exchanges.map(venueName).join(', ')}: listening to every channel of ${symbols.join(', ')}, at most a minute`,
  )
  const checks = await Promise.all(
    exchanges.map((exchange) =>
      checkVenue({
        exchange,
        ...simulated?.optionsOf(exchange),
        choose: (listed) => chooseInstruments(sim ? 'sim' : exchange, listed, symbols).wanted,
      }),
    ),
  )
  await simulated?.close()
  const exitStatus = statusOf(checks)
  await print(
    json ? JSON.stringify({ simulated: sim, symbols, venues: checks, exitStatus }) : venueCheckText(checks, sim),
  )
  process.exit(exitStatus)
}

function statusOf(checks: readonly VenueCheck[]): number {
  const isWhole = ({ reached, channels }: VenueCheck) =>
    reached && channels.length > 0 && channels.every(({ verdict }) => verdict !== 'silent')
  if (!checks.every(isWhole)) return EXIT.network
  return checks.every(({ openInterest }) => openInterest.every(({ agrees }) => agrees)) ? EXIT.ok : EXIT.failure
}

async function simulatedVenues(exchanges: readonly Exchange[], { symbols, seed }: DoctorVenuesFlags) {
  const { runSimVenues } = await import('@liqscope/server')
  say('a simulated market is being prepared')
  const { venues, close } = await runSimVenues({
    exchanges,
    symbols: simSymbolsOf(symbols),
    backfillHours: SIM_HISTORY_HOURS,
    ...(seed === undefined ? {} : { seed }),
  })
  return {
    optionsOf(exchange: Exchange) {
      const found = venues.find(({ name }) => name === exchange)
      if (found === undefined) return {}
      const { restUrl, wsUrl } = found
      return { venue: 'sim' as const, addresses: { restUrl, wsUrl, inverseRestUrl: restUrl, inverseWsUrl: wsUrl } }
    },
    close,
  }
}
