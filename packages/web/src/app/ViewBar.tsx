import type { MarketJson } from '@liqscope/protocol'
import { formatShare } from '../format/number.ts'
import { formatAsOf, formatDuration } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason, RANGE_MS, RANGES } from '../state/app-state.ts'
import { useApp, useSession, useText } from './context.ts'
import { type Glyph, StateGlyph } from './icons.tsx'
import { sameAsset } from './market-name.ts'
import { Segments } from './Segments.tsx'

export function ViewBar() {
  const session = useSession()
  const { bar } = useText().page
  const view = useApp((state) => state.layout.view)
  const views = [
    ['heatmap', bar.heatmap],
    ['map', bar.map],
  ] as const
  return (
    <nav className="bar" aria-label={bar.label}>
      <Segments
        name={bar.view}
        className="boxed not-phone"
        options={views}
        value={view}
        onChange={session.selectView}
      />
      <Ranges />
      <span className="rule" />
      <VenueChips />
      <span className="grow" />
      <AsOf />
    </nav>
  )
}

function Ranges() {
  const session = useSession()
  const { bar } = useText().page
  const range = useApp((state) => state.range)
  const held = useApp((state) => {
    const market = currentMarket(state)
    return market?.from != null && market.to != null ? market.to - market.from : undefined
  })
  return (
    <fieldset className="segments ranges">
      <legend className="vh">{bar.range}</legend>
      {RANGES.map((name) => {
        const isShort = held !== undefined && RANGE_MS[name] > held * 1.02
        return (
          <button
            key={name}
            type="button"
            aria-pressed={name === range}
            className={isShort ? 'beyond' : ''}
            title={isShort ? bar.longerThanHeld(formatDuration(held)) : undefined}
            onClick={() => session.selectRange(name)}
          >
            {name}
            {isShort ? <span className="vh">, {bar.longerThanHeld(formatDuration(held))}</span> : null}
          </button>
        )
      })}
    </fieldset>
  )
}

/** One chip per venue of this base and quote; pressing one shows that venue's market. */
function VenueChips() {
  const session = useSession()
  const { bar } = useText().page
  const market = useApp(currentMarket)
  const markets = useApp((state) => state.markets)
  if (!market) return null
  const same = sameAsset(markets, market)
  return (
    <fieldset className="chips">
      <legend className="vh">{bar.venues}</legend>
      {same.map((other) => (
        <VenueChip
          key={other.id}
          market={other}
          isOn={other.id === market.id}
          onPress={() => session.selectMarket(other.id)}
        />
      ))}
    </fieldset>
  )
}

function VenueChip({
  market,
  isOn,
  onPress,
}: {
  readonly market: MarketJson
  readonly isOn: boolean
  readonly onPress: () => void
}) {
  const { bar, states } = useText().page
  const channels = useApp((state) => state.health?.channels)
  const now = useApp((state) => Math.floor(state.now / 5_000) * 5_000)
  const own = channels?.filter(({ venue, symbol }) => market.id === `${venue}:${symbol}`) ?? []
  const isSampled = own.some(({ channel, sampled }) => sampled && /liquidation|forced/i.test(channel))
  const glyph: Glyph = market.state === 'live' && isSampled ? 'sampled' : market.state
  const isLate = !['live', 'replay', 'connecting'].includes(market.state)
  // The state is silent only when live.
  const word = glyph === 'live' ? (market.simulated ? states.simulated : '') : states[glyph]
  // Each channel by itself: one may be silent while the others talk.
  const lines = own.map(({ channel, state, lastTime }) =>
    bar.channelState(channel, states[state], lastTime === null ? '–' : formatDuration(now - lastTime)),
  )
  return (
    <button
      type="button"
      className={`chip ${isLate ? 'late' : ''} ${market.simulated ? 'sim' : ''} ${isOn ? '' : 'off'}`}
      aria-pressed={isOn}
      title={[
        glyph === 'sampled'
          ? bar.sampledVenue(market.venueName)
          : bar.venueState(market.venueName, states[market.state]),
        ...lines,
      ].join('\n')}
      onClick={onPress}
    >
      <StateGlyph state={glyph} />
      {market.venueName}
      {word ? <em>{word}</em> : null}
    </button>
  )
}

export function AsOf() {
  const { bar } = useText().page
  const asOf = useApp(dataAsOf)
  const second = useApp((state) => state.now)
  const coverage = useApp((state) => currentMarket(state)?.coverage)
  const isReplay = useApp((state) => currentMarket(state)?.state === 'replay')
  const frozen = useApp(frozenReason)
  const isPartial = coverage != null && coverage < 0.95
  return (
    <div className="as-of">
      <span className={frozen ? 'warn' : ''}>
        <span className="not-phone">{bar.asOf}</span>
        <span className="phone-only">{bar.asOfShort}</span>{' '}
        <b>{formatAsOf(asOf, isReplay ? (asOf ?? 0) - 86_400_000 : second)}</b>
      </span>
      {coverage == null ? null : (
        <span>
          {bar.coverage} <b className={isPartial ? 'warn' : ''}>{formatShare(coverage)}</b>
        </span>
      )}
    </div>
  )
}
