import type { SimEvent } from '../core/event.ts'
import type { SimMarket } from '../core/sim-market.ts'
import type { MarketRecord } from '../record/market-record.ts'
import type { BudgetRules } from './request-budget.ts'

/** What a venue may change about a contract while it runs. */
export interface Listing {
  /** False: the venue sends nothing more of it and no longer lists it as trading. */
  readonly listed: boolean
  /** Contracts are this many times larger than they were listed at. Of use where sizes are contracts. */
  readonly unitFactor: number
}

/** A market and its past, as a dialect sees it. */
export interface ServedMarket {
  readonly market: SimMarket
  readonly record: MarketRecord
  readonly listing: Listing
}

export interface RestRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Empty unless something was posted. */
  readonly body: string
  /** Whom a budget is charged to. */
  readonly client: string
  /** Epoch ms on the venue's clock. */
  readonly time: number
}

export interface RestReply {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a message is about: faults and slow consumers treat them apart. */
export type MessageKind = 'control' | 'trade' | 'mark' | 'candle' | 'ticker' | 'liquidation' | 'book' | 'top'

/** The client's end of a socket. */
export interface Peer {
  /** `channel` is the venue's own name of the stream, empty for answers. */
  send(text: string, kind: MessageKind, channel: string): void
  close(code: number, reason: string): void
}

/** One connected client. */
export interface StreamSession {
  receive(text: string): void
  closed(): void
  /** Says, as the venue does, that the line will be closed for an upgrade. Absent where the venue says nothing. */
  notice?(): void
}

/** How long connections live and what they may send. All by the wall clock. */
export interface SocketRules {
  /** Protocol pings from the venue. Absent: it sends none. */
  readonly ping?: { readonly everyMs: number; readonly pongWithinMs: number }
  readonly lifeMs?: number
  readonly inboundPerSecond?: number
  /** Closed when nothing went out for this long: a ping's answer counts. */
  readonly idle?: { readonly ms: number; readonly code: number; readonly reason: string }
  /** Closed when the client said nothing for this long. */
  readonly clientSilenceMs?: number
  /** New connections per client address; more are refused with 429 before the upgrade. */
  readonly connects?: BudgetRules
}

/** A venue's wire, over the markets it serves. */
export interface DialectService {
  readonly rules: SocketRules
  /** Undefined when the path is not this venue's. */
  answer(request: RestRequest): RestReply | undefined
  /** Undefined when the path is not this venue's. */
  accept(path: string, query: URLSearchParams, peer: Peer): StreamSession | undefined
  /** Sends what happened in one market up to `time`, the venue's clock. Called with no events too, as time passes. */
  publish(served: ServedMarket, events: readonly SimEvent[], time: number): void
}

/** One venue's wire shapes and routes: the only place that knows them. */
export interface Dialect {
  readonly name: string
  open(markets: readonly ServedMarket[], clock: () => number): DialectService
}
