import type { PlayFigures } from '@liqscope/feeds'
import { venueName } from '@liqscope/market'
import type { NoticeJson, ReplayJson } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import type { Pipeline } from '../pipeline.ts'
import { type CapturePlay, openCapturePlay } from './play-markets.ts'

/** How a recording is shown on the page. */
export interface CaptureOptions {
  /** A folder with one recording, or a file of it. */
  readonly path: string
  /** Recorded time per wall time; 0 (the default) plays it at once and stands at its end. */
  readonly speed?: number
}

/** Speed when play is pressed at the end of a recording that was played at once. */
const REAL_TIME = 1

/** A recording that a server plays: it can be paused and played at another speed, not turned back. */
export class ServedCapture {
  private playing: boolean
  private speed: number
  private figures: PlayFigures | undefined
  private problem: string | undefined
  private resume: (() => void) | undefined
  private readonly ended = new AbortController()

  private constructor(
    private readonly play: CapturePlay,
    speed: number,
    private readonly log: FastifyBaseLogger,
  ) {
    this.speed = speed
    this.playing = true
  }

  /** @throws {CaptureError} not a recording */
  static async open({ path, speed = 0 }: CaptureOptions, pipeline: Pipeline, log: FastifyBaseLogger) {
    return new ServedCapture(await openCapturePlay(path, pipeline, log), speed, log)
  }

  get sources() {
    return this.play.sources
  }

  /** Resolves at once when it is played at a speed, else when all of it was played. */
  async begin(): Promise<void> {
    const played = this.run()
    if (this.speed === 0) await played
  }

  status(): ReplayJson {
    const at = this.play.clock.now()
    return { playing: this.playing, speed: this.speed, at, from: this.play.from, to: this.figures?.to ?? at }
  }

  /** There is no way back: `at` is not obeyed. */
  async control(change: {
    readonly playing?: boolean | undefined
    readonly speed?: number | undefined
  }): Promise<void> {
    if (change.speed !== undefined) this.speed = change.speed
    if (change.playing === undefined || this.figures !== undefined) return
    this.playing = change.playing
    if (!this.playing) return
    if (this.speed === 0) this.speed = REAL_TIME
    this.resume?.()
    this.resume = undefined
  }

  notices(): readonly NoticeJson[] {
    const { exchanges, simulated } = this.play.about
    const names = (simulated.length > 0 ? simulated.map(({ name }) => name) : exchanges).map(venueName).join(', ')
    const time = new Date(this.play.from).toISOString().slice(0, 16).replace('T', ' ')
    const text =
      simulated.length > 0
        ? `A recording of a generated market (${names}) of ${time} UTC. Nothing in it is real, nothing is live.`
        : `A recording of ${names} of ${time} UTC is being replayed. Nothing is live.`
    return [
      { level: simulated.length > 0 ? 'simulated' : 'partial', text },
      ...(this.problem === undefined ? [] : [{ level: 'error' as const, text: this.problem }]),
    ]
  }

  async close(): Promise<void> {
    this.ended.abort()
    this.resume?.()
    await this.play.close()
  }

  private async run(): Promise<void> {
    try {
      const figures = await this.play.play({
        speed: () => (this.speed === 0 ? undefined : this.speed),
        hold: () => (this.playing ? undefined : new Promise<void>((resolve) => (this.resume = resolve))),
        signal: this.ended.signal,
      })
      this.figures = figures
      this.playing = false
      const { broken, strays } = figures
      if (broken !== undefined) this.problem = 'The recording is not whole: it breaks off before its end.'
      if (strays > 0)
        this.problem = `This version asks the exchanges for other things than ${this.play.about.by}, which recorded: what is shown is not what was seen live.`
      if (this.problem !== undefined) this.log.warn(figures, this.problem)
    } catch (error) {
      this.log.error({ err: error }, 'the recording could not be played')
      this.problem = 'The recording could not be played; the server log says why.'
    }
  }
}
