import type { Channel } from './channel/channel.ts'
import type { Clock } from './clock.ts'
import { grouped, type Message } from './message.ts'
import type { Outbox, Parcel } from './outbox.ts'
import { SendError, type Sender } from './sender.ts'

/** Waits between tries, ms, the last one for ever; each is spread by up to a half. */
const RETRY_MS = [2_000, 10_000, 60_000, 300_000, 900_000] as const
/** An alert this old is no news any more: it is dropped, and that is told. */
const STALE_AFTER_MS = 24 * 3_600_000
/** What comes within this time of the first goes out with it as one message, ms. */
const GATHER_MS = 1_500
const MOST_IN_ONE = 10
/** In quiet hours the clock is looked at this often, ms. */
const QUIET_CHECK_MS = 30_000

export interface CourierOptions {
  readonly channels: readonly Channel[]
  readonly outbox: Outbox
  readonly send: Sender
  readonly clock: Clock
  /** Jitter, in [0, 1). */
  readonly random: () => number
  /** True while nothing is to be sent; what waits goes out together afterwards. */
  readonly isQuiet?: (now: number) => boolean
  /** A picture of a market's map as it is now, where one can be made. Never rejects. */
  readonly picture?: (market: string) => Promise<Uint8Array | undefined>
  /** What became of a try. Never holds a secret. */
  readonly onOutcome?: (outcome: DeliveryOutcome) => void
}

export interface DeliveryOutcome {
  readonly channel: string
  readonly message: string
  readonly outcome: 'sent' | 'retry' | 'dropped'
  readonly reason?: string
}

/** How a channel does. */
export interface ChannelHealth {
  readonly name: string
  readonly kind: Channel['kind']
  readonly waiting: number
  readonly sent: number
  readonly dropped: number
  readonly lastProblem?: string
  readonly lastSentAt?: number // epoch ms
}

interface Line {
  readonly channel: Channel
  queue: readonly Parcel[]
  tries: number
  timer: unknown
  busy: boolean
  sent: number
  dropped: number
  lastProblem?: string
  lastSentAt?: number
}

/**
 * Takes parcels to their channels, in order, tried until taken, refused for good, or no news any more. What waits for a
 * channel at the same time goes out as one message. A channel that is down does not hold up the others. Delivery is at
 * least once; receivers tell repetitions by the message's id.
 */
export class Courier {
  private readonly lines = new Map<string, Line>()
  private readonly closing = new AbortController()

  constructor(private readonly options: CourierOptions) {
    for (const channel of options.channels)
      this.lines.set(channel.name, { channel, queue: [], tries: 0, timer: undefined, busy: false, sent: 0, dropped: 0 })
    for (const parcel of options.outbox.pending()) {
      const line = this.lines.get(parcel.channel)
      if (line) line.queue = [...line.queue, parcel]
      else options.outbox.finish(parcel.id, 'dropped', options.clock.now()) // its channel is not set up any more
    }
  }

  /** Takes up what a restart left. */
  start(): void {
    for (const line of this.lines.values()) if (line.queue.length > 0) this.later(line, 0)
  }

  /** Hands a message to channels, by name; unknown names are left out. */
  deliver(message: Message, channels: readonly string[]): void {
    for (const name of channels) {
      const line = this.lines.get(name)
      if (!line) continue
      const parcel: Parcel = { id: `${message.id}>${name}`, channel: name, message, queuedAt: this.options.clock.now() }
      if (!this.options.outbox.queue(parcel)) continue
      line.queue = [...line.queue, parcel]
      if (!line.busy && line.timer === undefined) this.later(line, GATHER_MS)
    }
  }

  /** Sends a message at once, past queue and outbox: for trying a channel out. Rejects with SendError. */
  async tryOut(name: string, message: Message): Promise<void> {
    const line = this.lines.get(name)
    if (!line) throw new SendError(`there is no channel ${name}`, false)
    await this.send(line.channel, message)
  }

