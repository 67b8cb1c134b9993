import type { MarketJson } from '@liqscope/protocol'
import { formatShare } from '../format/number.ts'
import { formatAsOf, formatDuration } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason, RANGE_MS, RANGES } from '../state/app-state.ts'
import { useApp, useSession } from './context.ts'
import { type Glyph, StateGlyph } from './icons.tsx'
import { sameAsset } from './market-name.ts'
import { Segments } from './Segments.tsx'

const VIEWS = [
  ['heatmap', 'Heatmap'],
  ['map', 'Map'],
] as const

export function ViewBar() {
  const session = useSession()
  const view = useApp((state) => state.view)
  return (
    <nav className="bar" aria-label="View, range and venues">
      <Segments name="View" className="boxed not-phone" options={VIEWS} value={view} onChange={session.selectView} />
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
  const range = useApp((state) => state.range)
  const held = useApp((state) => {
    const market = currentMarket(state)
    return market?.from != null && market.to != null ? market.to - market.from : undefined
  })
  return (
    <fieldset className="segments ranges">
      <legend className="vh">Range</legend>
      {RANGES.map((name) => {
        const isShort = held !== undefined && RANGE_MS[name] > held * 1.02
        return (
          <button
            key={name}
            type="button"
            aria-pressed={name === range}
            className={isShort ? 'beyond' : ''}
            title={isShort ? `Longer than what is held, ${formatDuration(held)}` : undefined}
            onClick={() => session.selectRange(name)}
          >
            {name}
            {isShort ? <span className="vh">, longer than what is held</span> : null}
          </button>
        )
      })}
    </fieldset>
  )
}

/** One chip per venue of this base and quote; pressing one shows that venue's market. */
function VenueChips() {
  const session = useSession()
  const market = useApp(currentMarket)
  const markets = useApp((state) => state.markets)
  if (!market) return null
  const same = sameAsset(markets, market)
  return (
    <fieldset className="chips">
      <legend className="vh">Venues</legend>
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
  const isSampled = useApp(
    (state) =>
      state.health?.channels.some(
        ({ venue, symbol, channel, sampled }) =>
          market.id === `${venue}:${symbol}` && sampled && /liquidation|forced/i.test(channel),
      ) ?? false,
  )
  const glyph: Glyph = market.state === 'live' && isSampled ? 'sampled' : market.state
  const isLate = !['live', 'replay', 'connecting'].includes(market.state)
  // The state is silent only when live.
  const word = glyph === 'live' ? (market.simulated ? 'simulated' : '') : glyph
  return (
    <button
      type="button"
      className={`chip ${isLate ? 'late' : ''} ${market.simulated ? 'sim' : ''} ${isOn ? '' : 'off'}`}
      aria-pressed={isOn}
      title={
        glyph === 'sampled'
          ? `${market.venueName} publishes about one forced order a second`
          : `${market.venueName}: ${market.state}`
      }
      onClick={onPress}
    >
      <StateGlyph state={glyph} />
      {market.venueName}
      {word ? <em>{word}</em> : null}
    </button>
  )
}

export function AsOf() {
  const asOf = useApp(dataAsOf)
  const second = useApp((state) => state.now)
  const coverage = useApp((state) => currentMarket(state)?.coverage)
  const isReplay = useApp((state) => currentMarket(state)?.state === 'replay')
  const frozen = useApp(frozenReason)
  const isPartial = coverage != null && coverage < 0.95
  return (
    <div className="as-of">
      <span className={frozen ? 'warn' : ''}>
        <span className="not-phone">Data as of</span>
        <span className="phone-only">As of</span>{' '}
        <b>{formatAsOf(asOf, isReplay ? (asOf ?? 0) - 86_400_000 : second)}</b>
      </span>
      {coverage == null ? null : (
        <span>
          Coverage <b className={isPartial ? 'warn' : ''}>{formatShare(coverage)}</b>
        </span>
      )}
    </div>
  )
}
