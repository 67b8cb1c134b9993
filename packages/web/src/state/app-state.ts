import type {
  AlertJson,
  ForcedOrderJson,
  GradientZoneJson,
  HealthJson,
  MapJson,
  MarketJson,
  MarketUpdate,
  NoticeJson,
  PositionsJson,
  Range,
  ReplayJson,
} from '@liqscope/protocol'
import type { Calendar } from '../calendar/calendar.ts'
import type { Link } from '../feed/connection.ts'
import type { Text } from '../text/en/index.ts'
import type { Preference } from '../theme/preference.ts'
import type { HeatPicture } from './heat-picture.ts'
import type { Layout, Zoom } from './layout.ts'
import type { LiveMap } from './live-map.ts'
import { type Past, pastOf } from './past.ts'
import type { Scenario } from './scenario.ts'

export type DialogName = 'palette' | 'help' | 'how' | 'more' | 'layers' | 'share'

/** The ranges of the REST contract; a type error here means that contract and page differ. */
export const RANGES: readonly Range[] = ['12h', '24h', '3d', '7d', '30d', '90d', '180d', '1y']
export const RANGE_MS: Readonly<Record<Range, number>> = {
  '12h': 43_200_000,
  '24h': 86_400_000,
  '3d': 259_200_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
  '90d': 7_776_000_000,
  '180d': 15_552_000_000,
  '1y': 31_536_000_000,
}

/** What the socket told about the market on screen. */
export interface LiveMarket {
  readonly market: string
  readonly simulated: boolean
  readonly at: number // epoch ms, exchange time
  readonly price: number // mark
  readonly map?: LiveMap
  readonly clusters: MapJson['clusters']
  readonly model?: MapJson['model']
  readonly openInterest?: MapJson['openInterest']
  /** Of a sum of markets: whose it is. */
  readonly shares?: MapJson['shares']
  readonly fundingRate?: number
  readonly nextFundingTime?: number
}

/** How far the picture of a range is: its columns, bars and orders come over REST, then grow by the socket. */
export type PictureState =
  | { readonly kind: 'reading'; readonly since: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }

/** The clock of the past: whether it runs, and its bar time per wall time. */
export interface Play {
  readonly isOn: boolean
  readonly speed: number
}

export interface AppState {
  readonly markets: readonly MarketJson[]
  readonly notices: readonly NoticeJson[]
  readonly replay: ReplayJson | null
  readonly market: string | undefined
  /** The market over other venues of the same coin that takes its place as soon as all of it is here. */
  readonly choosing: string | undefined
  /** Why the page could not even learn which markets there are. */
  readonly unreachable: string | undefined
  readonly range: Range
  readonly layout: Layout
  /** The part of the picture looked at, when a hand chose it. */
  readonly zoom: Zoom | undefined
  readonly showTable: boolean
  readonly dialog: DialogName | undefined
  /** What the palette opens with: the letter that opened it. */
  readonly paletteQuery: string
  readonly selected: string | undefined
  /** ESTIMATED gradient zones, while their layer is on. */
  readonly zones: { readonly market: string; readonly zones: readonly GradientZoneJson[] } | undefined
  /** SCENARIO of the open cascade panel. */
  readonly scenario: Scenario | undefined
  readonly sheetOpen: boolean
  readonly link: Link | undefined
  /** What the browser says of its network. */
  readonly isOnline: boolean
  readonly live: LiveMarket | undefined
  readonly picture: HeatPicture | undefined
  readonly pictureState: PictureState
  /** The past moment looked at, epoch ms; undefined is now. */
  readonly moment: number | undefined
  readonly play: Play
  /** The map of `moment` with bands and leverage, where the server can tell; columns know neither. */
  readonly refolded: Past | undefined
  readonly calendar: Calendar | undefined
  readonly text: Text
  readonly health: HealthJson | undefined
  /** OBSERVED positions of the market on screen; undefined where its exchange shows none. */
  readonly known: PositionsJson | undefined
  readonly preference: Preference
  /** Wall clock, ticking once a second while the page is visible, epoch ms. */
  readonly now: number
  readonly announcement: string
  /** The newest alert the server told. */
  readonly alert: AlertJson | undefined
}

export type Cluster = MapJson['clusters'][number]
export type ForcedOrder = ForcedOrderJson

/** The live market after an update, its map aside: the map has its own rules. */
export function liveAfter(held: LiveMarket | undefined, update: MarketUpdate, map: LiveMap | undefined): LiveMarket {
  const before = update.type === 'snapshot' ? undefined : held
  const { market, simulated, at, price } = update
  const model = update.model ?? before?.model
  const openInterest = update.openInterest ?? before?.openInterest
  const shares = update.shares ?? before?.shares
  const fundingRate = update.fundingRate ?? before?.fundingRate
  const nextFundingTime = update.nextFundingTime ?? before?.nextFundingTime
  return {
    market,
    simulated,
    at,
    price,
    clusters: update.clusters ?? before?.clusters ?? [],
    ...(map ? { map } : {}),
    ...(model ? { model } : {}),
    ...(openInterest === undefined ? {} : { openInterest }),
    ...(shares ? { shares } : {}),
    ...(fundingRate === undefined ? {} : { fundingRate }),
    ...(nextFundingTime === undefined ? {} : { nextFundingTime }),
  }
}

export function currentMarket(state: AppState): MarketJson | undefined {
  return state.markets.find(({ id }) => id === state.market)
}

/** The socket may be away this long before the page says so: a reconnect usually takes less. */
const FROZEN_AFTER_MS = 3_000

/** Why the picture does not move, or undefined while it does. */
export function frozenReason(state: AppState): 'server' | 'venue' | undefined {
  if (state.link?.kind === 'lost' && state.now - state.link.since >= FROZEN_AFTER_MS) return 'server'
  const feed = currentMarket(state)?.state
  return feed === 'stale' || feed === 'offline' ? 'venue' : undefined
}

/** Data as of, exchange time: the newest the socket or the market list told. */
export function dataAsOf(state: AppState): number | undefined {
  const live = state.live?.market === state.market ? state.live?.at : undefined
  return live ?? currentMarket(state)?.to ?? undefined
}

/** The map looked at: of the moment chosen on the strip, or of now. Undefined before the first one. */
export function shownMap(state: AppState): Past | LiveMarket | undefined {
  const { moment, refolded, picture, live, market } = state
  if (moment === undefined) return live?.market === market ? live : undefined
  const column = picture?.market === market && picture ? pastOf(picture, moment) : undefined
  return refolded !== undefined && column !== undefined && refolded.at === column.at ? refolded : column
}