  health(): ChannelHealth[] {
    return [...this.lines.values()].map(({ channel, queue, sent, dropped, lastProblem, lastSentAt }) => ({
      name: channel.name,
      kind: channel.kind,
      waiting: queue.length,
      sent,
      dropped,
      ...(lastProblem === undefined ? {} : { lastProblem }),
      ...(lastSentAt === undefined ? {} : { lastSentAt }),
    }))
  }

  /** What is on its way is left in the outbox for the next start. */
  close(): void {
    this.closing.abort()
    for (const { timer } of this.lines.values()) if (timer !== undefined) this.options.clock.clearTimeout(timer)
    this.options.outbox.close()
  }

  private async serve(line: Line): Promise<void> {
    if (line.busy) return
    line.busy = true
    try {
      while (line.queue.length > 0 && !this.closing.signal.aborted) {
        const wait = await this.take(line)
        if (wait === undefined) continue
        this.later(line, wait)
        return
      }
    } finally {
      line.busy = false
    }
  }

  private later(line: Line, ms: number): void {
    line.timer = this.options.clock.setTimeout(() => {
      line.timer = undefined
      void this.serve(line)
    }, ms)
  }

  /** Sends the first few of a line. @returns the wait until it may go on, ms, if it has to. */
  private async take(line: Line): Promise<number | undefined> {
    const { clock, random, isQuiet } = this.options
    if (isQuiet?.(clock.now())) return QUIET_CHECK_MS
    const isOld = ({ queuedAt }: Parcel) => clock.now() - queuedAt > STALE_AFTER_MS
    const old = line.queue.filter(isOld)
    if (old.length > 0) {
      this.finish(line, old, 'dropped', `not delivered within ${STALE_AFTER_MS / 3_600_000} h`)
      return undefined
    }
    const parcels = line.queue.slice(0, MOST_IN_ONE)
    const message = grouped(parcels.map((parcel) => parcel.message))
    if (message === undefined) return undefined
    try {
      await this.send(line.channel, message)
    } catch (error) {
      if (this.closing.signal.aborted) return undefined
      if (!(error instanceof SendError)) throw error
      if (!error.mayRetry) {
        this.finish(line, parcels, 'dropped', error.message)
        return undefined
      }
      line.lastProblem = error.message
      for (const parcel of parcels) this.tell(line, parcel, 'retry', error.message)
      const planned = RETRY_MS[Math.min(line.tries++, RETRY_MS.length - 1)]!
      return error.waitMs ?? planned * (1 + random() / 2)
    }
    line.lastSentAt = clock.now()
    this.finish(line, parcels, 'sent')
    return undefined
  }

  /** With a picture where there is one; a receiver that refuses it gets the words alone. */
  private async send({ takesPicture, post }: Channel, message: Message): Promise<void> {
    const { send, picture } = this.options
    const png = takesPicture && message.market !== undefined ? await picture?.(message.market) : undefined
    if (png !== undefined)
      try {
        return await send(post(message, png), this.closing.signal)
      } catch (error) {
        if (!(error instanceof SendError) || error.mayRetry) throw error
      }
    await send(post(message), this.closing.signal)
  }

  private finish(line: Line, parcels: readonly Parcel[], outcome: 'sent' | 'dropped', reason?: string): void {
    const gone = new Set(parcels)
    line.queue = line.queue.filter((parcel) => !gone.has(parcel))
    line.tries = 0
    line[outcome] += parcels.length
    if (reason !== undefined) line.lastProblem = reason
    for (const parcel of parcels) {
      this.options.outbox.finish(parcel.id, outcome, this.options.clock.now())
      this.tell(line, parcel, outcome, reason)
    }
  }

  private tell(line: Line, parcel: Parcel, outcome: DeliveryOutcome['outcome'], reason?: string): void {
    this.options.onOutcome?.({
      channel: line.channel.name,
      message: parcel.message.id,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    })
  }
}
