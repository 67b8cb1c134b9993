import { en, type Text } from './en/index.ts'

/** Languages of the page by code; each but English is a chunk of its own. */
const LOADERS = {
  en: async () => en,
  de: async () => (await import('./de/index.ts')).de,
  es: async () => (await import('./es/index.ts')).es,
  zh: async () => (await import('./zh/index.ts')).zh,
} as const satisfies Record<string, () => Promise<Text>>

export type Language = keyof typeof LOADERS

/** In their own words, as a reader looks for them. */
export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['es', 'Español'],
  ['zh', '中文'],
]

/** The language asked for, or the first of the browser's that the page has. */
export function languageOf(chosen: Language | 'auto', browser: readonly string[]): Language {
  if (chosen !== 'auto') return chosen
  const known = browser.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage)
  return known ?? 'en'
}

export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(LOADERS, value)
}

/** The catalogue of a language; English when its file cannot be had, so that the page always says something. */
export async function loadText(chosen: Language | 'auto'): Promise<Text> {
  try {
    return await LOADERS[languageOf(chosen, navigator.languages)]()
  } catch {
    return en
  }
}
