import type { MarketUpdate } from '@liqscope/protocol'
import { getHeatmap } from '../feed/rest.ts'
import { type AppState, type LiveMarket, liveAfter } from '../state/app-state.ts'
import { type HeatPicture, pictureOf, withUpdate } from '../state/heat-picture.ts'
import { applySlice } from '../state/live-map.ts'
import type { Store } from '../state/store.ts'

/**
 * Brings one market's map (by the socket) and history (over REST) into the store. What a caller may rely on:
 *
 * - What is on screen is replaced by what is whole, never emptied while something is awaited; only another market
 *   begins with nothing, so that no number stands under a name that it is not of.
 * - Of a market that is chosen among a coin's venues nothing is shown until its map and its history are both here.
 * - What the socket says while the history is being read goes on top of it.
 */
export interface MarketFeed {
  /** Another market, from nothing. */
  readonly open: (market: string) => void
  /** Another sum of the same coin's venues, in the place of the one on screen once it is whole. */
  readonly choose: (market: string) => void
  /** Reads the history again: of another range, or after a hole. */
  readonly read: () => void
  /** The history up to this moment, epoch ms; undefined grows with the data. */
  readonly readUntil: (end: number | undefined) => void
  /** False when the update does not fit what is held. */
  readonly take: (update: MarketUpdate) => boolean
  readonly close: () => void
}

interface MarketFeedEvents {
  /** Says on the socket which market's updates to send. */
  readonly follow: (market: string) => void
  /** Another market is on screen; its history may still be read. */
  readonly onMarket: () => void
  /** A history is on screen that was not. */
  readonly onPicture: () => void
}

/** Wait before asking again for what failed. */
const RETRY_MS = 3_000
/** Wait while the server itself is still reading. */
const NOT_READY_MS = 700

/** A market on its way to the screen. */
interface Coming {
  readonly market: string
  live: LiveMarket | undefined
  picture: HeatPicture | undefined
  readonly updates: MarketUpdate[]
}

export function marketFeed(store: Store<AppState>, { follow, onMarket, onPicture }: MarketFeedEvents): MarketFeed {
  let reading: AbortController | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  /** Where the picture on screen ends; undefined grows with the data. */
  let end: number | undefined
  /** Updates that came while the picture was being read; they go on top of it. */
  let waiting: MarketUpdate[] = []
  let coming: Coming | undefined

  function take(update: MarketUpdate): boolean {
    if (update.market === coming?.market) return takeComing(coming, update)
    const { live, picture, pictureState, market } = store.get()
    if (update.market !== market) return true
    const held = live?.market === update.market ? live : undefined
    const next = after(held, update)
    if (!next) return false
    // A second snapshot means a hole or a jump of the replay clock: what stands on screen may miss columns.
    if (update.type === 'snapshot' && held) void read()
    else if (end === undefined && pictureState.kind === 'reading') waiting.push(update)
    else if (end === undefined && picture?.market === update.market) store.set({ picture: withUpdate(picture, update) })
    store.set({ live: next })
    return true
  }

  /** An update of the market that is being chosen: it is held back until its picture is here too. */
  function takeComing(next: Coming, update: MarketUpdate): boolean {
    const live = after(next.live, update)
    if (!live) return false
    next.live = live
    next.updates.push(update)
    arrive(next)
    return true
  }

  /** The chosen market takes the place of the one on screen, all at once. */
  function arrive(next: Coming): void {
    const { live, picture, market, updates } = next
    if (coming !== next || !live?.map || !picture) return
    coming = undefined
    store.set({
      market,
      choosing: undefined,
      live,
      picture: end === undefined ? updates.reduce(withUpdate, picture) : picture,
      pictureState: { kind: 'ready' },
      refolded: undefined,
      selected: undefined,
      known: undefined,
    })
    onMarket()
    onPicture()
  }

  /** One request at a time: the one before is given up. */
  async function request(market: string): Promise<HeatPicture | undefined> {
    reading?.abort()
    clearTimeout(retryTimer)
    const mine = new AbortController()
    reading = mine
    try {
      const json = await getHeatmap(market, store.get().range, end, mine.signal)
      // A market that is still being read has no interval yet.
      return json.intervalMs > 0 ? pictureOf(json) : undefined
    } catch (error) {
      if (mine.signal.aborted) throw new Superseded()
      throw error
    }
  }

  async function read(): Promise<void> {
    const { market } = store.get()
    if (market === undefined || coming) return
    waiting = []
    store.set({ pictureState: { kind: 'reading', since: Date.now() } })
    try {
      const picture = await request(market)
      if (!picture) {
        retryTimer = setTimeout(read, NOT_READY_MS)
        return
      }
      store.set({ picture: waiting.reduce(withUpdate, picture), pictureState: { kind: 'ready' } })
      waiting = []
      onPicture()
    } catch (error) {
      if (error instanceof Superseded) return
      store.set({ pictureState: { kind: 'failed', reason: error instanceof Error ? error.message : String(error) } })
      retryTimer = setTimeout(read, RETRY_MS)
    }
  }

  async function readComing(next: Coming): Promise<void> {
    try {
      next.picture = await request(next.market)
      if (next.picture) arrive(next)
      else if (coming === next) open(next.market)
    } catch (error) {
      // Asked for as any market is: that road says what is wrong and tries again.
      if (!(error instanceof Superseded) && coming === next) open(next.market)
    }
  }

  function open(market: string): void {
    coming = undefined
    // Nothing of the market just left may stay on screen under the new name.
    store.set({
      market,
      choosing: undefined,
      live: undefined,
      picture: undefined,
      refolded: undefined,
      selected: undefined,
      known: undefined,
    })
    end = undefined
    follow(market)
    void read()
    onMarket()
  }

  return {
    open,
    choose(market) {
      const { market: shown, picture } = store.get()
      if (market === (coming?.market ?? shown)) return
      if (picture === undefined || picture.market !== shown) {
        open(market)
        return
      }
      const next: Coming = { market, live: undefined, picture: undefined, updates: [] }
      coming = next
      store.set({ choosing: market })
      follow(market)
      void readComing(next)
    },
    read() {
      end = undefined
      if (coming) open(coming.market)
      else void read()
    },
    readUntil(until) {
      if (until === end) return
      end = until
      void read()
    },
    take,
    close() {
      reading?.abort()
      clearTimeout(retryTimer)
    },
  }
}

/** Another request took the place of this one. */
class Superseded extends Error {
  override readonly name = 'Superseded'
}

/** The live market after an update; undefined when the update does not fit what is held. */
function after(held: LiveMarket | undefined, update: MarketUpdate): LiveMarket | undefined {
  const map = update.map ? applySlice(update.type === 'snapshot' ? undefined : held?.map, update.map) : held?.map
  return update.map && !map ? undefined : liveAfter(held, update, map)
}
