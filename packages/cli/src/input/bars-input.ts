import { type BarsFile, describeInterval, instrumentOfFile, readBars } from '@liqscope/feeds'
import type { Bar, Gap, Instrument } from '@liqscope/market'
import { say } from '../output.ts'
import { short, timeText } from '../terminal/figures.ts'
import { Progress } from '../terminal/progress.ts'

export interface BarsFlags {
  readonly bars: string
  readonly market?: string
  readonly interval?: number
  readonly maxRows?: number
}

/** A file of bars opened for a command: its market, and its events with progress on a terminal. */
export interface BarsInput {
  readonly instrument: Instrument
  readonly events: AsyncIterable<Bar | Gap>
  /** Says on stderr what was read and what is missing in it. */
  report(): void
  /** What is missing, was mended, left out or taken from where; complete when the events have ended. */
  notes(): readonly string[]
}

/** @throws {BarsFileError} and {SymbolError}: usage errors. */
export async function openBars(
  flags: BarsFlags,
  { leaveOutWrongRows = false }: { readonly leaveOutWrongRows?: boolean } = {},
): Promise<BarsInput> {
  const instrument = await instrumentOfFile(flags.bars, flags.market, flags.interval)
  const progress = new Progress(`reading ${flags.bars}`)
  const file = readBars(flags.bars, {
    instrument: instrument.id,
    ...(flags.interval === undefined ? {} : { intervalMs: flags.interval }),
    ...(flags.maxRows === undefined ? {} : { rowLimit: flags.maxRows }),
    leaveOutWrongRows,
    onProgress: ({ rows, bytesRead, totalBytes }) =>
      progress.update(totalBytes === undefined ? undefined : bytesRead / totalBytes, `${short(rows)} rows`),
  })
  const seen: Seen = { bars: 0, gaps: 0, missingMs: 0, from: 0, to: 0 }
  return {
    instrument,
    events: watched(file, seen, () => progress.end()),
    report: () => reportOn(flags.bars, instrument, seen, file),
    notes: () => notesOn(seen, file),
  }
}

/** What a command took, which may be less than the file holds. */
interface Seen {
  bars: number
  gaps: number
  missingMs: number
  from: number
  to: number
}

async function* watched(events: AsyncIterable<Bar | Gap>, seen: Seen, end: () => void): AsyncGenerator<Bar | Gap> {
  try {
    for await (const event of events) {
      const isGap = event.kind === 'gap'
      if (seen.bars + seen.gaps === 0) seen.from = event.exchangeTime
      yield event
      // Counted only when the next one is asked for: the one a command stopped at is not part of its answer.
      if (isGap) {
        seen.gaps++
        seen.missingMs += event.to - event.from
      } else seen.bars++
      seen.to = isGap ? event.to : event.exchangeTime + event.intervalMs
    }
  } finally {
    end()
  }
}

function reportOn(path: string, instrument: Instrument, seen: Seen, file: BarsFile): void {
  const { intervalMs } = file.summary()
  const { bars, from, to } = seen
  if (intervalMs === undefined) return
  say(
    `${path} (${instrument.id}): ${bars.toLocaleString('en-US')} bars of ${describeInterval(intervalMs)}, ` +
      `${timeText(from)} to ${timeText(to)}`,
  )
  for (const note of notesOn(seen, file)) say(note)
}

function notesOn({ gaps, missingMs }: Seen, file: BarsFile): string[] {
  const missing =
    gaps === 0
      ? []
      : [
          `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}, ${describeInterval(missingMs)} in all, kept as gaps: nothing is filled in`,
        ]
  return [...missing, ...file.summary().notes]
}
