import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Recorded market data is not part of the repository: `LIQSCOPE_DATA`, else the folder beside the checkout. */
const FOLDER =
  process.env.LIQSCOPE_DATA ?? resolve(fileURLToPath(new URL('../../..', import.meta.url)), '../shared/data')

/** The text of a recorded file, or undefined (with a printed reason) where there is none. */
export function recorded(file: string): string | undefined {
  const path = resolve(FOLDER, file)
  if (existsSync(path)) return readFileSync(path, 'utf8')
  console.info(`skipped: no recorded data at ${path} (set LIQSCOPE_DATA)`)
  return undefined
}
