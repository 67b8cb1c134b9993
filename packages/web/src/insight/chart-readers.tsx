import type { CascadeJson, ClustersJson } from '@liqscope/protocol'
import { useEffect } from 'react'
import { useApp, useSession } from '../app/context.ts'
import { scenarioOf } from '../state/scenario.ts'
import { useInsight } from './use-insight.ts'

/** Keeps the gradient zones of the market on screen while their layer is on: as the server says them, for all readers. */
export function ZonesReader() {
  const isOn = useApp(({ layout, moment }) => layout.overlays.includes('gradient') && moment === undefined)
  return isOn ? <ReadZones /> : null
}

function ReadZones() {
  const { store } = useSession()
  const { found } = useInsight('clusters', {})
  useEffect(() => store.set({ zones: found && zonesOf(found) }), [found, store])
  useEffect(() => () => store.set({ zones: undefined }), [store])
  return null
}

function zonesOf({ market, zones }: ClustersJson) {
  return { market, zones }
}

/** Puts the cascade of an open panel on the chart, and takes it away with the panel. */
export function useScenarioOnChart(found: CascadeJson | undefined): void {
  const { store } = useSession()
  useEffect(() => store.set({ scenario: scenarioOf(found) }), [found, store])
  useEffect(() => () => store.set({ scenario: undefined }), [store])
}
