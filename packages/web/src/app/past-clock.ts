import { getMap } from '../feed/rest.ts'
import { type AppState, currentMarket, dataAsOf, RANGE_MS } from '../state/app-state.ts'
import { columnAt, pastOf, pastOfJson } from '../state/past.ts'
import type { Store } from '../state/store.ts'

/** Moves through the past of the market on screen. The picture stays what it is: only the moment looked at moves. */
export interface PastClock {
  /** Looks at a moment, epoch ms; undefined, or one not over yet, is now. */
  readonly goTo: (moment: number | undefined) => void
  /** Moves by columns of the picture. */
  readonly step: (columns: number) => void
  readonly play: (isOn: boolean) => void
  readonly setSpeed: (speed: number) => void
  readonly close: () => void
}

const TICK_MS = 100
/** The full map is asked for when the moment has rested this long. */
const REST_MS = 300
/** Play from now begins this share of the picture before its end. */
const PLAY_FROM_SHARE = 0.6
/** The picture of a moment outside it ends this share of the range after the moment: what happened then is the point. */
const AFTER_SHARE = 0.35

/** @param readUntil reads the picture that ends at this moment; undefined is the one that grows. */
export function pastClock(store: Store<AppState>, readUntil: (end: number | undefined) => void): PastClock {
  let asked: AbortController | undefined
  let rest: ReturnType<typeof setTimeout> | undefined
  let lastTick = Date.now()
  const ticks = setInterval(tick, TICK_MS)

  function goTo(moment: number | undefined): void {
    clearTimeout(rest)
    asked?.abort()
    const state = store.get()
    const newest = dataAsOf(state)
    const oldest = currentMarket(state)?.from
    if (moment === undefined || newest === undefined || moment >= newest) {
      store.set({ moment: undefined, refolded: undefined, play: { ...state.play, isOn: false } })
      readUntil(undefined)
      return
    }
    const at = Math.max(moment, oldest ?? moment)
    store.set({ moment: at, refolded: undefined })
    const { picture } = store.get()
    const [first, last] = [picture?.grid.openTimes[0], picture?.grid.openTimes.at(-1)]
    const isInside =
      first !== undefined && last !== undefined && picture && at >= first && at <= last + picture.intervalMs
    if (picture && !isInside) {
      const end = at + AFTER_SHARE * RANGE_MS[state.range]
      readUntil(end >= newest ? undefined : end)
    }
    rest = setTimeout(readRefolded, REST_MS)
  }

  /** A file is folded again up to the moment, bands and leverage with it; a live market keeps columns only. */
  async function readRefolded(): Promise<void> {
    const { moment, play, picture } = store.get()
    const market = currentMarket(store.get())
    if (moment === undefined || play.isOn || !picture || market?.state !== 'replay') return
    const column = pastOf(picture, moment)
    if (!column) return
    const mine = new AbortController()
    asked = mine
    try {
      const past = pastOfJson(await getMap(market.id, column.at, mine.signal))
      // The clock of a file stands at the end of its last bar, a column at the end of its own.
      if (store.get().moment === moment) store.set({ refolded: { ...past, at: column.at } })
    } catch {
      // The column stays on screen: it is the same map without bands, and says so.
    }
  }

  function tick(): void {
    const now = Date.now()
    const elapsed = now - lastTick
    lastTick = now
    const { play, moment } = store.get()
    if (play.isOn && moment !== undefined) goTo(moment + elapsed * play.speed)
  }

  return {
    goTo,
    step(columns) {
      const { picture, moment } = store.get()
      if (!picture) return
      const { openTimes } = picture.grid
      const at = moment === undefined ? openTimes.length : columnAt(picture, moment)
      const to = at + columns
      if (to < 0) return
      const openTime = openTimes[to]
      goTo(openTime === undefined ? undefined : openTime + picture.intervalMs)
    },
    play(isOn) {
      const { picture, moment, play } = store.get()
      lastTick = Date.now()
      store.set({ play: { ...play, isOn } })
      if (!isOn) {
        if (moment !== undefined) goTo(moment)
        return
      }
      const { openTimes } = picture?.grid ?? { openTimes: [] }
      const from = openTimes[Math.floor(openTimes.length * (1 - PLAY_FROM_SHARE))]
      if (moment === undefined && from !== undefined && picture) goTo(from + picture.intervalMs)
    },
    setSpeed: (speed) => store.set({ play: { ...store.get().play, speed } }),
    close() {
      clearInterval(ticks)
      clearTimeout(rest)
      asked?.abort()
    },
  }
}
