import { useApp, useSession, useText } from '../app/context.ts'
import { Dialog } from './Dialog.tsx'

export function HelpDialog() {
  const session = useSession()
  const { help: words } = useText().dialogs
  const { keys } = words
  const singleKeys = useApp((state) => state.preference.singleKeys)
  const rows: readonly (readonly [string, string])[] = [
    [`Ctrl / Cmd K`, keys.palette],
    [keys.aLetter, keys.letter],
    ['M', keys.view],
    ['[ ]', keys.threshold],
    ['+ −', keys.zoom],
    ['T', keys.table],
    ['Space', keys.play],
    [', .', keys.step],
    [keys.arrows, keys.walk],
    ['PageUp, PageDown', keys.rows],
    ['Home, End', keys.ends],
    ['Enter', keys.read],
    ['Alt R', keys.reset],
    ['Alt S', keys.snapshot],
    ['?', keys.help],
    ['Esc', keys.close],
  ]
  return (
    <Dialog title={words.title}>
      <dl className="keys">
        {rows.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p>{words.mouse}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => session.setPreference({ singleKeys: event.currentTarget.checked })}
        />
        {words.singleKeys}
      </label>
      <Attribution />
    </Dialog>
  )
}

/** What the licence of the chart library asks for, as text. */
export function Attribution() {
  const { help: words } = useText().dialogs
  return (
    <p className="dim">
      {words.charts}{' '}
      <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        TradingView
      </a>{' '}
      Lightweight Charts™, © TradingView, Inc.
    </p>
  )
}
