import type { Clock } from '../clock.ts'
import { type Network, systemNetwork } from '../network.ts'
import type { Ask } from '../rest/ask.ts'
import type { Dial, Wire } from '../socket/dial.ts'
import { answered, failureOf } from './answered.ts'
import type { CaptureError } from './capture-error.ts'
import { type CaptureFigures, CaptureWriter, type CaptureWriterOptions } from './capture-writer.ts'
import type { CameIn, WentOut } from './record.ts'
import { randomOf } from './seeded-random.ts'
import type { Surroundings } from './surroundings.ts'
import { type Reading, systemReading, Turns } from './turns.ts'

export interface RecorderOptions extends Pick<CaptureWriterOptions, 'folder' | 'about' | 'rotateAfterMs' | 'open'> {
  readonly read?: () => Reading
  readonly inner?: Network
  /** Nothing more is written; the feeds go on. */
  readonly onFailure: (error: CaptureError) => void
}

/**
 * Stands between feeds and their venues and writes down all that comes, in turns. Everything that the feeds' owner does
 * must follow from their events and from `clock`: then a player gets the same events from what was written.
 */
export class Recorder {
  readonly clock: Clock
  readonly #turns: Turns
  readonly #writer: CaptureWriter
  readonly #inner: Network
  /** Connections that are open, to be held up while the disk is slower than they are. */
  readonly #wires = new Set<Wire>()
  #at: Reading
  #connections = 0
  #requests = 0
  #isHeldUp = false
  #isOver = false

  /** @throws {CaptureError} when nothing can be written there */
  constructor({ read = systemReading, inner = systemNetwork, onFailure, ...files }: RecorderOptions) {
    this.#inner = inner
    this.#at = read()
    this.#turns = new Turns(this.#at, read, () => this.#writer.isFull)
    this.clock = this.#turns.clock
    this.#writer = new CaptureWriter({ ...files, at: this.#at, onFailure, onRoom: () => this.#goOn() })
  }

  get session(): string {
    return this.#writer.session
  }

  get figures(): CaptureFigures {
    return this.#writer.figures
  }

  /** @param name of the feed: unique, and the same when it is played */
  surroundings(name: string): Surroundings {
    const network = { dial: this.#dial(name), ask: this.#ask(name) }
    return { clock: this.clock, random: randomOf(name), network }
  }

  /** The feeds' beginning, in a turn of its own. */
  start(begin: () => void): void {
    this.#enter({ k: 'start' }, begin)
  }

  /** Ends the recording whole: everything that came before has its turn, and nothing after. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#isOver)
      await new Promise<void>((resolve) => {
        this.#enter({ k: 'stop' }, () => {
          this.#isOver = true
          this.#turns.close()
          resolve()
        })
      })
    await this.#writer.close()
  }

  #dial(v: string): Dial {
    return (url, limits, events) => {
      const c = ++this.#connections
      this.#note({ k: 'dial', c, v, url })
      const wire = this.#inner.dial(url, limits, {
        opened: () => this.#enter({ k: 'opened', c }, () => events.opened()),
        text: (d) => this.#enter({ k: 'text', c, d }, () => events.text(d)),
        unreadable: (d) => this.#enter({ k: 'unreadable', c, d }, () => events.unreadable(d)),
        alive: () => this.#enter({ k: 'alive', c }, () => events.alive()),
        ended: (d) => {
          this.#wires.delete(wire)
          this.#enter({ k: 'ended', c, d }, () => events.ended(d))
        },
      })
      this.#wires.add(wire)
      return {
        send: (d) => {
          this.#note({ k: 'sent', c, d })
          wire.send(d)
        },
        ping: () => wire.ping(),
        hold: (isHeld) => wire.hold(isHeld),
        close: () => wire.close(),
        terminate: () => wire.terminate(),
      }
    }
  }

  #ask(v: string): Ask {
    return (request, signal) => {
      const r = ++this.#requests
      const { method, url, body } = request
      this.#note({ k: 'ask', r, v, method, url, ...(body === undefined ? {} : { body }) })
      return answered(signal, (resolve, reject) => {
        this.#inner.ask(request, signal).then(
          (answer) => {
            const { status, text: d, retryAfter: retry } = answer
            const came = { k: 'answer' as const, r, status, d, ...(retry === undefined ? {} : { retry }) }
            this.#enter(came, () => resolve(answer))
          },
          (error: unknown) => {
            const d = error instanceof Error ? error.message : String(error)
            const came = { k: 'failed' as const, r, d, ...(error instanceof RangeError ? { long: true as const } : {}) }
            this.#enter(came, () => reject(failureOf(came)))
          },
        )
      })
    }
  }

  #enter(what: CameIn, run: () => void): void {
    this.#turns.enter((at) => {
      this.#at = at
      this.#write(what, at)
      run()
    })
  }

  /** What goes out in a turn has its time, whenever a timer within it fired. */
  #note(what: WentOut): void {
    this.#write(what, { wall: this.clock.now(), mono: this.#at.mono })
  }

  #write(what: CameIn | WentOut, { wall, mono }: Reading): void {
    if (this.#isOver) return
    this.#writer.write({ t: wall, m: Math.round(mono * 1_000) / 1_000, ...what })
    if (this.#writer.isFull && !this.#isHeldUp) this.#hold(true)
  }

  #goOn(): void {
    this.#hold(false)
    this.#turns.wake()
  }

  #hold(isHeld: boolean): void {
    this.#isHeldUp = isHeld
    for (const wire of this.#wires) wire.hold(isHeld)
  }
}
