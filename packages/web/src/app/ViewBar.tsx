import { formatShare } from '../format/number.ts'
import { formatAsOf, formatDuration } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason, RANGE_MS, RANGES } from '../state/app-state.ts'
import { useApp, useSession, useText } from './context.ts'
import { Segments } from './Segments.tsx'
import { VenueChips } from './VenueChips.tsx'

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
