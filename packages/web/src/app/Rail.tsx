import { type KeyboardEvent, type PointerEvent, Suspense, useMemo, useRef } from 'react'
import { useApp, useSession, useText } from './context.ts'
import { PANELS, type PanelName } from './panels.ts'

/** A drag shorter than this is a press. */
const PRESS_PX = 6

/** The panel beside the picture; below it on a tablet, a sheet on a phone. */
export function Rail() {
  const session = useSession()
  const text = useText()
  const wanted = useApp((state) => state.layout.panel)
  const ready = useApp((state) =>
    PANELS.filter(({ isReady }) => isReady(state))
      .map(({ name }) => name)
      .join(),
  )
  const tabs = useMemo(() => PANELS.filter(({ name }) => ready.split(',').includes(name)), [ready])
  const open = tabs.find(({ name }) => name === wanted) ?? tabs[0]
  if (!open) return null
  const { Panel } = open
  const choose = (name: PanelName) => session.selectPanel(name)
  const step = (event: KeyboardEvent, at: number) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = tabs[(to + tabs.length) % tabs.length]!
    choose(next.name)
    document.getElementById(`tab-${next.name}`)?.focus()
  }
  return (
    <RailFrame>
      <h2 className="vh">{text.page.rail.details}</h2>
      <div className="tabs" role="tablist" aria-label={text.page.rail.panels}>
        {tabs.map(({ name, title }, at) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === open.name}
            aria-controls="panel"
            tabIndex={name === open.name ? 0 : -1}
            onClick={() => choose(name)}
            onKeyDown={(event) => step(event, at)}
          >
            {title(text)}
          </button>
        ))}
      </div>
      <div className="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${open.name}`} tabIndex={0}>
        <Suspense>
          <Panel />
        </Suspense>
      </div>
    </RailFrame>
  )
}

/** On a phone the frame has a handle: a drag, a press or a key makes the sheet larger or smaller. */
function RailFrame({ children }: { readonly children: React.ReactNode }) {
  const session = useSession()
  const { rail } = useText().page
  const isOpen = useApp((state) => state.sheetOpen)
  const start = useRef<number>(undefined)
  const dropped = (event: PointerEvent) => {
    if (start.current === undefined) return
    const moved = event.clientY - start.current
    start.current = undefined
    session.store.set({ sheetOpen: Math.abs(moved) < PRESS_PX ? !isOpen : moved < 0 })
  }
  return (
    <aside className={`rail ${isOpen ? 'open' : ''}`} aria-label={rail.details}>
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
        <span className="vh">{isOpen ? rail.smaller : rail.larger}</span>
      </button>
      {children}
    </aside>
  )
}
