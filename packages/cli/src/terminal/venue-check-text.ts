import type { ChannelCheck, VenueCheck } from '@liqscope/feeds'
import { venueName } from '@liqscope/market'
import { rateText, skewText, tableText } from './channel-table.ts'
import { percentText, usd } from './figures.ts'

/** What was found of each venue, for a person. */
export function venueCheckText(checks: readonly VenueCheck[], simulated: boolean): string {
  const rows = checks.flatMap((check) => check.channels.map((channel) => channelRow(check, channel)))
  const table =
    rows.length === 0
      ? []
      : [
          tableText([['venue', 'market', 'channel', 'found', 'first after', 'per second', 'skew'], ...rows]),
          '',
          'skew: our clock minus the exchange’s, network included',
        ]
  return [
    ...(simulated ? ['SIMULATED venues: nothing here is real', ''] : []),
    ...table,
    ...checks.flatMap(openInterestLines),
    ...checks.flatMap(problemLines),
  ].join('\n')
}

function channelRow({ exchange }: VenueCheck, found: ChannelCheck): string[] {
  const { symbol, channel, verdict, firstAfterMs, perSecond, skewMs, sampled } = found
  return [
    venueName(exchange),
    symbol,
    sampled ? `${channel} (sampled)` : channel,
    VERDICTS[verdict],
    firstAfterMs === undefined ? '-' : `${(firstAfterMs / 1_000).toFixed(1)} s`,
    rateText(verdict === 'ok' ? perSecond : null),
    skewText(skewMs ?? null),
  ]
}

const VERDICTS = { ok: 'ok', quiet: 'quiet, as it may be', silent: 'SILENT' } as const

function openInterestLines({ exchange, reached, openInterest, channels }: VenueCheck): string[] {
  if (!reached || channels.length === 0) return []
  const name = venueName(exchange)
  if (openInterest.length === 0) return [`${name}: open interest in USD is not published, so ours is not compared`]
  return openInterest.map(({ symbol, ours, theirs, difference, ageMs, agrees }) => {
    const age = ageMs < 60_000 ? 'now' : `${Math.round(ageMs / 60_000)} min ago`
    return `${name} ${symbol}: open interest ${usd(ours)}, the venue says ${usd(theirs)} (${age}): ${percentText(difference)}, ${agrees ? 'agrees' : 'DIFFERS'}`
  })
}

function problemLines({ exchange, reached, problem, errors }: VenueCheck): string[] {
  const name = venueName(exchange)
  if (!reached) return [`${name}: NOT REACHED: ${problem ?? 'no answer'}`]
  return [...(problem === undefined ? [] : [`${name}: ${problem}`]), ...errors.map((error) => `${name}: ${error}`)]
}
