import { type CaptureError, type CaptureFigures, type Exchange, Recorder, type Refusal } from '@liqscope/feeds'
import type { MarketEvent } from '@liqscope/market'
import type { ChannelHealthJson } from '@liqscope/protocol'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { Pipeline } from '../pipeline.ts'
import { type KnownBans, openBanFile } from '../source/ban-file.ts'
import { runSimVenues, type SimAddress, type SimOptions } from '../source/sim-feed.ts'
import { readVersion } from '../version.ts'
import type { CaptureAbout } from './about.ts'
import { sourcesOf } from './sources-of.ts'

export interface RecordOptions {
  /** Where the files go; made when it is not there. */
  readonly folder: string
  /** Real exchanges; left out with `sim`. */
  readonly venues?: readonly Exchange[]
  /** `BTC`, `ETHUSDT`, `binance:SOLUSDT`: of the real exchanges. */
  readonly symbols?: readonly string[]
  /** History asked for at the start, so that a replay has a map from its first moment, hours. */
  readonly backfillHours: number
  readonly hyperliquidAccounts?: readonly string[]
  readonly bansFile?: string
  /** Simulated venues instead of real ones; addresses of venues that run already. */
  readonly sim?: SimOptions | readonly SimAddress[]
  readonly onEvent?: (event: MarketEvent) => void
  readonly logger?: FastifyBaseLogger
}

/** A recording under way. */
export interface RunningRecording {
  readonly session: string
  readonly pipeline: Pipeline
  readonly figures: CaptureFigures
  channels(): readonly ChannelHealthJson[]
  refused(): readonly Refusal[]
  /** Resolves when nothing more can be written. */
  readonly failed: Promise<CaptureError>
  /** Ends it whole: what came is written, then the connections end. Idempotent. */
  stop(): Promise<void>
}

/**
 * Follows venues as a server does and writes down all that came from them.
 *
 * @throws {CaptureError} when nothing can be written there
 */
export async function recordMarkets(options: RecordOptions): Promise<RunningRecording> {
  const { folder, symbols = [], venues = [], backfillHours, hyperliquidAccounts = [], sim } = options
  const log = options.logger ?? pino({ level: 'silent' })
  const bans = options.bansFile === undefined ? undefined : openBanFile(options.bansFile, Date.now, log)
  const running = isSimOptions(sim) ? await runSimVenues(sim) : undefined
  const about: CaptureAbout = {
    by: `liqscope ${readVersion()}`,
    exchanges: sim === undefined ? [...venues] : [],
    simulated: [...(running?.venues ?? (isSimOptions(sim) ? [] : (sim ?? [])))],
    symbols: [...symbols],
    backfillHours,
    accounts: [...hyperliquidAccounts],
    bans: bans?.all() ?? {},
  }
  const { recorder, failed } = openRecorder(folder, about)
  const pipeline = new Pipeline(undefined, options.onEvent)
  const parts = {
    pipeline,
    clock: recorder.clock,
    log,
    surroundings: (name: string) => recorder.surroundings(name),
  }
  const { live, sim: simulated } = sourcesOf(about, parts, rememberIn(bans))
  recorder.start(() => {
    void live?.start()
    void simulated?.start()
  })
  const channels = () => [...(live?.channels() ?? []), ...(simulated?.channels() ?? [])]
  const refused = () => [...(live?.refused() ?? []), ...(simulated?.refused() ?? [])]
  /** As it was when it was stopped. */
  let last: { readonly channels: readonly ChannelHealthJson[]; readonly refused: readonly Refusal[] } | undefined
  let stopped: Promise<void> | undefined
  const stop = async () => {
    await recorder.stop()
    last = { channels: channels(), refused: refused() }
    await Promise.all([live?.close(), simulated?.close()])
    await running?.close()
  }
  return {
    session: recorder.session,
    pipeline,
    get figures() {
      return recorder.figures
    },
    channels: () => last?.channels ?? channels(),
    refused: () => last?.refused ?? refused(),
    failed,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

/** @throws {CaptureError} when nothing can be written there */
function openRecorder(folder: string, about: CaptureAbout) {
  let onFailure: (error: CaptureError) => void = () => {}
  const failed = new Promise<CaptureError>((resolve) => {
    onFailure = resolve
  })
  return { recorder: new Recorder({ folder, about, onFailure: (error) => onFailure(error) }), failed }
}

function rememberIn(bans: KnownBans | undefined): KnownBans['remember'] {
  return (baseUrl, until) => bans?.remember(baseUrl, until)
}

function isSimOptions(sim: RecordOptions['sim']): sim is SimOptions {
  return sim !== undefined && !Array.isArray(sim)
}
