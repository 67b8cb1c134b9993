import { type ComponentType, lazy } from 'react'
import { ClustersPanel } from '../clusters/ClustersPanel.tsx'
import type { AppState } from '../state/app-state.ts'
import type { Text } from '../text/en/index.ts'

export type PanelName = 'accuracy' | 'alerts' | 'cascade' | 'clusters' | 'feeds' | 'tools'

/** A tab of the rail. It stays hidden until `isReady`: an empty panel is a promise nobody keeps. */
export interface PanelEntry {
  readonly name: PanelName
  readonly title: (text: Text) => string
  readonly isReady: (state: AppState) => boolean
  readonly Panel: ComponentType
}

const always = () => true

/** In the order of their tabs. To add one: its name above, its entry here, its words in `text/`. */
export const PANELS: readonly PanelEntry[] = [
  { name: 'clusters', title: (text) => text.panels.names.clusters, isReady: always, Panel: ClustersPanel },
  {
    name: 'cascade',
    title: (text) => text.panels.names.cascade,
    isReady: always,
    Panel: lazy(() => import('../cascade/CascadePanel.tsx').then(({ CascadePanel }) => ({ default: CascadePanel }))),
  },
  {
    name: 'tools',
    title: (text) => text.panels.names.tools,
    isReady: always,
    Panel: lazy(() => import('../tools/ToolsPanel.tsx').then(({ ToolsPanel }) => ({ default: ToolsPanel }))),
  },
  {
    name: 'accuracy',
    title: (text) => text.accuracy.title,
    isReady: (state) => state.markets.some(({ skill }) => skill != null),
    Panel: lazy(() =>
      import('../accuracy/AccuracyPanel.tsx').then(({ AccuracyPanel }) => ({ default: AccuracyPanel })),
    ),
  },
  {
    name: 'alerts',
    title: (text) => text.panels.names.alerts,
    isReady: always,
    Panel: lazy(() => import('../alerts/AlertsPanel.tsx').then(({ AlertsPanel }) => ({ default: AlertsPanel }))),
  },
  {
    name: 'feeds',
    title: (text) => text.panels.names.feeds,
    isReady: always,
    Panel: lazy(() => import('../feeds/FeedsPanel.tsx').then(({ FeedsPanel }) => ({ default: FeedsPanel }))),
  },
]

export function isPanelName(value: unknown): value is PanelName {
  return PANELS.some(({ name }) => name === value)
}
