import type { ReactNode } from 'react'
import { useApp, useSession } from '../app/context.ts'
import { Segments } from '../app/Segments.tsx'
import type { Preference } from '../theme/preference.ts'
import { Dialog } from './Dialog.tsx'

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl or Cmd K', 'symbols and commands'],
  ['a letter', 'symbol search'],
  ['M', 'heatmap or map'],
  ['[ ]', 'threshold down, up'],
  ['T', 'table of this view'],
  ['Space', 'play or pause a replay'],
  ['Arrows', 'walk in time and price'],
  ['PageUp, PageDown', 'ten rows'],
  ['Home, End', 'first, newest column'],
  ['Enter', 'read out'],
  ['Alt R', 'reset the view'],
  ['Alt S', 'save a snapshot'],
  ['?', 'this help'],
  ['Esc', 'close'],
]

export function HelpDialog() {
  const session = useSession()
  const { singleKeys, sides, theme, ramp } = useApp((state) => state.preference)
  return (
    <Dialog title="Keys and help">
      <dl className="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p>Wheel zooms at the cursor, drag pans, dragging the price axis scales, a double click on an axis resets.</p>
      <label className="check">
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => session.setPreference({ singleKeys: event.currentTarget.checked })}
        />
        Single-key shortcuts
      </label>
      <Looks theme={theme} sides={sides} ramp={ramp} />
      <p className="dim">
        Charts by{' '}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          TradingView
        </a>{' '}
        Lightweight Charts™, © TradingView, Inc.
      </p>
    </Dialog>
  )
}

/** Theme, side colours and heat ramp. */
export function Looks({ theme, sides, ramp }: Pick<Preference, 'theme' | 'sides' | 'ramp'>) {
  const session = useSession()
  return (
    <div className="looks">
      <Choice text="Theme">
        <Segments
          name="Theme"
          className="boxed"
          options={THEMES}
          value={theme}
          onChange={(chosen) => session.setPreference({ theme: chosen })}
        />
      </Choice>
      <Choice text="Shorts, longs">
        <Segments
          name="Side colours"
          className="boxed"
          options={SIDES}
          value={sides}
          onChange={(chosen) => session.setPreference({ sides: chosen })}
        />
      </Choice>
      <Choice text="Heat">
        <Segments
          name="Heat colours"
          className="boxed"
          options={RAMPS}
          value={ramp}
          onChange={(chosen) => session.setPreference({ ramp: chosen })}
        />
      </Choice>
    </div>
  )
}

function Choice({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className="choice">
      <span aria-hidden="true">{text}</span>
      {children}
    </div>
  )
}

const THEMES = [
  ['dark', 'Dark'],
  ['light', 'Light'],
] as const
const SIDES = [
  ['red-green', 'Red, green'],
  ['blue-orange', 'Orange, blue'],
] as const
const RAMPS = [
  ['viridis', 'Viridis'],
  ['cividis', 'Cividis'],
  ['inferno', 'Inferno'],
  ['grey', 'Grey'],
] as const
