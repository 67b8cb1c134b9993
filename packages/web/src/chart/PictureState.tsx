import { useApp, useText } from '../app/context.ts'
import { formatDuration } from '../format/time.ts'
import { currentMarket, RANGE_MS } from '../state/app-state.ts'

/** Held less than this share of a range, the picture says so itself. */
const MOSTLY_EMPTY = 0.25

/** What is read and how long it takes, or why there is little, over what already stands. */
export function PictureState() {
  const { heatmap: words } = useText().picture
  const state = useApp((app) => app.pictureState)
  const now = useApp((app) => app.now)
  const isThere = useApp((app) => app.picture !== undefined)
  const columns = useApp((app) => app.picture?.grid.openTimes.length)
  const range = useApp((app) => app.range)
  const held = useApp((app) => {
    const market = currentMarket(app)
    return market?.from != null && market.to != null ? market.to - market.from : undefined
  })
  // What stands on screen stays; that the server does not answer is the notice's to say.
  if (state.kind === 'failed' && !isThere) return <p className="picture-state warn">{words.failed(state.reason)}</p>
  if (!isThere) {
    const waited = Math.floor((now - (state.kind === 'reading' ? state.since : now)) / 1000)
    return <p className="picture-state">{words.readingHistory(waited)}</p>
  }
  if (columns === 0) return <p className="picture-state">{words.noColumns}</p>
  if (held !== undefined && held < MOSTLY_EMPTY * RANGE_MS[range])
    return <p className="picture-state low">{words.nothingHeld(range, formatDuration(held))}</p>
  return null
}
