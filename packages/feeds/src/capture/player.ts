import type { Ask, RestAnswer, RestRequest } from '../rest/ask.ts'
import type { Dial, WireEvents } from '../socket/dial.ts'
import { answered, failureOf } from './answered.ts'
import type { Capture } from './capture-reader.ts'
import type { CaptureRecord } from './record.ts'
import { randomOf } from './seeded-random.ts'
import type { Surroundings } from './surroundings.ts'
import { TurnClock } from './turn-clock.ts'

/** How a recording is played. */
export interface PlayOptions {
  /** Recorded time per wall time, asked for at each record; undefined: as fast as possible. */
  readonly speed?: () => number | undefined
  /** Ends the play between two records. */
  readonly signal?: AbortSignal
  /** Waited for before each record, where it gives a promise: a reader that is slower, a pause. */
  readonly hold?: () => Promise<unknown> | undefined
  /** Now and then: how far it is, recorded epoch ms. */
  readonly onProgress?: (time: number) => void
}

/** How a play went. */
export interface PlayFigures {
  readonly records: number
  /** Recorded epoch ms. */
  readonly from: number
  readonly to: number
  /** Why the recording does not end whole. */
  readonly broken: string | undefined
  /**
   * What these feeds said otherwise than those that were recorded: 0 when the same version plays. With others, what
   * was not recorded cannot be answered.
   */
  readonly strays: number
  readonly firstStray: string | undefined
}

interface PlayedWire {
  readonly events: WireEvents
  /** Sent, and not found in the recording yet. */
  readonly said: string[]
}

interface PlayedRequest {
  readonly resolve: (answer: RestAnswer) => void
  readonly reject: (error: Error) => void
}

/** A long silence is waited for in pieces, ms: an end is seen within one. */
const LOOK_MS = 100

/** Plays a recording to feeds as if their venues said it again, turn by turn at the recorded times. */
export class Player {
  readonly clock: TurnClock
  readonly #capture: Capture
  /** Dialled and asked by the feeds, by what was said; each gets the first number of the recording that fits. */
  readonly #dialled = new Map<string, PlayedWire[]>()
  readonly #asked = new Map<string, PlayedRequest[]>()
  readonly #wires = new Map<number, PlayedWire>()
  readonly #requests = new Map<number, PlayedRequest>()
  #records = 0
  #strays = 0
  #firstStray: string | undefined

  constructor(capture: Capture) {
    this.#capture = capture
    this.clock = new TurnClock(capture.from)
  }

