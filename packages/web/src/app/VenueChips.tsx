import type { MarketJson } from '@liqscope/protocol'
import type { MouseEvent } from 'react'
import { formatDuration } from '../format/time.ts'
import { currentMarket } from '../state/app-state.ts'
import { marketOver, marketWith, venuesOf } from '../state/venues.ts'
import { useApp, useSession, useText } from './context.ts'
import { type Glyph, StateGlyph } from './icons.tsx'

/** Below this weight a late venue is named with the part of it that still counts. */
const FULL = 0.995

/**
 * The venues of the coin on screen, each counted or not: a press takes it in or out, Alt and a press (or "only") leaves
 * it alone. The first chip counts all of them.
 */
export function VenueChips() {
  const session = useSession()
  const { bar } = useText().page
  const market = useApp(currentMarket)
  const markets = useApp((state) => state.markets)
  const choosing = useApp((state) => state.choosing)
  if (!market) return null
  // What was pressed shows at once, before its numbers are here.
  const venues = venuesOf(markets, market, choosing)
  const { sum, members, counted } = venues
  const show = (id: string | undefined) => {
    if (id === undefined) session.announce(bar.lastVenue)
    else if (sum) session.selectVenues(id)
    else session.selectMarket(id)
  }
  return (
    <fieldset className="chips">
      <legend className="vh">{bar.venues}</legend>
      {sum ? (
        <button
          type="button"
          className={`chip ${sum.simulated ? 'sim' : ''} ${counted.length === members.length ? '' : 'off'}`}
          aria-pressed={counted.length === members.length}
          title={bar.countAll}
          onClick={() => show(sum.id)}
        >
          {bar.allVenues(sum.simulated)}
        </button>
      ) : null}
      {members.map((member) => (
        <VenueChip
          key={member.id}
          market={member}
          isOn={counted.includes(member.id)}
          isLast={counted.length === 1 && counted[0] === member.id}
          isAlone={members.length === 1}
          onToggle={() => show(sum ? marketWith(venues, member.id) : member.id)}
          onOnly={() => show(marketOver(venues, [member.id]))}
        />
      ))}
    </fieldset>
  )
}

interface ChipProps {
  readonly market: MarketJson
  readonly isOn: boolean
  /** The only one that is counted: it cannot be taken out. */
  readonly isLast: boolean
  /** There is no other to choose. */
  readonly isAlone: boolean
  readonly onToggle: () => void
  readonly onOnly: () => void
}

function VenueChip({ market, isOn, isLast, isAlone, onToggle, onOnly }: ChipProps) {
  const { bar, states } = useText().page
  const channels = useApp((state) => state.health?.channels)
  const now = useApp((state) => Math.floor(state.now / 5_000) * 5_000)
  const weight = useApp((state) => state.live?.shares?.find((share) => share.market === market.id)?.weight)
  const own = channels?.filter(({ venue, symbol }) => market.id === `${venue}:${symbol}`) ?? []
  const isSampled = own.some(({ channel, sampled }) => sampled && /liquidation|forced/i.test(channel))
  const glyph: Glyph = market.state === 'live' && isSampled ? 'sampled' : market.state
  const isLate = !['live', 'replay', 'connecting'].includes(market.state)
  const isFading = isOn && weight !== undefined && weight < FULL
  // The state is silent only when live.
  const word = isFading
    ? bar.counted(weight)
    : glyph !== 'live'
      ? states[glyph]
      : market.simulated && isAlone
        ? states.simulated
        : ''
  // Each channel by itself: one may be silent while the others talk.
  const lines = own.map(({ channel, state, lastTime }) =>
    bar.channelState(channel, states[state], lastTime === null ? '–' : formatDuration(now - lastTime)),
  )
  const title = [
    glyph === 'sampled' ? bar.sampledVenue(market.venueName) : bar.venueState(market.venueName, states[market.state]),
    ...lines,
    ...(isAlone ? [] : [isLast ? bar.lastVenue : isOn ? bar.takeOut : bar.takeIn]),
  ]
  const press = (event: MouseEvent) => (event.altKey ? onOnly() : onToggle())
  return (
    <span className={`venue ${isAlone || isLast ? '' : 'has-only'}`}>
      <button
        type="button"
        className={`chip ${isLate || isFading ? 'late' : ''} ${market.simulated ? 'sim' : ''} ${isOn ? '' : 'off'}`}
        aria-pressed={isOn}
        aria-disabled={isLast && !isAlone}
        title={title.join('\n')}
        onClick={press}
      >
        <StateGlyph state={glyph} />
        <span className="venue-name">{market.venueName}</span>
        {word ? <em>{word}</em> : null}
      </button>
      {isAlone || isLast ? null : (
        <button type="button" className="only" aria-label={bar.onlyVenue(market.venueName)} onClick={onOnly}>
          {bar.only}
        </button>
      )}
    </span>
  )
}
