import type { AppState } from '../state/app-state.ts'
import { useApp, useSession } from './context.ts'
import { Icon, type IconName } from './icons.tsx'
import type { Session } from './session.ts'

interface Place {
  readonly icon: IconName
  readonly text: string
  readonly isHere: (state: AppState) => boolean
  readonly go: (session: Session) => void
}

const PLACES: readonly Place[] = [
  {
    icon: 'heatmap',
    text: 'Heatmap',
    isHere: ({ view, sheetOpen }) => view === 'heatmap' && !sheetOpen,
    go: (session) => {
      session.selectView('heatmap')
      session.store.set({ sheetOpen: false, panel: 'clusters' })
    },
  },
  {
    icon: 'map',
    text: 'Map',
    isHere: ({ view, sheetOpen }) => view === 'map' && !sheetOpen,
    go: (session) => {
      session.selectView('map')
      session.store.set({ sheetOpen: false, panel: 'clusters' })
    },
  },
  {
    icon: 'clusters',
    text: 'Clusters',
    isHere: ({ sheetOpen, panel }) => sheetOpen && panel === 'clusters',
    go: (session) => session.store.set({ panel: 'clusters', sheetOpen: true }),
  },
  {
    icon: 'more',
    text: 'More',
    isHere: ({ dialog }) => dialog === 'more',
    go: (session) => session.store.set({ dialog: 'more' }),
  },
]

/** The bottom bar of a phone. */
export function PhoneNav() {
  return (
    <nav className="phone-nav" aria-label="Places">
      {PLACES.map((place) => (
        <PlaceButton key={place.text} place={place} />
      ))}
    </nav>
  )
}

function PlaceButton({ place }: { readonly place: Place }) {
  const session = useSession()
  const isHere = useApp(place.isHere)
  return (
    <button type="button" aria-current={isHere ? 'page' : undefined} onClick={() => place.go(session)}>
      <Icon name={place.icon} />
      {place.text}
    </button>
  )
}
