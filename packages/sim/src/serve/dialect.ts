import type { SimEvent } from '../core/event.ts'
import type { SimMarket } from '../core/sim-market.ts'
import type { MarketRecord } from '../record/market-record.ts'

/** A market and its past, as a dialect sees it. */
export interface ServedMarket {
  readonly market: SimMarket
  readonly record: MarketRecord
}

export interface RestRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
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
}

/** How long connections live and what they may send. */
export interface SocketRules {
  readonly pingEveryMs: number
  readonly pongWithinMs: number
  readonly lifeMs: number
  readonly inboundPerSecond: number
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
