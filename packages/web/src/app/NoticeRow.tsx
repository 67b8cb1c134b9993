import { formatClock, formatDuration } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason } from '../state/app-state.ts'
import { useApp, useSession } from './context.ts'

/** One line: what, since when, its effect, one action. Nothing when there is nothing to say. */
export function NoticeRow() {
  const session = useSession()
  const frozen = useApp(frozenReason)
  const unreachable = useApp((state) => (state.markets.length === 0 ? state.unreachable : undefined))
  const notices = useApp((state) => state.notices)
  const market = useApp(currentMarket)
  const isSimulated = market?.simulated ?? false
  if (frozen === 'server') return <Lost />
  if (unreachable !== undefined)
    return (
      <Notice kind="warn" title="No answer">
        {unreachable}. Trying again every 3 s.
      </Notice>
    )
  if (frozen === 'venue' && market)
    return (
      <Notice kind="warn" title="Not live" action="Open feeds" onAction={() => session.store.set({ panel: 'feeds' })}>
        {market.venueName} stopped. The picture stands still until its data are back.
      </Notice>
    )
  // The server's own words first; a simulated market says so even when the server had none.
  const [first] = [...notices].filter(({ level }) => level !== 'simulated' || isSimulated)
  if (first)
    return (
      <Notice
        kind={first.level === 'simulated' ? 'sim' : 'warn'}
        title={first.level === 'simulated' ? 'SIMULATED' : first.level === 'partial' ? 'Partial data' : 'Problem'}
        {...(first.level === 'simulated'
          ? {}
          : { action: 'Open feeds', onAction: () => session.store.set({ panel: 'feeds', sheetOpen: true }) })}
      >
        {first.text}
      </Notice>
    )
  if (isSimulated)
    return (
      <Notice kind="sim" title="SIMULATED">
        A generated market with known positions. Nothing here is a real price.
      </Notice>
    )
  return null
}

function Lost() {
  const session = useSession()
  const link = useApp((state) => state.link)
  const now = useApp((state) => state.now)
  const asOf = useApp(dataAsOf)
  if (link?.kind !== 'lost') return null
  const next = Math.max(0, link.nextTry - now)
  return (
    <Notice kind="warn" title="Not live" action="Retry now" onAction={session.retry}>
      The server has been silent for {formatDuration(now - link.since)}.{' '}
      {asOf === undefined ? '' : `The picture is frozen at ${formatClock(asOf)} UTC. `}
      Reconnecting, attempt {link.attempt}
      {next > 0 ? `, next in ${formatDuration(next)}` : ''}.
    </Notice>
  )
}

interface NoticeProps {
  readonly kind: 'warn' | 'sim'
  readonly title: string
  readonly action?: string
  readonly onAction?: () => void
  readonly children: React.ReactNode
}

function Notice({ kind, title, action, onAction, children }: NoticeProps) {
  return (
    <div className={`notice ${kind}`} role="status" data-testid="notice">
      <b>{title}</b>
      <span>{children}</span>
      {action ? (
        <button type="button" onClick={onAction}>
          {action}
        </button>
      ) : null}
    </div>
  )
}
