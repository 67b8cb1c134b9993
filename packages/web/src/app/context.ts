import { createContext, use, useMemo } from 'react'
import type { Scene } from '../chart/scene.ts'
import { type AppState, type Cluster, currentMarket, frozenReason } from '../state/app-state.ts'
import { useStore } from '../state/store.ts'
import { readPalette } from '../theme/palette.ts'
import { rampColours } from '../theme/ramp.ts'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

/** The page's session; only inside App. */
export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('useSession outside of App')
  return session
}

/** A part of the page's state; renders again when that part changes. */
export function useApp<Part>(select: (state: AppState) => Part): Part {
  return useStore(useSession().store, select)
}

const NO_CLUSTERS: readonly Cluster[] = []

/** What a picture draws from, the same object until something in it changed. */
export function useScene(): Scene {
  const picture = useApp((state) => (state.picture?.market === state.market ? state.picture : undefined))
  const live = useApp((state) => (state.live?.market === state.market ? state.live : undefined))
  const selected = useApp((state) => state.selected)
  const listedPrice = useApp((state) => currentMarket(state)?.price ?? undefined)
  const tickSize = useApp((state) => currentMarket(state)?.tickSize ?? 0.1)
  const isSimulatedMarket = useApp((state) => currentMarket(state)?.simulated ?? false)
  const frozen = useApp((state) => frozenReason(state) !== undefined)
  const unit = useApp((state) => state.unit)
  const threshold = useApp((state) => state.threshold)
  const scale = useApp((state) => state.scale)
  const { theme, sides, ramp } = useApp((state) => state.preference)
  const palette = useMemo(() => readPalette(theme, sides), [theme, sides])
  const colours = useMemo(() => rampColours(ramp, theme, threshold), [ramp, theme, threshold])
  const map = live?.map
  const clusters = live?.clusters ?? NO_CLUSTERS
  const price = live?.price ?? listedPrice
  const simulated = isSimulatedMarket || (live?.simulated ?? false)
  return useMemo(
    () => ({
      picture,
      map,
      clusters,
      selected,
      price,
      tickSize,
      simulated,
      frozen,
      unit,
      threshold,
      scale,
      palette,
      colours,
    }),
    [picture, map, clusters, selected, price, tickSize, simulated, frozen, unit, threshold, scale, palette, colours],
  )
}
