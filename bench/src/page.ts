import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Figure } from './figure.ts'

const LIMIT_KB = 300

/** What a browser fetches before the page stands: index.html and every script and style it names. */
export async function* pageBench(): AsyncGenerator<Figure> {
  const root = fileURLToPath(new URL('../../packages/web/dist/', import.meta.url))
  if (!existsSync(`${root}index.html`)) throw new Error('the page is not built; run npm run build first')
  const html = readFileSync(`${root}index.html`, 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/?([^":]+\.(?:js|css))"/g)].map(([, path]) => `${root}${path}`)
  const bytes = [`${root}index.html`, ...new Set(named)].reduce(
    (sum, path) => sum + gzipSync(readFileSync(path)).length,
    0,
  )
  const value = Math.round(bytes / 100) / 10
  yield {
    name: 'web: first page load',
    value,
    unit: 'kB gzip',
    ratio: round(value / LIMIT_KB),
    against: `limit of ${LIMIT_KB} kB`,
  }
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
