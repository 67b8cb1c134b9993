import { useMemo } from 'react'
import { formatChange, formatFunding, formatPrice, formatUsd } from '../format/number.ts'
import { formatClock, formatDuration } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason } from '../state/app-state.ts'
import { notionalBetween } from '../state/live-map.ts'
import { venuesOf } from '../state/venues.ts'
import { useApp, useSession, useText } from './context.ts'
import { Brand, Icon, type IconName, StateGlyph } from './icons.tsx'
import { marketName } from './market-name.ts'

/** The estimates at the top reach this far from the mark. */
const REACH = 0.05
const DAY_MS = 86_400_000

export function TopBar() {
  const session = useSession()
  const { top } = useText().page
  const market = useApp(currentMarket)
  const live = useApp((state) => state.live)
  const frozen = useApp(frozenReason)
  const price = live?.price ?? market?.price
  return (
    <header className="top">
      <div className="brand">
        <Brand />
        <span>liqscope</span>
      </div>
      <button
        type="button"
        className="symbol"
        onClick={() => session.store.set({ dialog: 'palette', paletteQuery: '' })}
      >
        <span className="vh">{top.symbol} </span>
        {market ? marketName(market) : top.noMarket} <small>{top.perpetual}</small>
        <span className="vh">, {top.change}</span>
        <Icon name="down" size={12} />
      </button>
      <div className="price" data-testid="mark-price">
        <span className="vh">{top.markPrice} </span>
        {formatPrice(price, market?.tickSize ?? 0.1)}
      </div>
      {frozen ? <Stopped /> : <Stat name={top.day}>{formatChange(market?.change24h)}</Stat>}
      <span className="rule wide-only" />
      <OpenInterestStat />
      <FundingStat />
      <ReachStats />
      <span className="grow" />
      <button
        type="button"
        className="search"
        onClick={() => session.store.set({ dialog: 'palette', paletteQuery: '' })}
      >
        <Icon name="search" />
        <span>{top.search}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className="icons">
        <IconButton
          name="table"
          label={top.table}
          className="not-phone"
          onPress={() => session.store.set({ showTable: !session.store.get().showTable })}
        />
        <IconButton
          name="layers"
          label={top.layers}
          className="not-phone"
          onPress={() => session.store.set({ dialog: 'layers' })}
        />
        <IconButton
          name="share"
          label={top.share}
          className="not-phone"
          onPress={() => session.store.set({ dialog: 'share' })}
        />
        <IconButton
          name="theme"
          label={top.theme}
          className="not-phone"
          onPress={() =>
            session.setPreference({ theme: session.store.get().preference.theme === 'dark' ? 'light' : 'dark' })
          }
        />
        <IconButton
          name="help"
          label={top.help}
          className="wide-only"
          onPress={() => session.store.set({ dialog: 'help' })}
        />
        <VenueCount />
      </div>
    </header>
  )
}

function Stat({
  name,
  className,
  children,
}: {
  readonly name: string
  readonly className?: string
  readonly children: React.ReactNode
}) {
  return (
    <div className={`stat ${className ?? ''}`}>
      <span>{name}</span>
      {children}
    </div>
  )
}

function Stopped() {
  const { top } = useText().page
  const asOf = useApp(dataAsOf)
  return (
    <div className="stat">
      <span className="warn">{top.stopped}</span>
      <i className="warn">{asOf === undefined ? '–' : formatClock(asOf)}</i>
    </div>
  )
}

function OpenInterestStat() {
  const { top } = useText().page
  const notional = useApp((state) => state.live?.openInterest?.notional ?? currentMarket(state)?.openInterestNotional)
  const picture = useApp((state) => state.picture)
  const change = useMemo(() => {
    const known = picture?.bars.filter((bar) => bar.openInterest !== null) ?? []
    const last = known.at(-1)
    if (!last) return undefined
    const before = known.findLast((bar) => bar.openTime <= last.openTime - DAY_MS)
    return before?.openInterest && last.openInterest ? last.openInterest / before.openInterest - 1 : undefined
  }, [picture])
  if (notional == null) return null
  return (
    <Stat name={top.openInterest} className="not-phone">
      {formatUsd(notional)}{' '}
      {change === undefined ? null : (
        <i className="dim" title={top.openInterestChange}>
          {formatChange(change, 1)}
        </i>
      )}
    </Stat>
  )
}

function FundingStat() {
  const { top } = useText().page
  const rate = useApp((state) => state.live?.fundingRate ?? currentMarket(state)?.fundingRate)
  const next = useApp((state) => state.live?.nextFundingTime ?? currentMarket(state)?.nextFundingTime)
  const minute = useApp((state) => Math.floor((dataAsOf(state) ?? state.now) / 60_000) * 60_000)
  if (rate == null) return null
  const name = next != null && next > minute ? top.fundingIn(formatDuration(next - minute)) : top.funding
  return (
    <Stat name={name} className="wide-only">
      {formatFunding(rate)}
    </Stat>
  )
}

function ReachStats() {
  const { top } = useText().page
  const map = useApp((state) => state.live?.map)
  if (!map) return null
  const { price } = map
  return (
    <>
      <Stat name={top.longsBelow} className="wide-only">
        <i className="long">{formatUsd(notionalBetween(map, 'long', price * (1 - REACH), price * 1.001))}</i>{' '}
        <i className="dim">{top.estimated}</i>
      </Stat>
      <Stat name={top.shortsAbove} className="wide-only">
        <i className="short">{formatUsd(notionalBetween(map, 'short', price * 0.999, price * (1 + REACH)))}</i>{' '}
        <i className="dim">{top.estimated}</i>
      </Stat>
    </>
  )
}

/** On a phone the chips are one count; pressing it opens the feeds. */
function VenueCount() {
  const session = useSession()
  const { top } = useText().page
  const market = useApp(currentMarket)
  const markets = useApp((app) => app.markets)
  const state = market?.state ?? 'connecting'
  const venues = market && venuesOf(markets, market)
  const members = venues?.members ?? []
  const delivering = members.filter(
    ({ id, state: own }) => venues?.counted.includes(id) && ['live', 'replay', 'lagging'].includes(own),
  ).length
  return (
    <button
      type="button"
      className="icon-button phone-only"
      onClick={() => {
        session.selectPanel('feeds')
        session.store.set({ sheetOpen: true })
      }}
    >
      <StateGlyph state={state} />
      <span>{top.countOf(delivering, members.length)}</span>
      <span className="vh"> {top.venuesDeliver}</span>
    </button>
  )
}

function IconButton({
  name,
  label,
  className,
  onPress,
}: {
  readonly name: IconName
  readonly label: string
  readonly className: string
  readonly onPress: () => void
}) {
  return (
    <button type="button" className={`icon-button ${className}`} aria-label={label} title={label} onClick={onPress}>
      <Icon name={name} />
    </button>
  )
}
