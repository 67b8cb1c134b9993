import type { AppState } from '../state/app-state.ts'
import type { View } from '../state/layout.ts'
import { useApp, useSession, useText } from './context.ts'
import { Icon, type IconName } from './icons.tsx'
import { PANELS, type PanelName } from './panels.ts'

/** Panels with a place of their own on a phone, as far as they are ready; the others are under More. */
const PLACES: readonly (readonly [PanelName, IconName])[] = [
  ['clusters', 'clusters'],
  ['tools', 'tools'],
]

/** The bottom bar of a phone. */
export function PhoneNav() {
  const session = useSession()
  const text = useText()
  const { phone } = text.page
  const ready = useApp((state) =>
    PANELS.filter(({ isReady }) => isReady(state))
      .map(({ name }) => name)
      .join(),
  )
  const panels = PLACES.filter(([name]) => ready.split(',').includes(name))
  const show = (view: View) => () => {
    session.selectView(view)
    session.selectPanel('clusters')
    session.store.set({ sheetOpen: false })
  }
  const open = (panel: PanelName) => () => {
    session.selectPanel(panel)
    session.store.set({ sheetOpen: true })
  }
  const titleOf = (name: PanelName) => PANELS.find((panel) => panel.name === name)?.title(text) ?? name
  const isView =
    (view: View) =>
    ({ layout, sheetOpen }: AppState) =>
      layout.view === view && !sheetOpen
  return (
    <nav className="phone-nav" aria-label={phone.places}>
      <Place icon="heatmap" text={phone.heatmap} isHere={isView('heatmap')} go={show('heatmap')} />
      <Place icon="map" text={phone.map} isHere={isView('map')} go={show('map')} />
      {panels.map(([name, icon]) => (
        <Place
          key={name}
          icon={icon}
          text={titleOf(name)}
          isHere={({ sheetOpen, layout }) => sheetOpen && layout.panel === name}
          go={open(name)}
        />
      ))}
      <Place
        icon="more"
        text={phone.more}
        isHere={({ dialog }) => dialog === 'more'}
        go={() => session.store.set({ dialog: 'more' })}
      />
    </nav>
  )
}

function Place({
  icon,
  text,
  isHere,
  go,
}: {
  readonly icon: IconName
  readonly text: string
  readonly isHere: (state: AppState) => boolean
  readonly go: () => void
}) {
  const isCurrent = useApp(isHere)
  return (
    <button type="button" aria-current={isCurrent ? 'page' : undefined} onClick={go}>
      <Icon name={icon} />
      {text}
    </button>
  )
}
