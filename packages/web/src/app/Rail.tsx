import { lazy, type PointerEvent, Suspense, useRef } from 'react'
import { ClustersPanel } from '../clusters/ClustersPanel.tsx'
import type { PanelName } from '../state/app-state.ts'
import { useApp, useSession } from './context.ts'

const FeedsPanel = lazy(() => import('../feeds/FeedsPanel.tsx').then(({ FeedsPanel: Panel }) => ({ default: Panel })))

const TABS: readonly (readonly [PanelName, string])[] = [
  ['clusters', 'Clusters'],
  ['feeds', 'Feeds'],
]

/** A drag shorter than this is a press. */
const PRESS_PX = 6

/** The panel beside the picture; below it on a tablet, a sheet on a phone. */
export function Rail() {
  const session = useSession()
  const panel = useApp((state) => state.panel)
  const isOpen = useApp((state) => state.sheetOpen)
  const start = useRef<number>(undefined)
  const dropped = (event: PointerEvent) => {
    if (start.current === undefined) return
    const moved = event.clientY - start.current
    start.current = undefined
    session.store.set({ sheetOpen: Math.abs(moved) < PRESS_PX ? !isOpen : moved < 0 })
  }
  return (
    <aside className={`rail ${isOpen ? 'open' : ''}`} aria-label="Details">
      <button
        type="button"
        className="handle phone-only"
        aria-expanded={isOpen}
        onPointerDown={(event) => {
          start.current = event.clientY
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerUp={dropped}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === ' ') session.store.set({ sheetOpen: !isOpen })
        }}
      >
        <span className="vh">{isOpen ? 'Make the sheet smaller' : 'Make the sheet larger'}</span>
      </button>
      <div className="tabs" role="tablist" aria-label="Panels">
        {TABS.map(([name, text]) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === panel}
            aria-controls="panel"
            tabIndex={name === panel ? 0 : -1}
            onClick={() => session.selectPanel(name)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
              const other = TABS.find(([candidate]) => candidate !== name)?.[0] ?? name
              session.selectPanel(other)
              document.getElementById(`tab-${other}`)?.focus()
            }}
          >
            {text}
          </button>
        ))}
      </div>
      <div className="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${panel}`} tabIndex={0}>
        {panel === 'clusters' ? (
          <ClustersPanel />
        ) : (
          <Suspense>
            <FeedsPanel />
          </Suspense>
        )}
      </div>
    </aside>
  )
}
