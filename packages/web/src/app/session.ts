import { chosenMembers, readChoice } from '@liqscope/market'
import type { MarketJson, MarketsJson, Range } from '@liqscope/protocol'
import { notify } from '../alerts/notify.ts'
import { type Calendar, keepCalendar, keptCalendar } from '../calendar/calendar.ts'
import { type Connection, connect } from '../feed/connection.ts'
import { getHealth, getMarkets, getPositions } from '../feed/rest.ts'
import { type AppState, currentMarket } from '../state/app-state.ts'
import { mayBeKnown } from '../state/known.ts'
import { DEFAULT_LAYOUT, type Layout, MAX_THRESHOLD, type Unit, type View, type Zoom } from '../state/layout.ts'
import { createStore, type Store } from '../state/store.ts'
import type { Text } from '../text/en/index.ts'
import { loadText } from '../text/language.ts'
import { applyPreference, type Preference } from '../theme/preference.ts'
import { addressKeeper, keptLayout } from './address.ts'
import { announcer } from './announcer.ts'
import { marketFeed } from './market-feed.ts'
import type { PanelName } from './panels.ts'
import { pastClock } from './past-clock.ts'
import { readPermalink } from './permalink.ts'

/** Everything the page can be asked to do. Each call changes the store at once; data follow when they arrive. */
export interface Session {
  readonly store: Store<AppState>
  readonly selectMarket: (id: string) => void
  /** Another sum of the same coin's venues, or one of them: what is on screen stays until the other is whole. */
  readonly selectVenues: (id: string) => void
  readonly selectRange: (range: Range) => void
  readonly selectView: (view: View) => void
  readonly selectUnit: (unit: Unit) => void
  readonly selectPanel: (panel: PanelName) => void
  readonly selectCluster: (id: string | undefined) => void
  readonly setThreshold: (strength: number) => void
  /** Changes the arrangement of the picture, keeps it, and puts it into the address. */
  readonly arrange: (change: Partial<Layout>) => void
  readonly setZoom: (zoom: Zoom | undefined) => void
  readonly setPreference: (change: Partial<Preference>) => void
  readonly setCalendar: (calendar: Calendar | undefined) => void
  /** The clock of a file the server plays. */
  readonly replay: (change: { playing?: boolean; speed?: number; at?: number }) => void
  /** Looks at a past moment, epoch ms; undefined is now. */
  readonly goTo: (moment: number | undefined) => void
  readonly step: (columns: number) => void
  readonly play: (isOn: boolean) => void
  readonly setSpeed: (speed: number) => void
  readonly retry: () => void
  /** The address of what is on screen. */
  readonly address: () => string
  /** Says a sentence to screen readers, politely. */
  readonly announce: (sentence: string) => void
  readonly close: () => void
}

const TICK_MS = 1_000
/** Channel health is for the Feeds panel and the chips' "sampled": it changes slowly. */
const HEALTH_EVERY_MS = 5_000
/** An account is looked at again every few seconds at best. */
const KNOWN_EVERY_MS = 10_000
/** Wait before asking again for what failed. */
const RETRY_MS = 3_000
/** Bar time per wall time at first: ten minutes a second. */
const FIRST_SPEED = 3_600

