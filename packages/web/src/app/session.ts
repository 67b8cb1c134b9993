import type { MarketsJson, MarketUpdate, Range } from '@liqscope/protocol'
import { type Connection, connect } from '../feed/connection.ts'
import { getHealth, getHeatmap, getMarkets } from '../feed/rest.ts'
import { type AppState, currentMarket, liveAfter, type PanelName, type Unit, type View } from '../state/app-state.ts'
import { pictureOf, withUpdate } from '../state/heat-picture.ts'
import { applySlice } from '../state/live-map.ts'
import { createStore, type Store } from '../state/store.ts'
import { applyPreference, type Preference, readPreference } from '../theme/preference.ts'
import { readPermalink, writePermalink } from './permalink.ts'

/** Everything the page can be asked to do. Each call changes the store at once; data follow when they arrive. */
export interface Session {
  readonly store: Store<AppState>
  readonly selectMarket: (id: string) => void
  readonly selectRange: (range: Range) => void
  readonly selectView: (view: View) => void
  readonly selectUnit: (unit: Unit) => void
  readonly selectPanel: (panel: PanelName) => void
  readonly selectCluster: (id: string | undefined) => void
  readonly setThreshold: (strength: number) => void
  readonly setPreference: (change: Partial<Preference>) => void
  readonly replay: (change: { playing?: boolean; speed?: number; at?: number }) => void
  readonly retry: () => void
  /** Says a sentence to screen readers, politely. */
  readonly announce: (sentence: string) => void
  readonly close: () => void
}

const TICK_MS = 1_000
/** Channel health is for the Feeds panel and the chips' "sampled": it changes slowly. */
const HEALTH_EVERY_MS = 5_000
/** Wait before asking again for what failed. */
const RETRY_MS = 3_000
/** Wait while the server itself is still reading. */
const NOT_READY_MS = 700
/** Screen readers are told at most this often. */
const ANNOUNCE_EVERY_MS = 5_000
/** and only what the walk came to rest on. */
const SETTLED_MS = 150
export const MAX_THRESHOLD = 60

