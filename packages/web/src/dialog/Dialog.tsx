import { type ReactNode, useEffect, useRef } from 'react'
import { useSession, useText } from '../app/context.ts'
import { Icon } from '../app/icons.tsx'

/** A native modal dialog: the browser keeps the focus inside, and Esc closes it. */
export function Dialog({
  title,
  className,
  children,
}: {
  readonly title: string
  readonly className?: string
  readonly children: ReactNode
}) {
  const session = useSession()
  const { dialogs: words } = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const close = () => session.store.set({ dialog: undefined })
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    if (element && !element.open) element.showModal()
    // A modal dialog gives the focus to its first button; a field that is there to be typed in takes it.
    element?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={title}
      onClose={close}
      onCancel={close}
      onPointerDown={(event) => {
        if (event.target === dialog.current) close()
      }}
    >
      <div className="dialog-inside">
        <header>
          <h2>{title}</h2>
          <button type="button" className="icon-button" aria-label={words.close} onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
