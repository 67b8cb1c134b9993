import type { PanelName } from '../app/panels.ts'
import type { PaneName } from '../chart/panes.ts'

export type View = 'heatmap' | 'map'
export type Unit = 'strength' | 'usd'
/** What strength 100 is: the strongest in view, of the whole range, or an amount that stays. */
export type Scale = 'view' | 'range' | 'fixed'

export const PANE_NAMES = ['volume', 'openInterest', 'funding', 'cvd', 'forced'] as const satisfies readonly PaneName[]
export const OVERLAYS = ['vwap', 'ema', 'atr', 'sessions', 'events', 'gradient'] as const
export type OverlayName = (typeof OVERLAYS)[number]

/** How the picture is arranged: in the address, and kept in this browser for the next visit. */
export interface Layout {
  readonly view: View
  readonly unit: Unit
  /** Strength below which nothing is drawn, 0-60. */
  readonly threshold: number
  readonly scale: Scale
  /** USD per row of strength 100, for the fixed scale. */
  readonly fixedFull: number
  /** Panes below the chart; undefined takes what fits. */
  readonly panes: readonly PaneName[] | undefined
  readonly overlays: readonly OverlayName[]
  /** Leverage groups that are left out, by their place in LEVERAGE_GROUPS. */
  readonly hiddenLeverage: readonly number[]
  readonly panel: PanelName
}

export const MAX_THRESHOLD = 60

export const DEFAULT_LAYOUT: Layout = {
  view: 'heatmap',
  unit: 'strength',
  threshold: 10,
  scale: 'view',
  fixedFull: 1_000_000,
  panes: undefined,
  overlays: ['events'],
  hiddenLeverage: [],
  panel: 'clusters',
}

/** A part of the picture: times of the heatmap, prices of both views. Either may be left to itself. */
export interface Zoom {
  readonly from?: number // epoch ms
  readonly to?: number
  readonly low?: number // quote per base
  readonly high?: number
}
