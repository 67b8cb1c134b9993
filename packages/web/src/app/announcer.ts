import type { AppState } from '../state/app-state.ts'
import type { Store } from '../state/store.ts'

/** Screen readers are told at most this often, */
const EVERY_MS = 5_000
/** and only what the walk came to rest on. */
const SETTLED_MS = 150

/** Puts sentences into the page's one polite live region: walking fast says one at the end, not one a key. */
export function announcer(store: Store<AppState>): (sentence: string) => void {
  let said = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  return (sentence) => {
    clearTimeout(timer)
    timer = setTimeout(
      () => {
        said = Date.now()
        store.set({ announcement: sentence })
      },
      Math.max(SETTLED_MS, said + EVERY_MS - Date.now()),
    )
  }
}
