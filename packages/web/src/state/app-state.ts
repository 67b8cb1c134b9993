import type {
  ForcedOrderJson,
  HealthJson,
  MapJson,
  MarketJson,
  MarketUpdate,
  NoticeJson,
  Range,
  ReplayJson,
} from '@liqscope/protocol'
import type { Link } from '../feed/connection.ts'
import type { Preference } from '../theme/preference.ts'
import type { HeatPicture } from './heat-picture.ts'
import type { LiveMap } from './live-map.ts'

export type View = 'heatmap' | 'map'
export type Unit = 'strength' | 'usd'
export type DialogName = 'palette' | 'help' | 'how' | 'more'
export type PanelName = 'clusters' | 'feeds'

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
  readonly fundingRate?: number
  readonly nextFundingTime?: number
}

/** How far the picture of a range is: its columns, bars and orders come over REST, then grow by the socket. */
export type PictureState =
  | { readonly kind: 'reading'; readonly since: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }

export interface AppState {
  readonly markets: readonly MarketJson[]
  readonly notices: readonly NoticeJson[]
  readonly replay: ReplayJson | null
  readonly market: string | undefined
  /** Why the page could not even learn which markets there are. */
  readonly unreachable: string | undefined
  readonly range: Range
  readonly view: View
  readonly unit: Unit
  /** Strength below which nothing is drawn, 0-60. */
  readonly threshold: number
  /** Whether strength 100 is the strongest in view or of the whole range. */
  readonly scale: 'view' | 'range'
  readonly showTable: boolean
  readonly panel: PanelName
  readonly dialog: DialogName | undefined
  /** What the palette opens with: the letter that opened it. */
  readonly paletteQuery: string
  readonly selected: string | undefined
  readonly sheetOpen: boolean
  readonly link: Link | undefined
  readonly live: LiveMarket | undefined
  readonly picture: HeatPicture | undefined
  readonly pictureState: PictureState
  readonly health: HealthJson | undefined
  readonly preference: Preference
  /** Wall clock, ticking once a second while the page is visible, epoch ms. */
  readonly now: number
  readonly announcement: string
}

export type Cluster = MapJson['clusters'][number]
export type ForcedOrder = ForcedOrderJson

/** The live market after an update, its map aside: the map has its own rules. */
export function liveAfter(held: LiveMarket | undefined, update: MarketUpdate, map: LiveMap | undefined): LiveMarket {
  const before = update.type === 'snapshot' ? undefined : held
  const { market, simulated, at, price } = update
  const model = update.model ?? before?.model
  const openInterest = update.openInterest ?? before?.openInterest
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
