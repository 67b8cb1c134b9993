import { saveSnapshot } from '../share/snapshot.ts'
import { pictureOnScreen } from './commands.ts'
import type { Session } from './session.ts'

const THRESHOLD_STEP = 5
const ZOOM_STEP = 1.25

/** Puts the page's keys in force; returns how to take them back. */
export function handleKeys(session: Session): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return
    if (chord(session, event) || singleKey(session, event)) event.preventDefault()
  }
  window.addEventListener('keydown', listener)
  return () => window.removeEventListener('keydown', listener)
}

/** Keys with a modifier work everywhere. */
function chord(session: Session, event: KeyboardEvent): boolean {
  const { store } = session
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
    store.set({ dialog: store.get().dialog === 'palette' ? undefined : 'palette', paletteQuery: '' })
    return true
  }
  // The code, not the key: with Alt held many layouts give another character.
  if (!event.altKey || event.ctrlKey || event.metaKey) return false
  if (event.code === 'KeyR') pictureOnScreen()?.reset()
  else if (event.code === 'KeyS') saveSnapshot(store.get())
  else return false
  return true
}

/** Keys without a modifier need the chart's focus, or none at all, and can be turned off. */
function singleKey(session: Session, event: KeyboardEvent): boolean {
  const { store } = session
  const state = store.get()
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (!state.preference.singleKeys || state.dialog || !isOnChart(event.target)) return false
  switch (event.key) {
    case '?':
      store.set({ dialog: 'help' })
      return true
    case '[':
      session.setThreshold(state.layout.threshold - THRESHOLD_STEP)
      return true
    case ']':
      session.setThreshold(state.layout.threshold + THRESHOLD_STEP)
      return true
    case ' ':
      session.play(!state.play.isOn)
      return true
    case ',':
      session.step(-1)
      return true
    case '.':
      session.step(1)
      return true
    case '+':
    case '=':
      pictureOnScreen()?.zoom(1 / ZOOM_STEP)
      return true
    case '-':
      pictureOnScreen()?.zoom(ZOOM_STEP)
      return true
    case 'm':
    case 'M':
      session.selectView(state.layout.view === 'map' ? 'heatmap' : 'map')
      return true
    case 't':
    case 'T':
      store.set({ showTable: !state.showTable })
      return true
    case 'Escape':
      if (!state.showTable && !state.selected && !state.sheetOpen) return false
      store.set({ showTable: false, selected: undefined, sheetOpen: false })
      return true
    default:
      if (!/^[a-z]$/i.test(event.key)) return false
      store.set({ dialog: 'palette', paletteQuery: event.key.toUpperCase() })
      return true
  }
}

function isOnChart(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest('[data-chart]') !== null)
}
