import { randomUUID } from 'node:crypto'
import type { MarketUpdate, SubscribeSince } from '@liqscope/protocol'
import { encodeFrame } from '@liqscope/protocol/frame'
import type { Market, Update } from '../market/market.ts'
import type { Pipeline } from '../pipeline.ts'
import type { Client } from './client.ts'
import { PatchRing } from './patch-ring.ts'
import { encodeText } from './text.ts'

export type Encoding = 'json' | 'binary'

interface Subscriber {
  readonly client: Client
  readonly encoding: Encoding
  /** It has not what the next patch builds on: a snapshot is due. */
  needsSnapshot: boolean
}

/** One market's sequence, shared by its subscribers. */
interface Line {
  readonly id: string
  /** The state the sequence was built from; another one in its place starts everybody anew. */
  state: Market
  seq: number
  readonly subscribers: Map<Client, Subscriber>
  readonly ring: PatchRing
  /** Encodings that patches are kept in: those somebody asked for since the ring began. */
  readonly kept: Set<Encoding>
  /** Ticks since the last subscriber left. */
  idleTicks: number
  /** It was not kept going: the next patch is of all that time, and may lack columns closed within it. */
  hasRested: boolean
}

/** A market is kept going this long after its last subscriber left: a connection that broke comes back within it. */
const IDLE_TICKS = 240 // a minute at four ticks a second

/**
 * Hands each market's changes to its subscribers. What a subscriber may rely on: first a snapshot, then patches whose
 * `seq` rises by exactly one; whenever that cannot be kept (it was slow, it asked, the market began anew) the next
 * message is a snapshot again. Who comes back within a minute and says what it has (`since`) is sent what it missed
 * instead, where that is kept. An update is encoded once per encoding, whatever the number of subscribers.
 */
export class Broadcast {
  private readonly lines = new Map<string, Line>()
  /** Messages sent by encoding, and their bytes. */
  readonly sent = { json: { messages: 0, bytes: 0 }, binary: { messages: 0, bytes: 0 } }
  skippedPatches = 0
  /** Names this run: numbers of another run's sequences mean nothing here. */
  readonly epoch = randomUUID()

  constructor(private readonly pipeline: Pipeline) {}

  /** @param since what the client has of the market already. */
  subscribe(client: Client, state: Market, encoding: Encoding, since?: SubscribeSince): void {
    const line = this.lineOf(state)
    // What happened up to now belongs to those who are here, and to the ring.
    this.advance(line)
    const subscriber: Subscriber = { client, encoding, needsSnapshot: true }
    const missed = since?.epoch === this.epoch ? line.ring.after(since.seq, line.seq, encoding) : undefined
    line.subscribers.set(client, subscriber)
    line.kept.add(encoding)
    line.idleTicks = 0
    subscriber.needsSnapshot = missed === undefined
    if (missed === undefined) this.advance(line)
    else for (const data of missed) this.send(subscriber, data)
  }

  unsubscribe(client: Client, id: string): void {
    this.lines.get(id)?.subscribers.delete(client)
  }

  /** A new snapshot for a client that found a hole in its sequence. False when it is not subscribed. */
  resync(client: Client, id: string): boolean {
    const line = this.lines.get(id)
    const subscriber = line?.subscribers.get(client)
    if (!line || !subscriber) return false
    subscriber.needsSnapshot = true
    this.advance(line)
    return true
  }

  leave(client: Client): void {
    for (const line of this.lines.values()) line.subscribers.delete(client)
  }

  /** Sends what changed since the last call, every market. */
  tick(): void {
    for (const line of this.lines.values()) {
      if (line.subscribers.size === 0 && line.idleTicks <= IDLE_TICKS) line.idleTicks++
      this.advance(line)
    }
  }

  /** Ids of the markets that a client follows. */
  followedBy(client: Client): string[] {
    return [...this.lines.values()].filter(({ subscribers }) => subscribers.has(client)).map(({ id }) => id)
  }

  get subscriptions(): number {
    return [...this.lines.values()].reduce((sum, line) => sum + line.subscribers.size, 0)
  }

  /** One step of one market: the patch to those who are up to date, a snapshot to those who are not. */
  private advance(line: Line): void {
    // Nobody listens: the market keeps its changes together until somebody does, and draws nothing meanwhile.
    if (line.subscribers.size === 0 && line.idleTicks > IDLE_TICKS) {
      line.ring.clear()
      line.kept.clear()
      line.hasRested = true
      return
    }
    const state = this.pipeline.get(line.id)
    if (!state) return
    if (state !== line.state) {
      line.state = state
      line.ring.clear()
      for (const subscriber of line.subscribers.values()) subscriber.needsSnapshot = true
    }
    const patch = state.takePatch()
    if (patch) line.seq++
    const patchIn = patch && encodedOnce(patch, line.seq)
    if (patchIn && !line.hasRested)
      line.ring.push(line.seq, new Map([...line.kept].map((encoding) => [encoding, patchIn(encoding)])))
    line.hasRested = false
    let snapshotIn: ReturnType<typeof encodedOnce> | undefined
    for (const subscriber of line.subscribers.values()) {
      if (!subscriber.client.canTake()) {
        if (!patch) continue
        this.skippedPatches++
        subscriber.needsSnapshot = true
      } else if (subscriber.needsSnapshot) {
        const snapshot = snapshotIn ? undefined : state.snapshot()
        if (snapshot) snapshotIn = encodedOnce(snapshot, line.seq)
        if (!snapshotIn) continue
        subscriber.needsSnapshot = false
        this.send(subscriber, snapshotIn(subscriber.encoding))
      } else if (patchIn) this.send(subscriber, patchIn(subscriber.encoding))
    }
  }

  private send({ client, encoding }: Subscriber, data: string | Uint8Array): void {
    client.send(data)
    this.sent[encoding].messages++
    this.sent[encoding].bytes += data.length
  }

  private lineOf(state: Market): Line {
    const { id } = state.instrument
    const known = this.lines.get(id)
    if (known) return known
    const line: Line = {
      id,
      state,
      seq: 0,
      subscribers: new Map(),
      ring: new PatchRing(),
      kept: new Set(),
      idleTicks: IDLE_TICKS + 1,
      hasRested: true,
    }
    this.lines.set(id, line)
    return line
  }
}

/** The update in whichever encoding is asked for, each made at most once. */
function encodedOnce(update: Update, seq: number): (encoding: Encoding) => string | Uint8Array {
  const { type, market, ...rest } = update
  const numbered: MarketUpdate = { type, market, seq, ...rest }
  let text: string | undefined
  let frame: Uint8Array | undefined
  return (encoding) => {
    if (encoding === 'json') {
      text ??= encodeText(numbered)
      return text
    }
    frame ??= encodeFrame(numbered)
    return frame
  }
}
