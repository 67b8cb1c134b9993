import { type ComponentType, lazy, Suspense, useEffect } from 'react'
import { HeatmapView } from '../chart/HeatmapView.tsx'
import { ZonesReader } from '../insight/chart-readers.tsx'
import { ReplayStrip } from '../replay/ReplayStrip.tsx'
import { currentMarket, type DialogName, frozenReason } from '../state/app-state.ts'
import { SessionContext, useApp, useText } from './context.ts'
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
const LayersDialog = lazy(() =>
  import('../dialog/LayersDialog.tsx').then((module) => ({ default: module.LayersDialog })),
)
const ShareDialog = lazy(() => import('../dialog/ShareDialog.tsx').then((module) => ({ default: module.ShareDialog })))

export function App({ session }: { readonly session: Session }) {
  useEffect(() => handleKeys(session), [session])
  return (
    <SessionContext value={session}>
      <LocalPage />
    </SessionContext>
  )
}

/** Numbers and times are written by the page's language and zone: another one writes all of them anew. */
function LocalPage() {
  const place = useApp(({ preference }) => `${preference.language} ${preference.zone}`)
  return <Page key={place} />
}

function Page() {
  const view = useApp((state) => state.layout.view)
  const text = useText()
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
        <h1 className="vh">{text.page.pictureTitle[view]}</h1>
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
      <ZonesReader />
      <OpenDialog />
      <div className="vh" aria-live="polite" data-testid="announcement">
        {announcement}
      </div>
    </div>
  )
}

const DIALOGS: Readonly<Record<DialogName, ComponentType>> = {
  palette: PaletteDialog,
  help: HelpDialog,
  how: HowDialog,
  more: MoreDialog,
  layers: LayersDialog,
  share: ShareDialog,
}

function OpenDialog() {
  const name = useApp((state) => state.dialog)
  if (!name) return null
  const Opened = DIALOGS[name]
  return (
    <Suspense>
      <Opened />
    </Suspense>
  )
}