export function openSession(preference: Preference, text: Text): Session {
  const link = readPermalink(location.search)
  applyPreference(preference)
  const store = createStore<AppState>({
    markets: [],
    notices: [],
    replay: null,
    market: undefined,
    choosing: undefined,
    unreachable: undefined,
    range: link.range ?? '24h',
    layout: { ...DEFAULT_LAYOUT, ...keptLayout(), ...link.layout },
    zoom: link.zoom,
    showTable: false,
    dialog: undefined,
    paletteQuery: '',
    selected: undefined,
    zones: undefined,
    scenario: undefined,
    sheetOpen: false,
    link: undefined,
    isOnline: navigator.onLine,
    live: undefined,
    picture: undefined,
    pictureState: { kind: 'reading', since: Date.now() },
    moment: link.moment,
    play: { isOn: false, speed: FIRST_SPEED },
    refolded: undefined,
    health: undefined,
    known: undefined,
    calendar: keptCalendar(),
    preference,
    text,
    now: Date.now(),
    announcement: '',
    alert: undefined,
  })

  let retryTimer: ReturnType<typeof setTimeout> | undefined
  const address = addressKeeper(store)
  const announce = announcer(store)
  const feed = marketFeed(store, {
    follow: (id) => connection.follow(id),
    onMarket() {
      void readKnown()
      address.keep()
      const { base = '', quote = '', simulated } = currentMarket(store.get()) ?? {}
      document.title = base ? `${simulated ? 'SIM-' : ''}${base}/${quote} · liqscope` : 'liqscope'
    },
    onPicture() {
      const { moment } = store.get()
      if (moment !== undefined) past.goTo(moment)
    },
  })
  const past = pastClock(store, feed.readUntil)
  const connection: Connection = connect(socketUrl(), {
    onUpdate: feed.take,
    onStatus,
    onAlert: (alert) => {
      store.set({ alert })
      announce(alert.title)
      notify(alert, store.get().preference)
    },
    onLink: (state) => store.set({ link: state, now: Date.now() }),
    onRefused: (reason) => console.warn(`liqscope: ${reason}`),
  })
  const control = new AbortController()
  for (const name of ['online', 'offline'] as const)
    addEventListener(name, () => store.set({ isOnline: navigator.onLine, now: Date.now() }), { signal: control.signal })
  const ticks = setInterval(() => {
    if (!document.hidden) store.set({ now: Date.now() })
  }, TICK_MS)
  const healthTimer = setInterval(readHealth, HEALTH_EVERY_MS)
  const knownTimer = setInterval(readKnown, KNOWN_EVERY_MS)
  void readMarkets()

  function onStatus({ markets, notices, replay, default: opening }: MarketsJson): void {
    const { market } = store.get()
    // A server that just started has not listed all of its markets: the one on screen stays, and is not live.
    const shown = markets.some(({ id }) => id === market) ? undefined : currentMarket(store.get())
    const kept: MarketJson[] = shown ? [{ ...shown, state: 'stale' }] : []
    store.set({ markets: [...markets, ...kept], notices, replay, unreachable: undefined })
    if (market !== undefined) return
    const asked = markets.find(({ id, symbol }) => id === link.market || symbol === link.market)?.id
    const first = asked ?? chosenIn(link.market, markets) ?? opening ?? markets[0]?.id
    if (first === undefined) return
    feed.open(first)
    if (link.moment !== undefined) past.goTo(link.moment)
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

  async function readKnown(): Promise<void> {
    const { market } = store.get()
    if (document.hidden || market === undefined || !mayBeKnown(store.get())) return
    const known = await getPositions(market).catch(() => undefined)
    if (store.get().market === market) store.set({ known })
  }

  function arrange(change: Partial<Layout>): void {
    store.set({ layout: { ...store.get().layout, ...change } })
    address.keep()
  }

  return {
    store,
    selectMarket(id) {
      const { market, choosing } = store.get()
      if (market === id && choosing === undefined) return
      store.set({ zoom: undefined, moment: undefined, dialog: undefined })
      feed.open(id)
    },
    selectVenues: feed.choose,
    selectRange(range) {
      if (store.get().range === range) return
      store.set({ range, picture: undefined, zoom: undefined, refolded: undefined })
      feed.read()
      address.keep()
    },
    arrange,
    selectView: (view) => arrange({ view }),
    selectUnit: (unit) => arrange({ unit }),
    selectPanel: (panel) => arrange({ panel }),
    setThreshold: (strength) => arrange({ threshold: Math.min(MAX_THRESHOLD, Math.max(0, Math.round(strength))) }),
    selectCluster: (selected) => store.set({ selected }),
    setZoom(zoom) {
      store.set({ zoom })
      address.keep()
    },
    setPreference(change) {
      const next = { ...store.get().preference, ...change }
      applyPreference(next)
      store.set({ preference: next })
      if (change.language !== undefined) void loadText(next.language).then((words) => store.set({ text: words }))
    },
    setCalendar(calendar) {
      keepCalendar(calendar)
      store.set({ calendar })
    },
    replay: (change) => connection.send({ op: 'replay', ...change }),
    goTo(moment) {
      past.goTo(moment)
      address.keep()
    },
    step(columns) {
      past.step(columns)
      address.keep()
    },
    play: past.play,
    setSpeed: past.setSpeed,
    retry() {
      connection.retry()
      feed.read()
    },
    address: address.url,
    announce,
    close() {
      connection.close()
      past.close()
      address.close()
      control.abort()
      feed.close()
      clearInterval(ticks)
      clearInterval(healthTimer)
      clearInterval(knownTimer)
      clearTimeout(retryTimer)
    },
  }
}

/** The name of an address's choice of venues, once all of them are listed. */
function chosenIn(asked: string | undefined, markets: readonly MarketJson[]): string | undefined {
  const choice = asked === undefined ? undefined : readChoice(asked)
  const sum = markets.find(({ id }) => id === choice?.sum)
  return choice && sum?.sumOf && chosenMembers(sum.sumOf, choice.venues) ? asked : undefined
}

function socketUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
