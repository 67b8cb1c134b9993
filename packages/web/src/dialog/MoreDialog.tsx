import { useApp, useSession } from '../app/context.ts'
import { saveSnapshot } from '../app/snapshot.ts'
import { copyLink } from '../app/TopBar.tsx'
import { ThresholdControl, UnitControl } from '../chart/HeatLegend.tsx'
import { ReplayControls } from '../replay/ReplayStrip.tsx'
import { Dialog } from './Dialog.tsx'
import { Looks } from './HelpDialog.tsx'

/** What has no room on a phone's screen. */
export function MoreDialog() {
  const session = useSession()
  const replay = useApp((state) => state.replay)
  const { theme, sides, ramp } = useApp((state) => state.preference)
  const act = (run: () => void) => () => {
    session.store.set({ dialog: undefined })
    run()
  }
  return (
    <Dialog title="More">
      <div className="more-controls">
        <UnitControl />
        <ThresholdControl />
      </div>
      {replay ? (
        <div className="more-controls">
          <ReplayControls replay={replay} />
        </div>
      ) : null}
      <div className="more-list">
        <button type="button" onClick={act(() => session.store.set({ panel: 'feeds', sheetOpen: true }))}>
          Feeds
        </button>
        <button type="button" onClick={act(() => session.store.set({ showTable: true }))}>
          Table of this view
        </button>
        <button type="button" onClick={() => session.store.set({ dialog: 'how' })}>
          How this is computed
        </button>
        <button type="button" onClick={act(() => saveSnapshot(session.store.get()))}>
          Save a snapshot
        </button>
        <button type="button" onClick={act(() => copyLink(session.announce))}>
          Copy a link to this view
        </button>
      </div>
      <Looks theme={theme} sides={sides} ramp={ramp} />
      <p className="dim">Charts by TradingView Lightweight Charts™, © TradingView, Inc.</p>
    </Dialog>
  )
}
