import type { Session } from '../app/session.ts'

/** Copies the address of what is on screen, zoom and all. */
export function copyLink(session: Session): void {
  const { share: words } = session.store.get().text.dialogs
  void navigator.clipboard?.writeText(session.address()).then(
    () => session.announce(words.copied),
    () => session.announce(words.notCopied),
  )
}
