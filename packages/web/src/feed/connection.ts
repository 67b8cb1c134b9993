import type { AlertJson, ClientMessage, MarketsJson, MarketUpdate, SubscribeSince } from '@liqscope/protocol'
import { decodeFrame } from '@liqscope/protocol/frame'
import { isMarketUpdate, isServerMessage } from './guards.ts'

/**
 * The one socket of the page.
 *
 * - After each connect the market asked for is subscribed again. Where the server still has what was missed, updates go
 *   on with the next `seq`; else the first update is a snapshot.
 * - A market the server does not have yet (it just started) is asked for again until it has.
 * - Updates reach `onUpdate` in `seq` order without a hole: after a hole one resync is asked for, and patches are
 *   dropped until the snapshot is here.
 * - A lost or silent socket is opened again with back-off, for ever; `onLink` says since when it has been away.
 * - Nothing is called after `close()`.
 */
export interface Connection {
  /** Follows this market from now on, and no other. */
  readonly follow: (market: string) => void
  readonly send: (message: ClientMessage) => void
  /** Tries at once instead of waiting for the back-off to end. */
  readonly retry: () => void
  readonly close: () => void
}

/** Whether the socket is there, and when not: since when, and when the next attempt is (epoch ms, our clock). */
export type Link =
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly since: number; readonly attempt: number; readonly nextTry: number }

export interface ConnectionEvents {
  /** Returns false when the update does not fit what is held: a new snapshot is then asked for. */
  readonly onUpdate: (update: MarketUpdate) => boolean
  readonly onStatus: (status: MarketsJson) => void
  readonly onAlert: (alert: AlertJson) => void
  readonly onLink: (link: Link) => void
  /** A message that could not be used; the connection goes on. */
  readonly onRefused: (reason: string) => void
}

/** First wait after a loss; doubles to the longest. */
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000
/** We ping when the server was silent this long, */
const PING_AFTER_MS = 2_000
/** and give the socket up when the ping stayed unanswered until here: a frozen picture looks frozen within 5 s. */
const GIVE_UP_AFTER_MS = 4_000
const WATCH_EVERY_MS = 500
const SUBSCRIBING = 'subscribe'
const ASK_AGAIN_MS = 1_000

export function connect(url: string, events: ConnectionEvents): Connection {
  let socket: WebSocket | undefined
  let market: string | undefined
  /** The run of the server that the socket is connected to. */
  let epoch: string | undefined
  /** What is held of the market: the last update in order, and the run it is of. */
  let held: SubscribeSince | undefined
  let isResyncing = false
  let attempt = 0
  let lostSince: number | undefined
  let lastHeard = 0
  let pinged = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  const watch = setInterval(checkSilence, WATCH_EVERY_MS)

  function open(): void {
    clearTimeout(timer)
    const opening = new WebSocket(url)
    opening.binaryType = 'arraybuffer'
    socket = opening
    lastHeard = Date.now()
    pinged = false
    opening.onopen = () => {
      if (socket !== opening) return
      attempt = 0
      lostSince = undefined
      events.onLink({ kind: 'open' })
    }
    opening.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (socket !== opening) return
      lastHeard = Date.now()
      pinged = false
      receive(data)
    }
    opening.onclose = () => {
      if (socket === opening) lost()
    }
  }

  function lost(): void {
    socket = undefined
    epoch = undefined
    if (closed) return
    lostSince ??= Date.now()
    // Half of the wait is drawn, so that the pages of a restarted server do not come back in one wave.
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + Math.random() / 2)
    attempt += 1
    events.onLink({ kind: 'lost', since: lostSince, attempt, nextTry: Date.now() + wait })
    timer = setTimeout(open, wait)
  }

  function receive(data: unknown): void {
    try {
      if (data instanceof ArrayBuffer) {
        accept(decodeFrame(data))
      } else if (typeof data === 'string') {
        const message: unknown = JSON.parse(data)
        if (isMarketUpdate(message)) accept(message)
        else if (!isServerMessage(message)) events.onRefused('a text message of no known type')
        else if (message.type === 'status') events.onStatus(message)
        else if (message.type === 'alert') events.onAlert(message)
        else if (message.type === 'welcome') {
          epoch = message.epoch
          if (market !== undefined) subscribe(market)
        } else if (message.type === 'error') {
          events.onRefused(message.message)
          if (message.req_id === SUBSCRIBING) askAgain()
        }
      }
    } catch (error) {
      events.onRefused(error instanceof Error ? error.message : String(error))
      resync()
    }
  }

  function accept(update: MarketUpdate): void {
    if (update.market !== market) return // the tail of a market just left
    if (update.type === 'snapshot') isResyncing = false
    else if (isResyncing) return
    else if (held === undefined || held.epoch !== epoch || update.seq !== held.seq + 1) {
      resync()
      return
    }
    held = epoch === undefined ? undefined : { epoch, seq: update.seq }
    if (!events.onUpdate(update)) resync()
  }

  function resync(): void {
    if (market === undefined || isResyncing) return
    isResyncing = true
    held = undefined
    send({ op: 'resync', market })
  }

  function subscribe(to: string): void {
    isResyncing = false
    const since = held?.epoch === epoch ? held : undefined
    send({ op: 'subscribe', req_id: SUBSCRIBING, market: to, encoding: 'binary', ...(since && { since }) })
  }

  /** The server knows no such market: one that just started will in a moment. */
  function askAgain(): void {
    const [asked, on] = [market, socket]
    setTimeout(() => {
      if (socket === on && market === asked && asked !== undefined) subscribe(asked)
    }, ASK_AGAIN_MS)
  }

  function send(message: ClientMessage): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  function checkSilence(): void {
    if (socket?.readyState !== WebSocket.OPEN) return
    const silent = Date.now() - lastHeard
    if (silent > GIVE_UP_AFTER_MS) {
      // A half-open socket may take minutes to notice: leave it, and let it close behind our back.
      const dead = socket
      socket = undefined
      dead.close()
      // It has been away since it last spoke, not since we noticed.
      lostSince ??= lastHeard
      lost()
    } else if (silent > PING_AFTER_MS && !pinged) {
      pinged = true
      send({ op: 'ping' })
    }
  }

  open()
  return {
    follow(next) {
      if (market !== undefined && market !== next) send({ op: 'unsubscribe', market })
      if (market !== next) held = undefined
      market = next
      // Before the welcome nothing is asked: it says whether what is held still counts.
      if (epoch !== undefined) subscribe(next)
    },
    send,
    retry() {
      if (!socket && !closed) open()
    },
    close() {
      closed = true
      clearInterval(watch)
      clearTimeout(timer)
      const dead = socket
      socket = undefined
      dead?.close()
    },
  }
}
