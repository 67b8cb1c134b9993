import { useState } from 'react'
import { useApp, useSession, useText } from '../app/context.ts'
import { readCalendar } from '../calendar/calendar.ts'
import { formatUsd } from '../format/number.ts'
import { OVERLAYS, type OverlayName, PANE_NAMES } from '../state/layout.ts'
import { Dialog } from './Dialog.tsx'
import { Looks } from './Looks.tsx'

/** What stands over and below the candles, and how all of it looks. */
export function LayersDialog() {
  const { dialogs } = useText()
  const words = dialogs.layers
  return (
    <Dialog title={words.title}>
      <div className="layer-columns">
        <Panes />
        <Overlays />
      </div>
      <CalendarFile />
      <FixedScale />
      <h3>{words.look}</h3>
      <Looks />
    </Dialog>
  )
}

function Panes() {
  const session = useSession()
  const { dialogs, picture } = useText()
  const chosen = useApp((state) => state.layout.panes)
  // What nobody chose yet is what a desktop shows.
  const shown = chosen ?? PANE_NAMES.filter((name) => name !== 'cvd')
  return (
    <fieldset>
      <legend>{dialogs.layers.panes}</legend>
      {PANE_NAMES.map((name) => (
        <Check
          key={name}
          text={picture.panes[name]}
          isOn={shown.includes(name)}
          onChange={(isOn) =>
            session.arrange({ panes: PANE_NAMES.filter((other) => (other === name ? isOn : shown.includes(other))) })
          }
        />
      ))}
    </fieldset>
  )
}

function Overlays() {
  const session = useSession()
  const { layers: words } = useText().dialogs
  const shown = useApp((state) => state.layout.overlays)
  const set = (name: OverlayName, isOn: boolean) =>
    session.arrange({ overlays: OVERLAYS.filter((other) => (other === name ? isOn : shown.includes(other))) })
  return (
    <fieldset>
      <legend>{words.overlays}</legend>
      {OVERLAYS.map((name) => (
        <Check key={name} text={words[name]} isOn={shown.includes(name)} onChange={(isOn) => set(name, isOn)} />
      ))}
      <p className="layer-note dim">{words.gradientNote}</p>
    </fieldset>
  )
}

function CalendarFile() {
  const session = useSession()
  const { layers: words } = useText().dialogs
  const calendar = useApp((state) => state.calendar)
  const [problem, setProblem] = useState<string>()
  const load = async (file: File | undefined) => {
    if (!file) return
    try {
      session.setCalendar(await readCalendar(file.name, await file.text(), Date.now()))
      setProblem(undefined)
    } catch (error) {
      // What was loaded before stays.
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <div className="calendar-file">
      <label className="file-button">
        {words.calendar}
        <input
          type="file"
          accept=".ics,text/calendar"
          aria-label={`${words.calendar}, ${words.chooseFile}`}
          onChange={(event) => void load(event.currentTarget.files?.[0])}
        />
      </label>
      <span className={problem === undefined ? 'dim' : 'warn'} role="status">
        {problem !== undefined
          ? words.calendarFailed(problem)
          : calendar
            ? words.calendarHeld(calendar.events.length, calendar.name)
            : words.calendarNone}
      </span>
      {calendar ? (
        <button type="button" className="link-button" onClick={() => session.setCalendar(undefined)}>
          {words.forget}
        </button>
      ) : null}
    </div>
  )
}

/** Shown while the scale is fixed: the amount can be typed. */
function FixedScale() {
  const session = useSession()
  const { layers: words } = useText().dialogs
  const scale = useApp((state) => state.layout.scale)
  const fixedFull = useApp((state) => state.layout.fixedFull)
  if (scale !== 'fixed') return null
  return (
    <label className="choice">
      {words.fixedAt}
      <input
        className="field narrow"
        type="number"
        min={1}
        defaultValue={fixedFull}
        onChange={({ currentTarget: { valueAsNumber } }) => {
          if (valueAsNumber > 0) session.arrange({ fixedFull: valueAsNumber })
        }}
      />
      <span className="dim">{formatUsd(fixedFull)}</span>
    </label>
  )
}

function Check({
  text,
  isOn,
  onChange,
}: {
  readonly text: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {text}
    </label>
  )
}
