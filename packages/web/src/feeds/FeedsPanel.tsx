import type { ChannelHealthJson, FeedState } from '@liqscope/protocol'
import { useApp, useText } from '../app/context.ts'
import { type Glyph, StateGlyph } from '../app/icons.tsx'
import { VenueChips } from '../app/VenueChips.tsx'
import { mergedGaps } from '../chart/plot-layers.ts'
import { formatShare, UNKNOWN } from '../format/number.ts'
import { formatDuration, formatMoment, zoneName } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'

const STATES = [
  'live',
  'sampled',
  'lagging',
  'stale',
  'backfilling',
  'gap',
  'replay',
] as const satisfies readonly Glyph[]

/** Whether the inputs arrive, and what never did. */
export function FeedsPanel() {
  const { panels, page } = useText()
  const words = panels.feeds
  const health = useApp((state) => state.health)
  const now = useApp((state) => state.now)
  const market = useApp(currentMarket)
  const gaps = useApp((state) => state.picture?.gaps)
  const ids = market?.sumOf ?? [market?.id]
  const channels = health?.channels.filter(({ venue, symbol }) => ids.includes(`${venue}:${symbol}`)) ?? []
  const inView = mergedGaps(gaps ?? [])
  return (
    <div className="columns">
      <div>
        <div className="venue-list phone-only">
          <VenueChips />
        </div>
        <h3>
          <span>{words.age}</span>
          <small>{market?.venueName}</small>
        </h3>
        {channels.length === 0 ? (
          <p>{health ? words.noChannel : words.unknown}</p>
        ) : (
          <table className="data feeds-table">
            <caption className="vh">{words.caption}</caption>
            <thead>
              <tr>
                <th scope="col">{words.channel}</th>
                <th scope="col">{words.state}</th>
                <th scope="col">{words.ageShort}</th>
                <th scope="col">{words.refused}</th>
              </tr>
            </thead>
            <tbody>
              {channels.map((channel) => (
                <ChannelRow
                  key={`${channel.channel} ${channel.venue} ${channel.symbol}`}
                  channel={channel}
                  now={now}
                  isOneOfMany={ids.length > 1}
                />
              ))}
            </tbody>
          </table>
        )}
        <h3>
          <span>{words.gaps}</span>
          <small>{words.never}</small>
        </h3>
        {inView.length === 0 ? (
          <p>{words.noGaps}</p>
        ) : (
          <table className="data">
            <caption className="vh">{words.gapsCaption}</caption>
            <thead>
              <tr>
                <th scope="col">{words.from(zoneName(inView.at(-1)?.from ?? 0))}</th>
                <th scope="col">{words.lasting}</th>
                <th scope="col">{words.missing}</th>
              </tr>
            </thead>
            <tbody>
              {inView.slice(-8).map(({ from, to, channels: missing }) => (
                <tr key={from}>
                  <td>{formatMoment(from)}</td>
                  <td>{formatDuration(to - from)}</td>
                  <td className="warn">{missing}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <div>
        <h3>
          <span>{words.coverage}</span>
          <small>{words.coverageMeaning}</small>
        </h3>
        <dl className="pairs">
          <dt>{words.heldRange}</dt>
          <dd>{formatShare(market?.coverage)}</dd>
          {market?.from == null ? null : (
            <>
              <dt>{words.heldSince}</dt>
              <dd>{formatMoment(market.from)}</dd>
            </>
          )}
        </dl>
        <h3>{words.states}</h3>
        <dl className="states">
          {STATES.map((state) => (
            <div key={state}>
              <dt className={isLate(state) ? 'warn' : ''}>
                <StateGlyph state={state} />
                {page.states[state]}
              </dt>
              <dd>{words.meanings[state]}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}

function ChannelRow({
  channel,
  now,
  isOneOfMany,
}: {
  readonly channel: ChannelHealthJson
  readonly now: number
  readonly isOneOfMany: boolean
}) {
  const venue = useApp(
    (state) => state.markets.find(({ id }) => id === `${channel.venue}:${channel.symbol}`)?.venueName ?? channel.venue,
  )
  const { states } = useText().page
  const age = channel.lastTime === null ? undefined : now - channel.lastTime
  return (
    <tr>
      <td>
        {isOneOfMany ? `${venue} ` : ''}
        {channel.channel} {channel.sampled ? <small>{states.sampled}</small> : null}
      </td>
      <td className={isLate(channel.state) ? 'warn' : 'quiet-text'}>{states[channel.state]}</td>
      <td className={isLate(channel.state) ? 'warn' : ''}>
        {age === undefined || channel.state === 'replay' ? UNKNOWN : formatDuration(age)}
      </td>
      <td>{channel.errors}</td>
    </tr>
  )
}

function isLate(state: FeedState | Glyph): boolean {
  return ['lagging', 'stale', 'backfilling', 'gap', 'offline'].includes(state)
}
