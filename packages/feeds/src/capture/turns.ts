import { TurnClock } from './turn-clock.ts'

/** Both clocks of this machine at one moment. */
export interface Reading {
  /** Epoch ms; may be set back. */
  readonly wall: number
  /** Ms since the process began; never goes back. */
  readonly mono: number
}

export const systemReading = (): Reading => ({ wall: Date.now(), mono: performance.now() })

/** Longest the system is asked to wait at once, ms: beyond, its timers overflow. */
const LONGEST_WAIT_MS = 60_000

interface Waiting {
  readonly at: Reading
  readonly run: (at: Reading) => void
}

/**
 * Makes a sequence of what comes from outside and of the timers between: one at a time, each with all that follows from
 * it finished before the next. What came at a moment finds every timer of before that moment fired. So the sequence of
 * what came, with its times, says everything: whoever plays it on a `TurnClock` gets the same turns.
 */
export class Turns {
  readonly clock: TurnClock
  readonly #read: () => Reading
  /** True while what came must wait: the recording cannot be written as fast. */
  readonly #mustWait: () => boolean
  readonly #queue: Waiting[] = []
  #last: Reading
  #isRunning = false
  #isClosed = false
  #wait: NodeJS.Timeout | undefined

  constructor(first: Reading, read: () => Reading, mustWait: () => boolean) {
    this.#read = read
    this.#mustWait = mustWait
    this.#last = first
    this.clock = new TurnClock(first.wall)
  }

  /** How many came and had no turn yet. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Something came from outside: `run` gets its turn, at the time that is now. */
  enter(run: (at: Reading) => void): void {
    if (this.#isClosed) return
    this.#queue.push({ at: this.#stamp(), run })
    this.wake()
  }

  /** Goes on when waiting may have an end. */
  wake(): void {
    if (this.#isRunning || this.#isClosed) return
    this.#isRunning = true
    clearTimeout(this.#wait)
    setImmediate(this.#turn)
  }

  /** No turn comes after this one, and no timer fires. */
  close(): void {
    this.#isClosed = true
    this.#queue.length = 0
    clearTimeout(this.#wait)
  }

  /** A clock that was set back goes on at the pace of the other: time here never stands still nor returns. */
  #stamp(): Reading {
    const { wall, mono } = this.#read()
    const last = this.#last
    this.#last = { wall: wall >= last.wall ? wall : last.wall + (mono - last.mono), mono }
    return { wall: Math.floor(this.#last.wall), mono }
  }

  /** One immediate a turn: promises are settled between two of them. */
  readonly #turn = (): void => {
    if (this.#isClosed) return
    try {
      const next = this.#queue[0]
      const { due } = this.clock
      const now = next?.at.wall ?? this.#stamp().wall
      if (this.#mustWait()) this.#isRunning = false
      else if (due !== undefined && due <= now) this.clock.fire()
      else if (next !== undefined) {
        this.#queue.shift()
        this.clock.moveTo(next.at.wall)
        next.run(next.at)
      } else {
        this.#isRunning = false
        if (due !== undefined) this.#wait = setTimeout(() => this.wake(), Math.min(due - now, LONGEST_WAIT_MS))
      }
    } finally {
      if (this.#isRunning) setImmediate(this.#turn)
    }
  }
}
