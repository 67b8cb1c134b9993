import type { NoticeJson } from '@liqscope/protocol'
import { formatClock, formatDuration, formatMoment, zoneName } from '../format/time.ts'
import { currentMarket, dataAsOf, frozenReason } from '../state/app-state.ts'
import { useApp, useSession, useText } from './context.ts'

/** One line: what, since when, its effect, one action. Nothing when there is nothing to say. */
export function NoticeRow() {
  const session = useSession()
  const { notice: words } = useText().page
  const frozen = useApp(frozenReason)
  const unreachable = useApp((state) => (state.markets.length === 0 ? state.unreachable : undefined))
  const notices = useApp((state) => state.notices)
  const market = useApp(currentMarket)
  const isOnline = useApp((state) => state.isOnline)
  const isLost = useApp((state) => state.link?.kind === 'lost')
  const moment = useApp((state) => state.moment)
  const isSimulated = market?.simulated ?? false
  const openFeeds = () => {
    session.selectPanel('feeds')
    session.store.set({ sheetOpen: true })
  }
  if (!isOnline && isLost)
    return (
      <Notice kind="warn" title={words.offline}>
        {words.offlineText}
      </Notice>
    )
  if (frozen === 'server') return <Lost />
  if (unreachable !== undefined)
    return (
      <Notice kind="warn" title={words.noAnswer}>
        {words.noAnswerText(unreachable)}
      </Notice>
    )
  if (frozen === 'venue' && market)
    return (
      <Notice kind="warn" title={words.notLive} action={words.openFeeds} onAction={openFeeds}>
        {words.venueStopped(market.venueName)}
      </Notice>
    )
  if (moment !== undefined)
    return (
      <Notice
        kind={isSimulated ? 'sim' : 'past'}
        title={isSimulated ? `SIMULATED · ${words.past}` : words.past}
        action={words.toNow}
        onAction={() => session.goTo(undefined)}
      >
        {words.pastText(`${formatMoment(moment)} ${zoneName(moment)}`)}
      </Notice>
    )
  // What the server says first; a simulated market says so even when the server had none.
  const first = notices.find(({ level }) => level !== 'simulated')
  if (first)
    return (
      <Notice
        kind="warn"
        title={first.level === 'partial' ? words.partial : words.problem}
        action={words.openFeeds}
        onAction={openFeeds}
      >
        <Told notice={first} />
      </Notice>
    )
  if (isSimulated)
    return (
      <Notice kind="sim" title="SIMULATED">
        {words.codes[notices.find(({ level }) => level === 'simulated')?.code ?? 'simAlone']}
      </Notice>
    )
  return null
}

/** In the reader's language where the sentence is always the same, else as the server wrote it. */
function Told({ notice: { code, text } }: { readonly notice: NoticeJson }) {
  const { codes } = useText().page.notice
  return code === undefined ? <span lang="en">{text}</span> : codes[code]
}

function Lost() {
  const session = useSession()
  const { notice: words } = useText().page
  const link = useApp((state) => state.link)
  const now = useApp((state) => state.now)
  const asOf = useApp(dataAsOf)
  if (link?.kind !== 'lost') return null
  const next = Math.max(0, link.nextTry - now)
  const parts = [
    words.silentFor(formatDuration(now - link.since)),
    asOf === undefined ? '' : words.frozenAt(`${formatClock(asOf)} ${zoneName(asOf)}`),
    `${words.attempt(link.attempt)}${next > 0 ? words.nextIn(formatDuration(next)) : ''}.`,
  ]
  return (
    <Notice kind="warn" title={words.notLive} action={words.retry} onAction={session.retry}>
      {parts.filter(Boolean).join(' ')}
    </Notice>
  )
}

interface NoticeProps {
  readonly kind: 'warn' | 'sim' | 'past'
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
