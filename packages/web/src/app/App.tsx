import { lazy, Suspense, useEffect } from 'react'
import { HeatmapView } from '../chart/HeatmapView.tsx'
import { ReplayStrip } from '../replay/ReplayStrip.tsx'
import { currentMarket, frozenReason } from '../state/app-state.ts'
import { SessionContext, useApp } from './context.ts'
import { NoticeRow } from './NoticeRow.tsx'
import { PhoneNav } from './PhoneNav.tsx'
import { Rail } from './Rail.tsx'
import type { Session } from './session.ts'
import { handleKeys } from './shortcuts.ts'
import { TopBar } from './TopBar.tsx'
import { ViewBar } from './ViewBar.tsx'

const MapView = lazy(() => import('../map/MapView.tsx').then((module) => ({ default: module.MapView })))
const PictureTable = lazy(() =>
  import('../table/PictureTable.tsx').then((module) => ({ default: module.PictureTable })),
)
const PaletteDialog = lazy(() =>
  import('../dialog/PaletteDialog.tsx').then((module) => ({ default: module.PaletteDialog })),
)
const HelpDialog = lazy(() => import('../dialog/HelpDialog.tsx').then((module) => ({ default: module.HelpDialog })))
const HowDialog = lazy(() => import('../dialog/HowDialog.tsx').then((module) => ({ default: module.HowDialog })))
const MoreDialog = lazy(() => import('../dialog/MoreDialog.tsx').then((module) => ({ default: module.MoreDialog })))

export function App({ session }: { readonly session: Session }) {
  useEffect(() => handleKeys(session), [session])
  return (
    <SessionContext value={session}>
      <Page />
    </SessionContext>
  )
}

function Page() {
  const view = useApp((state) => state.view)
  const showTable = useApp((state) => state.showTable)
  const frozen = useApp(frozenReason)
  const simulated = useApp((state) => currentMarket(state)?.simulated ?? false)
  const market = useApp((state) => state.market)
  const sheetOpen = useApp((state) => state.sheetOpen)
  const announcement = useApp((state) => state.announcement)
  return (
    <div
      className={`app ${frozen ? 'frozen' : ''} ${simulated ? 'simulated' : ''} ${sheetOpen ? 'sheet-open' : ''}`}
      data-frozen={frozen !== undefined}
      data-simulated={simulated}
    >
      <TopBar />
      <ViewBar />
      <div className="notice-place">
        <NoticeRow />
      </div>
      <main className="chart">
        <h1 className="vh">Estimated liquidation {view}</h1>
        {view === 'heatmap' ? (
          <HeatmapView />
        ) : (
          <Suspense fallback={<div />}>
            <MapView key={market} />
          </Suspense>
        )}
        {showTable ? (
          <Suspense>
            <PictureTable />
          </Suspense>
        ) : null}
      </main>
      <ReplayStrip />
      <Rail />
      <PhoneNav />
      <OpenDialog />
      <div className="vh" aria-live="polite" data-testid="announcement">
        {announcement}
      </div>
    </div>
  )
}

function OpenDialog() {
  const dialog = useApp((state) => state.dialog)
  if (!dialog) return null
  return (
    <Suspense>
      {dialog === 'palette' ? (
        <PaletteDialog />
      ) : dialog === 'help' ? (
        <HelpDialog />
      ) : dialog === 'how' ? (
        <HowDialog />
      ) : (
        <MoreDialog />
      )}
    </Suspense>
  )
}
