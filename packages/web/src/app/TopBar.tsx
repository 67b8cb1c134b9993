import { useMemo } from 'react'
import { formatChange, formatFunding, formatPrice, formatUsd } from '../format/number.ts'
import { formatClock, formatDuration } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason } from '../state/app-state.ts'
import { notionalBetween } from '../state/live-map.ts'
import { useApp, useSession } from './context.ts'
import { Brand, Icon, StateGlyph } from './icons.tsx'
import { marketName, sameAsset } from './market-name.ts'
import { saveSnapshot } from './snapshot.ts'

/** The estimates at the top reach this far from the mark. */
const REACH = 0.05
const DAY_MS = 86_400_000

export function TopBar() {
  const session = useSession()
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
        <span className="vh">Symbol </span>
        {market ? marketName(market) : 'No market'} <small>perpetual</small>
        <span className="vh">, change</span>
        <Icon name="down" size={12} />
      </button>
      <div className="price" data-testid="mark-price">
        <span className="vh">Mark price </span>
        {formatPrice(price, market?.tickSize ?? 0.1)}
      </div>
      {frozen ? <Stopped /> : <Stat name="24 h">{formatChange(market?.change24h)}</Stat>}
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
        <span>Symbol or command</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className="icons">
        <IconButton
          name="table"
          label="Table of this view"
          className="not-phone"
          onPress={() => session.store.set({ showTable: !session.store.get().showTable })}
        />
        <IconButton
          name="camera"
          label="Save a snapshot"
          className="wide-only"
          onPress={() => saveSnapshot(session.store.get())}
        />
        <IconButton
          name="link"
          label="Copy a link to this view"
          className="not-phone"
          onPress={() => copyLink(session.announce)}
        />
        <IconButton
          name="theme"
          label="Switch between dark and light"
          className="not-phone"
          onPress={() =>
            session.setPreference({ theme: session.store.get().preference.theme === 'dark' ? 'light' : 'dark' })
          }
        />
        <IconButton
          name="help"
          label="Keys and help"
          className="wide-only"
          onPress={() => session.store.set({ dialog: 'help' })}
        />
        <VenueCount />
      </div>
    </header>
  )
}

/** Copies the address; it always says what is on screen. */
export function copyLink(announce: (sentence: string) => void): void {
  void navigator.clipboard?.writeText(location.href).then(
    () => announce('Link copied'),
    () => announce('The browser did not allow copying; the address bar has the link'),
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
  const asOf = useApp(dataAsOf)
  return (
    <div className="stat">
      <span className="warn">stopped</span>
      <i className="warn">{asOf === undefined ? '–' : formatClock(asOf)}</i>
    </div>
  )
}

function OpenInterestStat() {
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
    <Stat name="Open interest" className="not-phone">
      {formatUsd(notional)}{' '}
      {change === undefined ? null : (
        <i className="dim" title="In base units, over 24 h">
          {formatChange(change, 1)}
        </i>
      )}
    </Stat>
  )
}

function FundingStat() {
  const rate = useApp((state) => state.live?.fundingRate ?? currentMarket(state)?.fundingRate)
  const next = useApp((state) => state.live?.nextFundingTime ?? currentMarket(state)?.nextFundingTime)
  const minute = useApp((state) => Math.floor((dataAsOf(state) ?? state.now) / 60_000) * 60_000)
  if (rate == null) return null
  const until = next != null && next > minute ? `, in ${formatDuration(next - minute)}` : ''
  return (
    <Stat name={`Funding${until}`} className="wide-only">
      {formatFunding(rate)}
    </Stat>
  )
}

function ReachStats() {
  const map = useApp((state) => state.live?.map)
  if (!map) return null
  const { price } = map
  return (
    <>
      <Stat name="Longs below, to −5 %" className="wide-only">
        <i className="long">{formatUsd(notionalBetween(map, 'long', price * (1 - REACH), price * 1.001))}</i>{' '}
        <i className="dim">est.</i>
      </Stat>
      <Stat name="Shorts above, to +5 %" className="wide-only">
        <i className="short">{formatUsd(notionalBetween(map, 'short', price * 0.999, price * (1 + REACH)))}</i>{' '}
        <i className="dim">est.</i>
      </Stat>
    </>
  )
}

/** On a phone the chips are one count; pressing it opens the feeds. */
function VenueCount() {
  const session = useSession()
  const market = useApp(currentMarket)
  const markets = useApp((app) => app.markets)
  const state = market?.state ?? 'connecting'
  const same = market ? sameAsset(markets, market) : []
  const delivering = same.filter((other) => ['live', 'replay', 'lagging'].includes(other.state)).length
  return (
    <button
      type="button"
      className="icon-button phone-only"
      onClick={() => session.store.set({ panel: 'feeds', sheetOpen: true })}
    >
      <StateGlyph state={state} />
      <span>
        {delivering} of {same.length}
      </span>
      <span className="vh"> venues deliver, open feeds</span>
    </button>
  )
}

function IconButton({
  name,
  label,
  className,
  onPress,
}: {
  readonly name: 'table' | 'camera' | 'link' | 'theme' | 'help'
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
