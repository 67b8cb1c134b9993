import {
  CaptureError,
  type Clock,
  openCapture,
  Player,
  type PlayFigures,
  type PlayOptions,
  type Refusal,
} from '@liqscope/feeds'
import type { ChannelHealthJson } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import type { Pipeline } from '../pipeline.ts'
import { CaptureAbout } from './about.ts'
import { type CapturedSources, sourcesOf } from './sources-of.ts'

/** A recording, opened: nothing of it has been played. */
export interface CapturePlay {
  readonly session: string
  readonly about: CaptureAbout
  /** When it began, epoch ms. */
  readonly from: number
  readonly sources: CapturedSources
  /** Recorded time. */
  readonly clock: Clock
  channels(): readonly ChannelHealthJson[]
  refused(): readonly Refusal[]
  /** Resolves after the last record, or when `signal` is aborted. Once. */
  play(options?: PlayOptions): Promise<PlayFigures>
  close(): Promise<void>
}

/**
 * Opens a recording as the markets that it was made of: the same connectors and the same pipeline, on the recorded
 * clock.
 *
 * @param path a folder with one recording, or a file of it
 * @throws {CaptureError} not a recording, or of sources that this version does not know
 */
export async function openCapturePlay(
  path: string,
  pipeline: Pipeline,
  log: FastifyBaseLogger = pino({ level: 'silent' }),
): Promise<CapturePlay> {
  const capture = await openCapture(path)
  const about = CaptureAbout.safeParse(capture.about)
  if (!about.success)
    throw new CaptureError(`${path} does not say what it was recorded from (${about.error.issues[0]?.message})`)
  const player = new Player(capture)
  const parts = { pipeline, clock: player.clock, log, surroundings: (name: string) => player.surroundings(name) }
  const sources = sourcesOf(about.data, parts, () => {})
  const { live, sim } = sources
  return {
    session: capture.session,
    about: about.data,
    from: capture.from,
    sources,
    clock: player.clock,
    channels: () => [...(live?.channels() ?? []), ...(sim?.channels() ?? [])],
    refused: () => [...(live?.refused() ?? []), ...(sim?.refused() ?? [])],
    play: (options) =>
      player.play(() => {
        void live?.start()
        void sim?.start()
      }, options),
    async close() {
      await Promise.all([live?.close(), sim?.close()])
    },
  }
}
