import type { Clock } from '@liqscope/feeds'
import type { Bar, Gap, Instrument } from '@liqscope/market'
import type { ReplayJson } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import { every } from '../clock.ts'
import { MarketState } from '../market/market-state.ts'
import type { Pipeline } from '../pipeline.ts'
import { takingTurns } from '../turn.ts'

/** How often a playing replay looks at the clock. */
const TICK_MS = 100
/** Bar time per wall time when play is pressed without a speed: a minute a second. */
const DEFAULT_SPEED = 60

export interface ReplayOptions {
  readonly instrument: Instrument
  readonly events: () => AsyncIterable<Bar | Gap>
  /** Bar time per wall time; 0 (the default) folds the whole file at once and stands at its end. */
  readonly speed?: number
  /** Where to begin, epoch ms. Default: the end when standing, the beginning when playing. */
  readonly at?: number
}

/**
 * Plays a file of bars into the pipeline. An event is known from the end of its interval on: nothing of a bar is
 * shown before it closed. Going back builds the state again from the first event.
 */
export class Replay {
  private events: (Bar | Gap)[] = []
  /** Events before this index are folded. */
  private next = 0
  private at = 0
  private from = 0
  private to = 0
  private isLoaded = false
  private isClosed = false
  private past: { readonly at: number; readonly state: Promise<MarketState | undefined> } | undefined
  private playing = false
  /** What was last asked for: a seek under way starts to play when it arrives. */
  private wantsToPlay = false
  /** Where a seek under way is going, epoch ms. */
  private target: number | undefined
  private speed: number
  private lastTick = 0
  /** Rises with each seek: an older one that is still building gives up. */
  private seeks = 0
  private stop: (() => void) | undefined

  constructor(
    private readonly options: ReplayOptions,
    private readonly pipeline: Pipeline,
    private readonly clock: Clock,
    private readonly log: FastifyBaseLogger,
  ) {
    this.speed = options.speed ?? 0
  }

  /** Reads the file and goes to where it should begin. Rejects with the reader's error. */
  async load(): Promise<void> {
    const { instrument, at, speed = 0 } = this.options
    this.pipeline.list(instrument)
    for await (const event of this.options.events()) this.events.push(event)
    const first = this.events[0]
    if (first) {
      this.from = first.kind === 'gap' ? first.from : first.exchangeTime
      this.to = this.events.reduce((latest, event) => Math.max(latest, dueTime(event)), this.from)
    }
    await this.seek(at ?? (speed > 0 ? this.from : this.to))
    this.wantsToPlay = speed > 0
    this.playing = this.wantsToPlay && this.at < this.to
    this.lastTick = this.clock.now()
    this.stop = every(
      this.clock,
      TICK_MS,
      () => this.tick(),
      (error) => this.log.error({ err: error }, 'the replay failed'),
    )
    this.isLoaded = true
  }

  /** Undefined while the file is being read. */
  status(): ReplayJson | undefined {
    if (!this.isLoaded) return undefined
    return { playing: this.playing, speed: this.speed, at: this.at, from: this.from, to: this.to }
  }

  /** Play, pause, change the speed, go to a moment. Play at the end begins again. */
  async control(change: { playing?: boolean | undefined; speed?: number | undefined; at?: number | undefined }) {
    if (!this.isLoaded) return
    if (change.speed !== undefined) this.speed = change.speed
    const playing = change.playing ?? this.wantsToPlay
    const beginsAgain = playing && !this.wantsToPlay && (this.target ?? this.at) >= this.to
    this.wantsToPlay = playing
    if (playing && this.speed === 0) this.speed = DEFAULT_SPEED
    const at = change.at ?? (beginsAgain ? this.from : undefined)
    if (at !== undefined) await this.seek(at)
    this.playing = this.wantsToPlay && this.at < this.to
    this.lastTick = this.clock.now()
  }

  /**
   * A state aside, folded up to `at`, epoch ms: the map as it was known then. One is folded at a time and the last is
   * kept, because a year of minutes takes a second. Undefined once the replay is closed.
   */
  foldUntil(at: number): Promise<MarketState | undefined> {
    if (this.past?.at === at) return this.past.state
    const before = this.past?.state
    const fold = async () => {
      await before
      return (await this.fold(new MarketState(this.options.instrument, at), at, () => !this.isClosed))?.state
    }
    const state = fold()
    this.past = { at, state }
    return state
  }

  close(): void {
    this.seeks++
    this.isClosed = true
    this.playing = this.wantsToPlay = false
    this.stop?.()
  }

  private async seek(time: number): Promise<void> {
    const at = Math.min(Math.max(time, this.from), this.to)
    const seek = ++this.seeks
    this.target = at
    const state = this.pipeline.stateOfFile(this.options.instrument, at)
    const folded = await this.fold(state, at, () => seek === this.seeks)
    if (!folded) return
    this.target = undefined
    this.next = folded.next
    this.at = at
    this.pipeline.replace(folded.state)
  }

  private async fold(state: MarketState, at: number, isCurrent: () => boolean) {
    const turns = takingTurns()
    let next = 0
    while (next < this.events.length && dueTime(this.events[next]!) <= at) {
      state.apply(this.events[next++]!)
      const turn = turns()
      if (!turn) continue
      await turn
      if (!isCurrent()) return undefined
    }
    return { state, next }
  }

  private tick(): void {
    const now = this.clock.now()
    const elapsed = now - this.lastTick
    this.lastTick = now
    if (!this.playing) return
    this.at = Math.min(this.to, this.at + elapsed * this.speed)
    while (this.next < this.events.length && dueTime(this.events[this.next]!) <= this.at)
      this.pipeline.apply(this.events[this.next++]!)
    if (this.at >= this.to) this.playing = this.wantsToPlay = false
  }
}

/** When an event is known: at the end of what it covers. */
function dueTime(event: Bar | Gap): number {
  return event.kind === 'gap' ? event.to : event.exchangeTime + event.intervalMs
}
