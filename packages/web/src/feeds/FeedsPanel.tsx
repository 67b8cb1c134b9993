import type { ChannelHealthJson, FeedState } from '@liqscope/protocol'
import { useApp } from '../app/context.ts'
import { type Glyph, StateGlyph } from '../app/icons.tsx'
import { mergedGaps } from '../chart/plot-layers.ts'
import { formatShare } from '../format/number.ts'
import { formatDuration, formatMoment } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'

const STATES: readonly (readonly [Glyph, string, string])[] = [
  ['live', 'Live', 'the newest message is seconds old'],
  ['sampled', 'Sampled', 'the venue publishes about one forced order a second'],
  ['lagging', 'Lagging', 'messages come late'],
  ['stale', 'Stale', 'nothing for some time, or the venue said goodbye'],
  ['backfilling', 'Backfilling', 'history is being read in'],
  ['gap', 'Gap', 'history could not be read'],
  ['replay', 'Replay', 'recorded data, played again'],
]

/** Whether the inputs arrive, and what never did. */
export function FeedsPanel() {
  const health = useApp((state) => state.health)
  const now = useApp((state) => state.now)
  const market = useApp(currentMarket)
  const gaps = useApp((state) => state.picture?.gaps)
  const channels = health?.channels.filter(({ venue, symbol }) => market?.id === `${venue}:${symbol}`) ?? []
  const inView = mergedGaps(gaps ?? [])
  return (
    <div className="columns">
      <div>
        <h3>
          <span>Age of the newest message</span>
          <small>{market?.venueName}</small>
        </h3>
        {channels.length === 0 ? (
          <p>{health ? 'This market has no live channel.' : 'Not known while the server does not answer.'}</p>
        ) : (
          <table className="data">
            <caption className="vh">Channels and the age of their newest message</caption>
            <thead>
              <tr>
                <th scope="col">Channel</th>
                <th scope="col">State</th>
                <th scope="col">Age</th>
                <th scope="col">Refused</th>
              </tr>
            </thead>
            <tbody>
              {channels.map((channel) => (
                <ChannelRow key={`${channel.channel} ${channel.symbol}`} channel={channel} now={now} />
              ))}
            </tbody>
          </table>
        )}
        <h3>
          <span>Gaps in range</span>
          <small>never interpolated</small>
        </h3>
        {inView.length === 0 ? (
          <p>None known.</p>
        ) : (
          <table className="data">
            <caption className="vh">Gaps, UTC</caption>
            <thead>
              <tr>
                <th scope="col">From (UTC)</th>
                <th scope="col">For</th>
                <th scope="col">Missing</th>
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
          <span>Coverage</span>
          <small>share of the held range whose bars arrived</small>
        </h3>
        <dl className="pairs">
          <dt>Held range</dt>
          <dd>{formatShare(market?.coverage)}</dd>
          {market?.from == null ? null : (
            <>
              <dt>Held since</dt>
              <dd>{formatMoment(market.from)}</dd>
            </>
          )}
        </dl>
        <h3>States</h3>
        <dl className="states">
          {STATES.map(([state, name, meaning]) => (
            <div key={state}>
              <dt className={isLate(state) ? 'warn' : ''}>
                <StateGlyph state={state} />
                {name}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}

function ChannelRow({ channel, now }: { readonly channel: ChannelHealthJson; readonly now: number }) {
  const age = channel.lastTime === null ? undefined : now - channel.lastTime
  return (
    <tr>
      <td>
        {channel.channel} {channel.sampled ? <small>sampled</small> : null}
      </td>
      <td className={isLate(channel.state) ? 'warn' : 'quiet-text'}>{channel.state}</td>
      <td className={isLate(channel.state) ? 'warn' : ''}>
        {age === undefined || channel.state === 'replay' ? 'none' : formatDuration(age)}
      </td>
      <td>{channel.errors}</td>
    </tr>
  )
}

function isLate(state: FeedState | Glyph): boolean {
  return ['lagging', 'stale', 'backfilling', 'gap', 'offline'].includes(state)
}
