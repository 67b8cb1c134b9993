import { createContext, use, useMemo } from 'react'
import type { Scene } from '../chart/scene.ts'
import { type AppState, type Cluster, currentMarket, frozenReason, shownMap } from '../state/app-state.ts'
import { withoutLeverage } from '../state/live-map.ts'
import { useStore } from '../state/store.ts'
import type { Text } from '../text/en/index.ts'
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

/** The words of the page's language. */
export function useText(): Text {
  return useApp((state) => state.text)
}

const NO_CLUSTERS: readonly Cluster[] = []

/** What a picture draws from, the same object until something in it changed. */
export function useScene(): Scene {
  const picture = useApp((state) => (state.picture?.market === state.market ? state.picture : undefined))
  const wholeMap = useApp((state) => shownMap(state)?.map)
  const clusters = useApp((state) => shownMap(state)?.clusters ?? NO_CLUSTERS)
  const moment = useApp((state) => (state.moment === undefined ? undefined : shownMap(state)?.at))
  const price = useApp((state) => shownMap(state)?.price ?? currentMarket(state)?.price ?? undefined)
  // Known positions are those of now: beside the map of a past moment they would say what nobody knew then.
  const known = useApp((state) => (state.moment === undefined ? state.known : undefined))
  const selected = useApp((state) => state.selected)
  const zones = useApp(({ zones: held, market, moment }) =>
    held?.market === market && moment === undefined ? held?.zones : undefined,
  )
  // A scenario begins at the mark of now.
  const scenario = useApp(({ scenario: held, market, moment }) =>
    held?.market === market && moment === undefined ? held : undefined,
  )
  const tickSize = useApp((state) => currentMarket(state)?.tickSize ?? 0.1)
  const simulated = useApp((state) => (currentMarket(state)?.simulated || state.live?.simulated) ?? false)
  const frozen = useApp((state) => frozenReason(state) !== undefined)
  const layout = useApp((state) => state.layout)
  const calendar = useApp((state) => state.calendar)
  const text = useText()
  const { theme, sides, ramp, candles } = useApp((state) => state.preference)
  const palette = useMemo(() => readPalette(theme, sides), [theme, sides])
  const colours = useMemo(() => rampColours(ramp, theme, layout.threshold), [ramp, theme, layout.threshold])
  const map = useMemo(
    () => wholeMap && withoutLeverage(wholeMap, layout.hiddenLeverage),
    [wholeMap, layout.hiddenLeverage],
  )
  const coloured = candles === 'coloured'
  return useMemo(
    () => ({
      picture,
      map,
      wholeMap,
      clusters,
      known,
      selected,
      zones,
      scenario,
      price,
      moment,
      tickSize,
      simulated,
      frozen,
      layout,
      coloured,
      calendar,
      text,
      palette,
      colours,
    }),
    [
      picture,
      map,
      wholeMap,
      clusters,
      known,
      selected,
      zones,
      scenario,
      price,
      moment,
      tickSize,
      simulated,
      frozen,
      layout,
      coloured,
      calendar,
      text,
      palette,
      colours,
    ],
  )
}
