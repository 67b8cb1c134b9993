import { LEVERAGE_GROUPS } from '@liqscope/engine'
import type { Range } from '@liqscope/protocol'
import { RANGES } from '../state/app-state.ts'
import { DEFAULT_LAYOUT, type Layout, MAX_THRESHOLD, OVERLAYS, PANE_NAMES, type Zoom } from '../state/layout.ts'
import { isPanelName } from './panels.ts'

/** What an address says about the picture on screen; all of it, so that a link shows what its sender saw. */
export interface Permalink {
  readonly market?: string
  readonly range?: Range
  readonly layout?: Partial<Layout>
  readonly zoom?: Zoom
  /** Epoch ms; without it, now. */
  readonly moment?: number
}

/** Reads the query of an address; parts it does not know are left out. */
export function readPermalink(search: string): Permalink {
  const query = new URLSearchParams(search)
  const market = query.get('market')
  const range = RANGES.find((known) => known === query.get('range'))
  const moment = timeOf(query.get('at'))
  const zoom = zoomOf(query)
  return {
    ...(market ? { market } : {}),
    ...(range ? { range } : {}),
    ...(moment === undefined ? {} : { moment }),
    ...(Object.keys(zoom).length > 0 ? { zoom } : {}),
    layout: readLayout(query),
  }
}

/** The query of this moment's picture. Colons stay readable: `?market=binance:BTCUSDT&range=3d&view=map`. */
export function writePermalink({ market, range, layout, zoom, moment }: Permalink): string {
  const parts = [
    ...(market ? [['market', market] as const] : []),
    ...(range ? [['range', range] as const] : []),
    ...(layout ? layoutParts({ ...DEFAULT_LAYOUT, ...layout }) : []),
    ...(moment === undefined ? [] : [['at', isoOf(moment)] as const]),
    ...(zoom ? zoomParts(zoom) : []),
  ]
  return `?${parts.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',')}`).join('&')}`
}

/** The arrangement as a query, what is as it comes left out; also how a browser keeps it. */
export function writeLayout(layout: Layout): string {
  return new URLSearchParams(layoutParts(layout).map(([name, value]) => [name, value])).toString()
}

export function readLayout(query: URLSearchParams): Partial<Layout> {
  const view = query.get('view')
  const unit = query.get('unit')
  const threshold = numberOf(query.get('min'))
  const [scale, fixed] = (query.get('scale') ?? '').split(':')
  const fixedFull = numberOf(fixed)
  const panes = listOf(query.get('panes'), PANE_NAMES)
  const overlays = listOf(query.get('over'), OVERLAYS)
  const hidden = listOf(query.get('hide'), LEVERAGE_KEYS)
  const panel = query.get('panel')
  return {
    ...(view === 'map' || view === 'heatmap' ? { view } : {}),
    ...(unit === 'usd' || unit === 'strength' ? { unit } : {}),
    ...(threshold === undefined ? {} : { threshold: Math.min(MAX_THRESHOLD, Math.max(0, Math.round(threshold))) }),
    ...(scale === 'view' || scale === 'range' ? { scale } : {}),
    ...(scale === 'fixed' && fixedFull !== undefined && fixedFull > 0 ? { scale, fixedFull } : {}),
    ...(panes ? { panes } : {}),
    ...(overlays ? { overlays } : {}),
    ...(hidden ? { hiddenLeverage: hidden.map((key) => LEVERAGE_KEYS.indexOf(key)) } : {}),
    ...(isPanelName(panel) ? { panel } : {}),
  }
}

/** The groups of leverage as an address names them: 10, 25, 50, 100, unknown. */
const LEVERAGE_KEYS: readonly string[] = LEVERAGE_GROUPS.map((name) => name.replace(/[^\da-z]/g, ''))

function layoutParts(layout: Layout): (readonly [string, string])[] {
  const { view, unit, threshold, scale, fixedFull, panes, overlays, hiddenLeverage, panel } = layout
  const isUsual = (name: keyof Layout) => String(layout[name]) === String(DEFAULT_LAYOUT[name])
  return [
    ...(isUsual('view') ? [] : [['view', view] as const]),
    ...(isUsual('unit') ? [] : [['unit', unit] as const]),
    ...(isUsual('threshold') ? [] : [['min', String(threshold)] as const]),
    ...(scale === 'fixed' ? [['scale', `fixed:${fixedFull}`] as const] : []),
    ...(scale === 'range' ? [['scale', scale] as const] : []),
    ...(panes === undefined ? [] : [['panes', panes.join() || 'none'] as const]),
    ...(isUsual('overlays') ? [] : [['over', overlays.join() || 'none'] as const]),
    ...(hiddenLeverage.length === 0
      ? []
      : [['hide', hiddenLeverage.map((group) => LEVERAGE_KEYS[group] ?? '').join()] as const]),
    ...(isUsual('panel') ? [] : [['panel', panel] as const]),
  ]
}

function zoomParts({ from, to, low, high }: Zoom): (readonly [string, string])[] {
  return [
    ...(from === undefined || to === undefined ? [] : [['from', isoOf(from)] as const, ['to', isoOf(to)] as const]),
    ...(low === undefined || high === undefined
      ? []
      : [['low', String(Number(low.toPrecision(7)))] as const, ['high', String(Number(high.toPrecision(7)))] as const]),
  ]
}

function zoomOf(query: URLSearchParams): Zoom {
  const [from, to] = [timeOf(query.get('from')), timeOf(query.get('to'))]
  const [low, high] = [numberOf(query.get('low')), numberOf(query.get('high'))]
  return {
    ...(from !== undefined && to !== undefined && to > from ? { from, to } : {}),
    ...(low !== undefined && high !== undefined && low > 0 && high > low ? { low, high } : {}),
  }
}

/** `2026-03-19T14:30Z`, to the minute where that is exact. */
function isoOf(time: number): string {
  return new Date(time).toISOString().replace(/(:00)?\.000Z$/, 'Z')
}

function timeOf(value: string | null): number | undefined {
  const time = value ? Date.parse(value) : Number.NaN
  return Number.isFinite(time) ? time : undefined
}

function numberOf(value: string | null | undefined): number | undefined {
  const number = value ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** The names of a comma list that are known, in the order they are known in; `none` is the empty list. */
function listOf<Name extends string>(value: string | null, names: readonly Name[]): readonly Name[] | undefined {
  if (value === null) return undefined
  const asked = value.split(',')
  return names.filter((name) => asked.includes(name))
}
