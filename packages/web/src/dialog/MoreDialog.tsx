import { useApp, useSession, useText } from '../app/context.ts'
import { PANELS, type PanelName } from '../app/panels.ts'
import { ThresholdControl, UnitControl } from '../chart/HeatLegend.tsx'
import { FileClock, PastControls } from '../replay/ReplayControls.tsx'
import { Dialog } from './Dialog.tsx'
import { Attribution } from './HelpDialog.tsx'

/** What has no room on a phone's screen. */
export function MoreDialog() {
  const session = useSession()
  const text = useText()
  const { top } = text.page
  const ready = useApp((state) =>
    PANELS.filter(({ isReady }) => isReady(state))
      .map(({ name }) => name)
      .join(),
  )
  const act = (run: () => void) => () => {
    session.store.set({ dialog: undefined })
    run()
  }
  const open = (panel: PanelName) =>
    act(() => {
      session.selectPanel(panel)
      session.store.set({ sheetOpen: true })
    })
  return (
    <Dialog title={text.dialogs.more.title}>
      <div className="more-controls">
        <UnitControl />
        <ThresholdControl />
      </div>
      <div className="more-controls">
        <PastControls />
        <FileClock />
      </div>
      <div className="more-list">
        {PANELS.filter(({ name }) => name !== 'clusters' && ready.split(',').includes(name)).map(({ name, title }) => (
          <button key={name} type="button" onClick={open(name)}>
            {title(text)}
          </button>
        ))}
        <button type="button" onClick={act(() => session.store.set({ showTable: true }))}>
          {top.table}
        </button>
        <button type="button" onClick={() => session.store.set({ dialog: 'layers' })}>
          {top.layers}
        </button>
        <button type="button" onClick={() => session.store.set({ dialog: 'share' })}>
          {top.share}
        </button>
        <button type="button" onClick={() => session.store.set({ dialog: 'how' })}>
          {text.dialogs.how.title}
        </button>
      </div>
      <Attribution />
    </Dialog>
  )
}
