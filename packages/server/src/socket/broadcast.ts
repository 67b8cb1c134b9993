import type { MarketUpdate } from '@liqscope/protocol'
import { encodeFrame } from '@liqscope/protocol/frame'
import type { Market, Update } from '../market/market.ts'
import type { Pipeline } from '../pipeline.ts'
import type { Client } from './client.ts'
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
}

/**
 * Hands each market's changes to its subscribers. What a subscriber may rely on: first a snapshot, then patches whose
 * `seq` rises by exactly one; whenever that cannot be kept (it was slow, it asked, the market began anew) the next
 * message is a snapshot again. An update is encoded once per encoding, whatever the number of subscribers.
 */
export class Broadcast {
  private readonly lines = new Map<string, Line>()
  /** Messages sent by encoding, and their bytes. */
  readonly sent = { json: { messages: 0, bytes: 0 }, binary: { messages: 0, bytes: 0 } }
  skippedPatches = 0

  constructor(private readonly pipeline: Pipeline) {}

  subscribe(client: Client, state: Market, encoding: Encoding): void {
    const line = this.lineOf(state)
    line.subscribers.set(client, { client, encoding, needsSnapshot: true })
    this.advance(line)
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
    for (const line of this.lines.values()) this.advance(line)
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
    if (line.subscribers.size === 0) return
    const state = this.pipeline.get(line.id)
    if (!state) return
    if (state !== line.state) {
      line.state = state
      for (const subscriber of line.subscribers.values()) subscriber.needsSnapshot = true
    }
    const patch = state.takePatch()
    if (patch) line.seq++
    const patchIn = patch && encodedOnce(patch, line.seq)
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
    const line: Line = { id, state, seq: 0, subscribers: new Map() }
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
