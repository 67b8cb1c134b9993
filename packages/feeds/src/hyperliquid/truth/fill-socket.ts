import type { LiquidationOrder } from '@liqscope/market'
import type { Clock } from '../../clock.ts'
import type { Connection } from '../../socket/connection.ts'
import { ConnectionBudget } from '../../socket/connection-budget.ts'
import type { Dial } from '../../socket/dial.ts'
import { Socket } from '../../socket/socket.ts'
import type { Listing, RefusedPart } from '../../venue/message.ts'
import { requests, SOCKETS } from '../subscribe.ts'
import { readTruthFrame, type Trader } from './frames.ts'

/** A sixth of 30 a minute and address (checked 2026-11): the feed's own connections take a third. */
const CONNECTIONS = { limit: 5, windowMs: 60_000 }
/** A connection is half-open after 20 s of silence; the venue is pinged well before. */
const LIMITS = {
  pingAfterMs: 10_000,
  deadAfterMs: 20_000,
  handshakeMs: 10_000,
  maxFrameBytes: 4 * 1024 * 1024,
  sends: [{ limit: SOCKETS.sendsPerSecond, windowMs: 1_000 }],
  ...(SOCKETS.ping === undefined ? {} : { ping: SOCKETS.ping }),
}
/** Matches remembered, to tell a forced order once. */
const REMEMBERED = 5_000

export interface FillSocketOptions {
  readonly url: string
  readonly clock: Clock
  readonly random: () => number
  readonly dial: Dial
  /** The followed instruments by coin, read at each frame. */
  readonly listing: Listing
  readonly onTrader: (trader: Trader) => void
  readonly onForced: (order: LiquidationOrder, account: string) => void
  readonly onRefused: (part: RefusedPart, text: string) => void
  readonly onDown: (reason: string) => void
}

/**
 * The truth's own connection: who trades in the followed coins, and the fills of a few watched accounts. A forced order
 * is told once, also when two connections deliver it; what happened to an account before it was watched is not told.
 */
export class FillSocket {
  readonly #options: FillSocketOptions
  readonly #socket: Socket
  readonly #coins = new Set<string>()
  readonly #watched = new Set<string>()
  /** Watched accounts whose past is still to come. */
  readonly #awaitingPast = new Set<string>()
  readonly #told = new Set<number>()

  constructor(options: FillSocketOptions) {
    const { url, clock, random, dial, onDown } = options
    this.#options = options
    this.#socket = new Socket({
      url,
      clock,
      random,
      dial,
      budget: new ConnectionBudget(CONNECTIONS.limit, CONNECTIONS.windowMs),
      limits: LIMITS,
      rotateAfterMs: SOCKETS.rotateAfterMs,
      events: {
        onOpen: (connection) => this.#ask(connection, 'subscribe', this.#names()),
        onFrame: (text, receivedTime) => this.#frame(text, receivedTime),
        onUnreadable: (problem) => onDown(problem),
        onDown,
      },
    })
  }

  get isOpen(): boolean {
    return this.#socket.isOpen
  }

  get watched(): readonly string[] {
    return [...this.#watched]
  }

  follow(coin: string): void {
    if (this.#coins.has(coin)) return
    this.#coins.add(coin)
    this.#tell('subscribe', [`trades:${coin}`])
  }

  unfollow(coin: string): void {
    if (this.#coins.delete(coin)) this.#tell('unsubscribe', [`trades:${coin}`])
  }

  /** Exactly these accounts from now on. */
  watch(accounts: readonly string[]): void {
    const wanted = new Set(accounts)
    const gone = [...this.#watched].filter((account) => !wanted.has(account))
    const fresh = accounts.filter((account) => !this.#watched.has(account))
    for (const account of gone) this.#watched.delete(account)
    for (const account of fresh) {
      this.#watched.add(account)
      this.#awaitingPast.add(account)
    }
    this.#tell('unsubscribe', gone.map(fillsOf))
    this.#tell('subscribe', fresh.map(fillsOf))
  }

  close(): void {
    this.#socket.close()
  }

  #names(): string[] {
    return [...[...this.#coins].map((coin) => `trades:${coin}`), ...[...this.#watched].map(fillsOf)]
  }

  #tell(op: 'subscribe' | 'unsubscribe', names: readonly string[]): void {
    for (const connection of this.#socket.connections) this.#ask(connection, op, names)
  }

  #ask(connection: Connection, op: 'subscribe' | 'unsubscribe', names: readonly string[]): void {
    for (const { text } of requests(op, names)) connection.send(text)
  }

  #frame(text: string, receivedTime: number): boolean {
    const { listing, onTrader, onForced, onRefused } = this.#options
    const { traders, fills, refused, historyOf } = readTruthFrame(text, receivedTime, listing)
    for (const trader of traders) onTrader(trader)
    const isPast = historyOf !== undefined && this.#awaitingPast.delete(historyOf)
    for (const { tradeId, order, account } of fills) {
      if (this.#told.has(tradeId)) continue
      this.#remember(tradeId)
      if (!isPast) onForced(order, account)
    }
    for (const part of refused) onRefused(part, text)
    return traders.length + fills.length > 0
  }

  #remember(tradeId: number): void {
    this.#told.add(tradeId)
    for (const oldest of this.#told) {
      if (this.#told.size <= REMEMBERED) break
      this.#told.delete(oldest)
    }
  }
}

function fillsOf(account: string): string {
  return `userFills:${account}`
}
