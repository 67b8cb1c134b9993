import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of recorded market data, which is not part of the project: tests that need it are skipped without it. */
const FOLDER = process.env.LIQSCOPE_DATA ?? resolve(import.meta.dirname, '../../../../shared/data')

/** The text of a recorded file, or undefined, with the reason printed, where it is absent. */
export function recorded(file: string): string | undefined {
  const path = join(FOLDER, file)
  if (existsSync(path)) return readFileSync(path, 'utf8')
  console.warn(`skipped: no recorded data at ${path} (set LIQSCOPE_DATA)`)
  return undefined
}
