import { setNumberLocale } from '../format/number.ts'
import { setZone } from '../format/time.ts'
import { isLanguage, type Language, languageOf } from '../text/language.ts'

export type Theme = 'dark' | 'light'
export type SideSet = 'red-green' | 'blue-orange'
export type RampName = 'viridis' | 'cividis' | 'inferno' | 'grey'
export type CandleLook = 'ink' | 'coloured'
/** UTC, or the zone of this device. */
export type Zone = 'utc' | 'device'

/** What a person chose about the look, kept in the browser only. */
export interface Preference {
  readonly theme: Theme
  readonly sides: SideSet
  readonly ramp: RampName
  readonly candles: CandleLook
  readonly language: Language | 'auto'
  readonly zone: Zone
  /** Whether an alert is shown as a desktop notification, and sounded. */
  readonly alertDesktop: boolean
  readonly alertSound: boolean
  /** Single-key shortcuts; Ctrl/Cmd and Alt ones always work. */
  readonly singleKeys: boolean
}

const KEY = 'liqscope.preference'

export function readPreference(): Preference {
  const stored = storedFields()
  return {
    theme: oneOf(stored.theme, ['dark', 'light']),
    sides: oneOf(stored.sides, ['red-green', 'blue-orange']),
    ramp: oneOf(stored.ramp, ['viridis', 'cividis', 'inferno', 'grey']),
    candles: oneOf(stored.candles, ['ink', 'coloured']),
    language: isLanguage(stored.language) ? stored.language : 'auto',
    zone: oneOf(stored.zone, ['utc', 'device']),
    alertDesktop: stored.alertDesktop === true,
    alertSound: stored.alertSound === true,
    singleKeys: stored.singleKeys !== false,
  }
}

/** Puts the preference in force, and keeps it. */
export function applyPreference(preference: Preference): void {
  const root = document.documentElement
  root.dataset.theme = preference.theme
  root.dataset.sides = preference.sides
  const language = languageOf(preference.language, navigator.languages)
  root.lang = language
  setNumberLocale(language)
  setZone(preference.zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone, language)
  try {
    localStorage.setItem(KEY, JSON.stringify(preference))
  } catch {
    // A private window refuses: the choice then lasts as long as the page.
  }
}

/** Storage may be switched off, or hold another program's text: the defaults are a working page. */
function storedFields(): Record<string, unknown> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof stored === 'object' && stored !== null ? { ...stored } : {}
  } catch {
    return {}
  }
}

/** The stored name when it is one of these, else the first. */
function oneOf<Name extends string>(value: unknown, names: readonly [Name, ...Name[]]): Name {
  return names.find((name) => name === value) ?? names[0]
}
