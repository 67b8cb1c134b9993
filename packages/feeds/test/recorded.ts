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

/** `address -> seconds: body` and `seconds: body` lines, as the recorder wrote them. */
export function logLines(text: string): { readonly address: string; readonly time: number; readonly body: string }[] {
  const lines: { address: string; time: number; body: string }[] = []
  for (const line of text.split('\n')) {
    const match = /^(?:(\S+) -> )?(\d+\.\d+): (.*)$/.exec(line)
    if (match !== null)
      lines.push({ address: match[1] ?? '', time: Math.round(Number(match[2]) * 1_000), body: match[3] ?? '' })
  }
  return lines
}
