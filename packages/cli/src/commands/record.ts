import { EXCHANGES } from '@liqscope/feeds'
import { parseSymbol } from '@liqscope/market'
import type { RunningRecording } from '@liqscope/server'
import { CliError, EXIT } from '../exit.ts'
import { simSymbolsOf } from '../input/sim-symbols.ts'
import { addressOf, bansFile, exchangesOf } from '../input/venues-input.ts'
import { print, say } from '../output.ts'
import { StopSignal } from '../stop-signal.ts'
import { captureText, channelRows } from '../terminal/capture-text.ts'
import { short } from '../terminal/figures.ts'
import { Progress } from '../terminal/progress.ts'
import { serverLog } from '../terminal/server-log.ts'

export interface RecordFlags {
  readonly out: string
  readonly venues?: readonly string[]
  readonly symbols: readonly string[]
  readonly track?: readonly string[]
  readonly for?: number
  readonly history: number
  readonly sim?: boolean
  readonly seed?: number
  readonly json?: boolean
}

const HOUR_MS = 3_600_000
const LOOK_MS = 250

/** `liqscope record`: until its time is over or Ctrl+C. Exit status 4 when no venue said anything. */
export async function record(flags: RecordFlags): Promise<void> {
  const stop = new StopSignal()
  const { out, sim = false, track = [], history } = flags
  for (const symbol of flags.symbols) parseSymbol(symbol)
  const venues = exchangesOf('--venues', flags.venues ?? [], sim ? ['binance'] : EXCHANGES)
  const backfillHours = history / HOUR_MS
  // Loaded late: wrong usage is answered before the server's own libraries are read.
  const { recordMarkets } = await import('@liqscope/server')
  const logger = serverLog()
  if (sim) say('a simulated market is being prepared')
  const recording = await recordMarkets({
    folder: out,
    backfillHours,
    ...(sim
      ? {
          sim: {
            exchanges: venues,
            symbols: simSymbolsOf(flags.symbols),
            backfillHours,
            ...(flags.seed === undefined ? {} : { seed: flags.seed }),
          },
        }
      : { venues, symbols: flags.symbols, hyperliquidAccounts: track.map(addressOf), bansFile: bansFile() }),
    ...(logger === undefined ? {} : { logger }),
  })
  say(`recording ${sim ? 'SIMULATED ' : ''}${venues.join(', ')} into ${out}; stop with Ctrl+C`)
  const started = performance.now()
  const failure = await untilEnd(recording, stop, flags.for)
  await recording.stop()
  const seconds = (performance.now() - started) / 1_000
  const rows = channelRows(recording.channels(), seconds)
  const { session, figures } = recording
  if (flags.json)
    await print(
      JSON.stringify({ session, simulated: sim, seconds, ...figures, channels: rows, refused: recording.refused() }),
    )
  else await print(captureText(rows, recording.refused()))
  say(
    `${figures.records} records, ${short(figures.bytes)} bytes before compression, in ${figures.files} ${figures.files === 1 ? 'file' : 'files'} of ${session} in ${out}`,
  )
  if (figures.waits > 0)
    say(`the disk was slower than the venues ${figures.waits} times, ${Math.round(figures.waitedMs)} ms in all`)
  if (failure !== undefined) throw new CliError(`the recording ended early: ${failure.message}`, EXIT.failure)
  if (rows.every(({ messages }) => messages === 0))
    throw new CliError(`nothing came from ${venues.join(', ')}; liqscope doctor --venues says why`, EXIT.network)
  process.exit(EXIT.ok)
}

/** The first of: a signal, the end of the time, a disk that takes no more. */
async function untilEnd(recording: RunningRecording, stop: StopSignal, forMs: number | undefined) {
  const progress = new Progress('recording')
  const looking = setInterval(() => {
    const { records, bytes } = recording.figures
    progress.update(undefined, `${short(records)} records, ${short(bytes)} bytes`)
  }, LOOK_MS)
  const timeIsOver = new Promise<undefined>((resolve) => {
    if (forMs !== undefined) setTimeout(() => resolve(undefined), forMs)
  })
  const failure = await Promise.race([stop.wait().then(() => undefined), timeIsOver, recording.failed])
  clearInterval(looking)
  progress.end()
  return failure
}
