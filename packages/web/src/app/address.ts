import type { AppState } from '../state/app-state.ts'
import type { Layout } from '../state/layout.ts'
import type { Store } from '../state/store.ts'
import { readLayout, writeLayout, writePermalink } from './permalink.ts'

/** The address bar and the arrangement kept for the next visit, both following the store. */
export interface AddressKeeper {
  /** Writes both soon; asking again before costs nothing. */
  readonly keep: () => void
  /** The address of this moment's picture. */
  readonly url: () => string
  readonly close: () => void
}

const KEY = 'liqscope.layout'
/** Browsers refuse more than some hundred changes of the address in half a minute: a drag writes once it rests. */
const SOON_MS = 250

export function addressKeeper(store: Store<AppState>): AddressKeeper {
  let timer: ReturnType<typeof setTimeout> | undefined
  const url = () => {
    const { market, range, layout, zoom, moment } = store.get()
    const query = writePermalink({
      range,
      layout,
      ...(market === undefined ? {} : { market }),
      ...(zoom ? { zoom } : {}),
      ...(moment === undefined ? {} : { moment }),
    })
    return `${location.origin}${location.pathname}${query}`
  }
  return {
    url,
    keep() {
      clearTimeout(timer)
      timer = setTimeout(() => {
        history.replaceState(null, '', url())
        try {
          localStorage.setItem(KEY, writeLayout(store.get().layout))
        } catch {
          // A private window refuses: the arrangement then lasts as long as the page.
        }
      }, SOON_MS)
    },
    close: () => clearTimeout(timer),
  }
}

/** The arrangement of the last visit, as far as it can be read. */
export function keptLayout(): Partial<Layout> {
  try {
    return readLayout(new URLSearchParams(localStorage.getItem(KEY) ?? ''))
  } catch {
    return {}
  }
}