  /** @param name of the feed, as it was recorded */
  surroundings(name: string): Surroundings {
    const network = { dial: this.#dial(name), ask: this.#ask(name) }
    return { clock: this.clock, random: randomOf(name), network }
  }

  /** Calls `begin` where the recording began, and resolves after its last record. */
  async play(begin: () => void, { speed, signal, hold, onProgress }: PlayOptions = {}): Promise<PlayFigures> {
    const pace = new Pace(this.clock)
    for await (const records of this.#capture.records()) {
      onProgress?.(this.clock.now())
      for (const record of records) {
        if (signal?.aborted) return this.#figures()
        const held = hold?.()
        if (held !== undefined) {
          await held
          pace.begin()
        }
        await pace.until(record.t, speed?.(), signal)
        while (this.clock.due !== undefined && this.clock.due <= record.t) {
          this.clock.fire()
          await turn()
        }
        this.#records++
        if (this.#compare(record)) continue
        this.clock.moveTo(record.t)
        if (record.k === 'start') begin()
        else this.#deliver(record)
        await turn()
      }
    }
    this.#countRest()
    return this.#figures()
  }

  #dial(v: string): Dial {
    return (url, _limits, events) => {
      const wire: PlayedWire = { events, said: [] }
      push(this.#dialled, dialKey({ v, url }), wire)
      const nothing = () => {}
      return {
        send: (text) => wire.said.push(text),
        ping: nothing,
        hold: nothing,
        close: nothing,
        terminate: nothing,
      }
    }
  }

  #ask(v: string): Ask {
    return (request, signal) =>
      answered(signal, (resolve, reject) => push(this.#asked, askKey({ v, ...request }), { resolve, reject }))
  }

  /** What went out: found among what these feeds said. True when the record was of that kind, or says nothing. */
  #compare(record: CaptureRecord): boolean {
    switch (record.k) {
      case 'dial': {
        const wire = this.#dialled.get(dialKey(record))?.shift()
        if (wire === undefined) this.#stray(`${record.v} was dialled at ${record.url}`)
        else this.#wires.set(record.c, wire)
        return true
      }
      case 'ask': {
        const request = this.#asked.get(askKey(record))?.shift()
        if (request === undefined) this.#stray(`${record.v} was asked ${record.method} ${record.url}`)
        else this.#requests.set(record.r, request)
        return true
      }
      case 'sent': {
        const wire = this.#wires.get(record.c)
        if (wire !== undefined && wire.said.shift() !== record.d) this.#stray(`a venue was told ${record.d}`)
        return true
      }
      case 'capture':
      case 'next':
        return true
      default:
        return false
    }
  }

  #deliver(record: CaptureRecord): void {
    switch (record.k) {
      case 'opened':
        this.#wires.get(record.c)?.events.opened()
        return
      case 'text':
        this.#wires.get(record.c)?.events.text(record.d)
        return
      case 'unreadable':
        this.#wires.get(record.c)?.events.unreadable(record.d)
        return
      case 'alive':
        this.#wires.get(record.c)?.events.alive()
        return
      case 'ended':
        this.#wires.get(record.c)?.events.ended(record.d)
        this.#wires.delete(record.c)
        return
      case 'answer': {
        const { status, d: text, retry } = record
        const answer = { status, text, ...(retry === undefined ? {} : { retryAfter: retry }) }
        this.#requests.get(record.r)?.resolve(answer)
        this.#requests.delete(record.r)
        return
      }
      case 'failed':
        this.#requests.get(record.r)?.reject(failureOf(record))
        this.#requests.delete(record.r)
        return
    }
  }

  /** Said by these feeds alone. */
  #countRest(): void {
    for (const [key, wires] of this.#dialled) for (const _ of wires) this.#stray(`not recorded: ${key}`)
    for (const [key, requests] of this.#asked) for (const _ of requests) this.#stray(`not recorded: ${key}`)
    for (const { said } of this.#wires.values()) for (const text of said) this.#stray(`not recorded: ${text}`)
  }

  #stray(what: string): void {
    this.#strays++
    this.#firstStray ??= what.slice(0, 300)
  }

  #figures(): PlayFigures {
    return {
      records: this.#records,
      from: this.#capture.from,
      to: this.clock.now(),
      broken: this.#capture.broken,
      strays: this.#strays,
      firstStray: this.#firstStray,
    }
  }
}

function dialKey({ v, url }: { readonly v: string; readonly url: string }): string {
  return `${v} dials ${url}`
}

function askKey({ v, method, url, body = '' }: Omit<RestRequest, 'headers'> & { readonly v: string }): string {
  return `${v} asks ${method} ${url} ${body}`
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** One turn of the event loop: every promise that can be is settled. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Holds recorded time to wall time times the speed, from the last change of speed or pause on. */
class Pace {
  readonly #clock: TurnClock
  #speed: number | undefined
  #wall = 0
  #recorded = 0

  constructor(clock: TurnClock) {
    this.#clock = clock
    this.begin()
  }

  begin(): void {
    this.#wall = performance.now()
    this.#recorded = this.#clock.now()
  }

  async until(time: number, speed: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    if (speed !== this.#speed) this.begin()
    this.#speed = speed
    if (speed === undefined) return
    const due = this.#wall + (time - this.#recorded) / speed
    for (let left = due - performance.now(); left > 0 && !signal?.aborted; left = due - performance.now())
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, LOOK_MS)))
  }
}
