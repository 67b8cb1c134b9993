import { useEffect, useRef, useState } from 'react'
import { useApp } from '../app/context.ts'
import { getInsight, type InsightOf, type InsightRoute } from '../feed/rest.ts'

/** A map changes slowly: an answer is asked for again this often while somebody looks at it. */
const REFRESH_MS = 5_000
/** A field is asked for once its writer pauses. */
const SETTLED_MS = 300

/** What a panel knows of its question. The last answer stays on screen while the next one is on its way. */
export interface InsightState<Route extends InsightRoute> {
  readonly found: InsightOf<Route> | undefined
  /** Why the question was refused or the server did not answer. */
  readonly error: string | undefined
}

/** The question's words by the names of the REST query; empty ones are left out. `undefined`: nothing is asked yet. */
export type Question = Readonly<Record<string, string | undefined>>

export function useInsight<Route extends InsightRoute>(
  route: Route,
  question: Question | undefined,
): InsightState<Route> {
  const market = useApp((state) => state.market)
  const frozen = useApp((state) => state.link?.kind === 'lost')
  const moment = useApp((state) => state.moment)
  const [state, setState] = useState<{ readonly key: string } & InsightState<Route>>({
    key: '',
    found: undefined,
    error: undefined,
  })
  const key =
    market === undefined || question === undefined
      ? undefined
      : `${route}?${new URLSearchParams({ market, ...given(question), ...(moment === undefined ? {} : { at: String(Math.round(moment)) }) })}`
  const asked = useRef<string>(undefined)
  useEffect(() => {
    if (key === undefined || frozen) return
    const mine = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      if (!document.hidden) {
        asked.current = key
        try {
          const found = await getInsight<Route>(key, mine.signal)
          setState({ key, found, error: undefined })
        } catch (error) {
          if (mine.signal.aborted) return
          setState({ key, found: undefined, error: error instanceof Error ? error.message : String(error) })
        }
      }
      if (!mine.signal.aborted) timer = setTimeout(ask, REFRESH_MS)
    }
    // The first question of a panel is asked at once, later ones when their writer pauses.
    timer = setTimeout(ask, asked.current === undefined ? 0 : SETTLED_MS)
    return () => {
      mine.abort()
      clearTimeout(timer)
    }
  }, [key, frozen])
  // An answer of another market never stands under this one's name, nor one of another moment under this one's time.
  const answered = new URLSearchParams(state.key.split('?')[1])
  const isOurs =
    market !== undefined &&
    answered.get('market') === market &&
    (answered.get('at') ?? undefined) === (moment === undefined ? undefined : String(Math.round(moment)))
  return isOurs ? state : { found: undefined, error: undefined }
}

function given(question: Question): Record<string, string> {
  return Object.fromEntries(
    Object.entries(question).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  )
}
