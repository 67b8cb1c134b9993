import type { Range } from '@liqscope/protocol'
import { RANGES, type View } from '../state/app-state.ts'

/** What a link to the page says; absent parts are the reader's defaults. */
export interface Permalink {
  readonly market?: string
  readonly range?: Range
  readonly view?: View
}

/** Reads the query of an address; parts it does not know are left out. */
export function readPermalink(search: string): Permalink {
  const query = new URLSearchParams(search)
  const market = query.get('market')
  const range = RANGES.find((known) => known === query.get('range'))
  const view = query.get('view')
  return {
    ...(market ? { market } : {}),
    ...(range ? { range } : {}),
    ...(view === 'map' || view === 'heatmap' ? { view } : {}),
  }
}

/** The query of this moment's picture. Colons stay readable: `?market=binance:BTCUSDT&range=3d`. */
export function writePermalink({ market, range, view }: Permalink): string {
  const parts = Object.entries({ market, range, view }).filter((part): part is [string, string] => Boolean(part[1]))
  return `?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%3A', ':')}`).join('&')}`
}