export function openSession(): Session {
  const link = readPermalink(location.search)
  const preference = readPreference()
  applyPreference(preference)
  const store = createStore<AppState>({
    markets: [],
    notices: [],
    replay: null,
    market: undefined,
    unreachable: undefined,
    range: link.range ?? '24h',
    view: link.view ?? 'heatmap',
    unit: 'strength',
    threshold: 10,
    scale: 'view',
    showTable: false,
    panel: 'clusters',
    dialog: undefined,
    paletteQuery: '',
    selected: undefined,
    sheetOpen: false,
    link: undefined,
    live: undefined,
    picture: undefined,
    pictureState: { kind: 'reading', since: Date.now() },
    health: undefined,
    preference,
    now: Date.now(),
    announcement: '',
  })

  let reading: AbortController | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  /** Updates that came while the picture was being read; they go on top of it. */
  let waiting: MarketUpdate[] = []
  let announced = 0
  let announceTimer: ReturnType<typeof setTimeout> | undefined

  const connection: Connection = connect(socketUrl(), {
    onUpdate,
    onStatus,
    onLink: (state) => store.set({ link: state, now: Date.now() }),
    onRefused: (reason) => console.warn(`liqscope: ${reason}`),
  })
  const ticks = setInterval(() => {
    if (!document.hidden) store.set({ now: Date.now() })
  }, TICK_MS)
  const healthTimer = setInterval(readHealth, HEALTH_EVERY_MS)
  void readMarkets()

  function onUpdate(update: MarketUpdate): boolean {
    const { live, picture, pictureState } = store.get()
    const held = live?.market === update.market ? live : undefined
    const map = update.map ? applySlice(update.type === 'snapshot' ? undefined : held?.map, update.map) : held?.map
    if (update.map && !map) return false
    // A second snapshot means a hole or a jump of the replay clock: what stands on screen may miss columns.
    if (update.type === 'snapshot' && held) void readPicture()
    else if (pictureState.kind === 'reading') waiting.push(update)
    else if (picture?.market === update.market) store.set({ picture: withUpdate(picture, update) })
    store.set({ live: liveAfter(held, update, map) })
    return true
  }

  function onStatus({ markets, notices, replay, default: opening }: MarketsJson): void {
    store.set({ markets, notices, replay, unreachable: undefined })
    const { market } = store.get()
    if (market !== undefined) return
    const asked = markets.find(({ id, symbol }) => id === link.market || symbol === link.market)
    const first = asked?.id ?? opening ?? markets[0]?.id
    if (first !== undefined) selectMarket(first)
  }

  async function readMarkets(): Promise<void> {
    try {
      onStatus(await getMarkets())
      await readHealth()
    } catch (error) {
      store.set({ unreachable: messageOf(error) })
      retryTimer = setTimeout(readMarkets, RETRY_MS)
    }
  }

  async function readHealth(): Promise<void> {
    if (document.hidden) return
    try {
      store.set({ health: await getHealth() })
    } catch {
      // The notice row already says that the server is away; old health beside it would be a second, wrong story.
      store.set({ health: undefined })
    }
  }

  async function readPicture(): Promise<void> {
    const { market, range } = store.get()
    if (market === undefined) return
    reading?.abort()
    clearTimeout(retryTimer)
    const mine = new AbortController()
    reading = mine
    waiting = []
    store.set({ pictureState: { kind: 'reading', since: Date.now() } })
    try {
      const json = await getHeatmap(market, range, mine.signal)
      // A market that is still being read has no interval yet.
      if (!(json.intervalMs > 0)) {
        retryTimer = setTimeout(readPicture, NOT_READY_MS)
        return
      }
      const read = pictureOf(json)
      store.set({ picture: waiting.reduce(withUpdate, read), pictureState: { kind: 'ready' } })
      waiting = []
    } catch (error) {
      if (mine.signal.aborted) return
      store.set({ pictureState: { kind: 'failed', reason: messageOf(error) } })
      retryTimer = setTimeout(readPicture, RETRY_MS)
    }
  }

  function selectMarket(id: string): void {
    if (store.get().market === id) return
    // Nothing of the market just left may stay on screen under the new name.
    store.set({ market: id, live: undefined, picture: undefined, selected: undefined, dialog: undefined })
    connection.follow(id)
    void readPicture()
    keepAddress()
  }

  function keepAddress(): void {
    const { market, range, view } = store.get()
    history.replaceState(null, '', writePermalink({ ...(market === undefined ? {} : { market }), range, view }))
    const name = currentMarket(store.get())
    document.title = name ? `${name.simulated ? 'SIM-' : ''}${name.base}/${name.quote} · liqscope` : 'liqscope'
  }

  return {
    store,
    selectMarket,
    selectRange(range) {
      if (store.get().range === range) return
      store.set({ range, picture: undefined })
      void readPicture()
      keepAddress()
    },
    selectView(view) {
      store.set({ view })
      keepAddress()
    },
    selectUnit: (unit) => store.set({ unit }),
    selectPanel: (panel) => store.set({ panel }),
    selectCluster: (selected) => store.set({ selected }),
    setThreshold: (strength) => store.set({ threshold: Math.min(MAX_THRESHOLD, Math.max(0, Math.round(strength))) }),
    setPreference(change) {
      const next = { ...store.get().preference, ...change }
      applyPreference(next)
      store.set({ preference: next })
    },
    replay: (change) => connection.send({ op: 'replay', ...change }),
    retry() {
      connection.retry()
      void readPicture()
    },
    announce(sentence) {
      // Walking fast says one sentence at the end, not one a key.
      clearTimeout(announceTimer)
      const wait = Math.max(SETTLED_MS, announced + ANNOUNCE_EVERY_MS - Date.now())
      announceTimer = setTimeout(() => {
        announced = Date.now()
        store.set({ announcement: sentence })
      }, wait)
    },
    close() {
      connection.close()
      reading?.abort()
      clearInterval(ticks)
      clearInterval(healthTimer)
      clearTimeout(retryTimer)
      clearTimeout(announceTimer)
    },
  }
}

function socketUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
