import type { ReactNode } from 'react'
import { useApp, useSession, useText } from '../app/context.ts'
import { Segments } from '../app/Segments.tsx'
import { isLanguage, LANGUAGES } from '../text/language.ts'

/** Theme, side colours, heat ramp, candles, language and time zone. */
export function Looks() {
  const session = useSession()
  const { looks: words } = useText().dialogs
  const { theme, sides, ramp, candles, language, zone } = useApp((state) => state.preference)
  return (
    <div className="looks">
      <Choice text={words.theme}>
        <Segments
          name={words.theme}
          className="boxed"
          options={[
            ['dark', words.dark],
            ['light', words.light],
          ]}
          value={theme}
          onChange={(chosen) => session.setPreference({ theme: chosen })}
        />
      </Choice>
      <Choice text={words.sides}>
        <Segments
          name={words.sideColours}
          className="boxed"
          options={[
            ['red-green', words.redGreen],
            ['blue-orange', words.orangeBlue],
          ]}
          value={sides}
          onChange={(chosen) => session.setPreference({ sides: chosen })}
        />
      </Choice>
      <Choice text={words.heat}>
        <Segments
          name={words.heatColours}
          className="boxed"
          options={[
            ['viridis', words.viridis],
            ['cividis', words.cividis],
            ['inferno', words.inferno],
            ['grey', words.grey],
          ]}
          value={ramp}
          onChange={(chosen) => session.setPreference({ ramp: chosen })}
        />
      </Choice>
      <Choice text={words.candles}>
        <Segments
          name={words.candles}
          className="boxed"
          options={[
            ['ink', words.ink],
            ['coloured', words.coloured],
          ]}
          value={candles}
          onChange={(chosen) => session.setPreference({ candles: chosen })}
        />
      </Choice>
      <Choice text={words.zone}>
        <Segments
          name={words.zone}
          className="boxed"
          options={[
            ['utc', 'UTC'],
            ['device', words.browserZone],
          ]}
          value={zone}
          onChange={(chosen) => session.setPreference({ zone: chosen })}
        />
      </Choice>
      <label className="choice">
        {words.language}
        <select
          className="field-select"
          value={language}
          onChange={({ currentTarget: { value } }) =>
            session.setPreference({ language: isLanguage(value) ? value : 'auto' })
          }
        >
          <option value="auto">{words.browserLanguage}</option>
          {LANGUAGES.map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
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
