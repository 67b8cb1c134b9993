import { z } from 'zod'
import type { AlertJson } from '../rest/alerts.ts'
import type { MapJson } from '../rest/map.ts'
import type { BarJson, ForcedOrderJson, GapJson, MarketsJson } from '../rest/market.ts'

/** The `epoch` of the welcome under which, and the `seq` up to which, a client has a market's updates. */
export const SubscribeSinceSchema = z.object({ epoch: z.string().max(64), seq: z.number().int().nonnegative() })
export type SubscribeSince = z.infer<typeof SubscribeSinceSchema>

/** What a client may say on `/ws`, JSON text, one object a message, at most 64 KiB. */
export const ClientMessageSchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('subscribe'),
    req_id: z.union([z.string(), z.number()]).optional(),
    market: z.string(),
    /** `json`: every message is text. `binary`: snapshots and patches are frames (see frame/). */
    encoding: z.enum(['json', 'binary']).default('json'),
    /** What the client has already: what it missed is sent instead of a snapshot, where the server still has it. */
    since: SubscribeSinceSchema.optional(),
  }),
  z.object({ op: z.literal('unsubscribe'), req_id: z.union([z.string(), z.number()]).optional(), market: z.string() }),
  /** Asks for a new snapshot after a hole in `seq`. */
  z.object({ op: z.literal('resync'), req_id: z.union([z.string(), z.number()]).optional(), market: z.string() }),
  z.object({ op: z.literal('ping'), req_id: z.union([z.string(), z.number()]).optional() }),
  z.object({
    op: z.literal('replay'),
    req_id: z.union([z.string(), z.number()]).optional(),
    playing: z.boolean().optional(),
    speed: z.number().positive().max(100_000).optional(),
    at: z.number().optional(),
  }),
])
export type ClientMessage = z.infer<typeof ClientMessageSchema>

/** The map's arrays as the wire has them; a patch replaces bins [from, to), a snapshot all of them. */
export interface MapSlice {
  readonly at: number
  readonly price: number
  readonly step: number
  readonly firstBin: number
  readonly bins: number
  readonly from: number
  readonly to: number
  readonly long: ArrayLike<number>
  readonly short: ArrayLike<number>
  readonly longLow: ArrayLike<number>
  readonly longHigh: ArrayLike<number>
  readonly shortLow: ArrayLike<number>
  readonly shortHigh: ArrayLike<number>
  /** `byLeverage[group * (to - from) + (i - from)]` */
  readonly byLeverage: ArrayLike<number>
  /** Of a sum of markets: `byVenue[share * (to - from) + (i - from)]`, in the order of the update's `shares`. */
  readonly byVenue?: ArrayLike<number>
}

/** One closed heatmap column on the wire. */
export interface ColumnSlice {
  readonly openTime: number
  readonly intervalMs: number
  readonly price: number
  readonly step: number
  readonly firstBin: number
  readonly values: ArrayLike<number>
}

/**
 * What a market's subscriber receives: first a snapshot (or, after `since`, the patches it missed), then patches whose
 * `seq` rises by exactly one.
 */
export interface MarketUpdate {
  readonly type: 'snapshot' | 'patch'
  readonly market: string
  readonly seq: number
  readonly simulated: boolean
  readonly at: number
  readonly price: number
  readonly map?: MapSlice
  readonly clusters?: MapJson['clusters']
  readonly model?: MapJson['model']
  readonly openInterest?: MapJson['openInterest']
  /** Of a sum of markets: whose it is. */
  readonly shares?: MapJson['shares']
  readonly fundingRate?: number
  readonly nextFundingTime?: number
  /** Columns closed since the last message, each at its own interval. After a long pause only the newest: ask REST. */
  readonly columns?: readonly ColumnSlice[]
  /** Bars closed since the last message, those of the columns' wider intervals too, and last the one in progress. */
  readonly bars?: readonly (BarJson & { readonly intervalMs: number; readonly closed: boolean })[]
  readonly forcedOrders?: readonly ForcedOrderJson[]
  readonly gaps?: readonly GapJson[]
}

/** Text messages that are not market updates. */
export type ServerMessage =
  /** `epoch` names the server's run: a `seq` counts within one. */
  | { readonly type: 'welcome'; readonly version: string; readonly epoch: string }
  | { readonly type: 'subscribed' | 'unsubscribed'; readonly req_id?: string | number; readonly market: string }
  | { readonly type: 'pong'; readonly req_id?: string | number; readonly time: number }
  | { readonly type: 'error'; readonly req_id?: string | number; readonly message: string }
  /** A rule had something to say. Told to every client once; the list is at `/api/v1/alerts`. */
  | ({ readonly type: 'alert' } & AlertJson)
  /** Sent on connect and whenever markets, notices, feed states or the replay clock change, at most once a second. */
  | ({ readonly type: 'status' } & MarketsJson)
