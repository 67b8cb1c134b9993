import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { de } from './de/index.ts'
import { en } from './en/index.ts'
import { es } from './es/index.ts'
import { LANGUAGES, languageOf } from './language.ts'
import { zh } from './zh/index.ts'

type Leaf = string | ((...values: never[]) => string)

/** Every word of a catalogue by its path; functions say how many values they take. */
function leavesOf(catalogue: object, path = ''): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  for (const [key, value] of Object.entries(catalogue)) {
    const place = path === '' ? key : `${path}.${key}`
    if (typeof value === 'object') for (const [below, leaf] of leavesOf(value, place)) leaves.set(below, leaf)
    else leaves.set(place, value)
  }
  return leaves
}

const english = leavesOf(en)
const OTHERS = { de, es, zh }
/** What a leaf says for values that stand out. */
function said(leaf: Leaf): string {
  return typeof leaf === 'string' ? leaf : leaf(...(['⟨1⟩', '⟨2⟩', '⟨3⟩', '⟨4⟩', '⟨5⟩'] as never[]))
}

describe('each language', () => {
  it('is one the page offers', () => {
    expect(LANGUAGES.map(([code]) => code)).toEqual(['en', ...Object.keys(OTHERS)])
  })

  it.each(Object.entries(OTHERS))('%s says every word of the catalogue and no other', (_, catalogue) => {
    expect([...leavesOf(catalogue).keys()]).toEqual([...english.keys()])
  })

  it.each(Object.entries(OTHERS))('%s leaves no value out of a sentence', (_, catalogue) => {
    for (const [key, leaf] of leavesOf(catalogue)) {
      expect(said(leaf), key).not.toBe('')
      const values = (text: string) => (text.match(/⟨\d⟩/g) ?? []).sort()
      expect(values(said(leaf)), key).toEqual(values(said(english.get(key)!)))
    }
  })

  it.each(Object.entries(OTHERS))(
    '%s is translated: no sentence of three words and more is as in English',
    (_, catalogue) => {
      const untranslated = [...leavesOf(catalogue)].filter(
        ([key, leaf]) => said(leaf) === said(english.get(key)!) && (said(leaf).match(/[a-z]{2,}/g) ?? []).length >= 3,
      )
      expect(untranslated.map(([key]) => key)).toEqual([])
    },
  )
})

it("takes the browser's first language that the page has, and English when it has none", () => {
  expect(languageOf('auto', ['fr-FR', 'de-CH', 'en'])).toBe('de')
  expect(languageOf('auto', ['zh-Hans-CN'])).toBe('zh')
  expect(languageOf('auto', ['fr'])).toBe('en')
  expect(languageOf('es', ['de'])).toBe('es')
})

/** The page's sources without its catalogues, tests and comments. */
function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === 'text' ? '' : sources(path)
      if (!/\.tsx?$/.test(entry.name) || /\.test\./.test(entry.name)) return ''
      return readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    })
    .join('\n')
}

it('holds no word that nothing says', () => {
  const code = sources(fileURLToPath(new URL('..', import.meta.url)))
  const unsaid = [...english.keys()].filter((path) => {
    const [group, key] = path.split('.').slice(-2) as [string, string]
    // As a property, as a name that is looked up, or taken out of its group.
    const said = new RegExp(`\\??\\.${key}\\b|['"]${key}['"]|\\{[^{}]*\\b${key}\\b[^{}]*\\} =|\\b${key}:`)
    const isLookedUp = ['codes', 'reasons', 'verdicts'].includes(group)
      ? code.includes(`${group}[`)
      : key.endsWith('Short') && code.includes(`\${name}Short\``)
    return !isLookedUp && !said.test(code)
  })
  expect(unsaid).toEqual([])
})
