export type Theme = 'dark' | 'light'
export type SideSet = 'red-green' | 'blue-orange'
export type RampName = 'viridis' | 'cividis' | 'inferno' | 'grey'

/** What a person chose about the look, kept in the browser only. */
export interface Preference {
  readonly theme: Theme
  readonly sides: SideSet
  readonly ramp: RampName
  /** Single-key shortcuts; Ctrl/Cmd and Alt ones always work. */
  readonly singleKeys: boolean
}

const KEY = 'liqscope.preference'
const DEFAULT: Preference = { theme: 'dark', sides: 'red-green', ramp: 'viridis', singleKeys: true }

export function readPreference(): Preference {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (typeof stored !== 'object' || stored === null) return DEFAULT
    const field = (name: string): unknown => Reflect.get(stored, name)
    return {
      theme: field('theme') === 'light' ? 'light' : 'dark',
      sides: field('sides') === 'blue-orange' ? 'blue-orange' : 'red-green',
      ramp: rampName(field('ramp')) ?? DEFAULT.ramp,
      singleKeys: field('singleKeys') !== false,
    }
  } catch {
    // Storage may be switched off, or hold another program's text: the defaults are a working page.
    return DEFAULT
  }
}

/** Puts the preference in force, and keeps it. */
export function applyPreference(preference: Preference): void {
  const root = document.documentElement
  root.dataset.theme = preference.theme
  root.dataset.sides = preference.sides
  try {
    localStorage.setItem(KEY, JSON.stringify(preference))
  } catch {
    // A private window refuses: the choice then lasts as long as the page.
  }
}

function rampName(value: unknown): RampName | undefined {
  return value === 'viridis' || value === 'cividis' || value === 'inferno' || value === 'grey' ? value : undefined
}
