import type { Bar, Gap, InstrumentId } from '@liqscope/market'
import type { BarFigures, BarRow } from './bar-row.ts'
import { BarsFileError } from './bars-file-error.ts'

/** Rows looked at before the first bar is handed over: enough to outvote holes, few enough to wait for. */
const ROWS_TO_INFER_FROM = 1_000

/** Puts rows in order: bars of one length, and a Gap for every interval that has none. */
export class BarAssembler {
  readonly #file: string
  readonly #instrument: InstrumentId
  #intervalMs: number | undefined
  #waiting: BarRow[] = []
  #done: (Bar | Gap)[] = []
  #end: number | undefined
  #gap: { from: number; to: number; reason: string } | undefined
  #previous: BarRow | undefined
  bars = 0
  gaps = 0
  missingMs = 0
  from: number | undefined
  to: number | undefined

  /** @param intervalMs the bar's length when it is known; else it is the commonest distance of the first rows. */
  constructor(file: string, instrument: InstrumentId, intervalMs?: number) {
    this.#file = file
    this.#instrument = instrument
    this.#intervalMs = intervalMs
  }

  get intervalMs(): number | undefined {
    return this.#intervalMs
  }

  /** @throws {BarsFileError} when the row is not after the one before. */
  push(row: BarRow, timeColumn: string): void {
    const before = this.#previous
    if (before !== undefined && row.time <= before.time)
      throw new BarsFileError(
        this.#file,
        row.time === before.time
          ? `${iso(row.time)} is already on line ${before.line}; take one of the two rows out`
          : `${iso(row.time)} comes after ${iso(before.time)} of line ${before.line}; sort the rows by time`,
        row.line,
        timeColumn,
      )
    if (this.#intervalMs !== undefined && before !== undefined) this.#checkDistance(before, row, timeColumn)
    this.#previous = row
    if (this.#intervalMs !== undefined) this.#place(row, this.#intervalMs)
    else this.#waiting.push(row)
    if (this.#waiting.length > ROWS_TO_INFER_FROM) this.#infer(timeColumn)
  }

  /** After the last row. @throws {BarsFileError} when one row alone cannot say how long a bar is. */
  end(timeColumn: string): void {
    if (this.#intervalMs === undefined && this.#waiting.length > 0) this.#infer(timeColumn)
    this.#closeGap()
  }

  /** Hands over what is ready, in order of time. */
  take(): (Bar | Gap)[] {
    const done = this.#done
    this.#done = []
    return done
  }

  #infer(timeColumn: string): void {
    const counts = new Map<number, number>()
    for (let i = 1; i < this.#waiting.length; i++) {
      const distance = this.#waiting[i]!.time - this.#waiting[i - 1]!.time
      counts.set(distance, (counts.get(distance) ?? 0) + 1)
    }
    const [commonest] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])
    if (commonest === undefined)
      throw new BarsFileError(
        this.#file,
        'one row cannot say how long a bar is; give at least two rows, or the interval',
        this.#waiting[0]?.line,
      )
    const rows = this.#waiting
    this.#intervalMs = commonest[0]
    this.#waiting = []
    for (let i = 0; i < rows.length; i++) {
      const before = rows[i - 1]
      if (before !== undefined) this.#checkDistance(before, rows[i]!, timeColumn)
      this.#place(rows[i]!, commonest[0])
    }
  }

  #checkDistance(before: BarRow, row: BarRow, timeColumn: string): void {
    const distance = row.time - before.time
    if (distance < this.#intervalMs!)
      throw new BarsFileError(
        this.#file,
        `${iso(row.time)} is ${describeInterval(distance)} after line ${before.line}, but the bars of this file are ${describeInterval(this.#intervalMs!)} long; keep bars of one length in a file`,
        row.line,
        timeColumn,
      )
  }

  #place(row: BarRow, intervalMs: number): void {
    const to = row.time + intervalMs
    this.from ??= row.time
    if (this.#end !== undefined && row.time > this.#end) this.#addGap(this.#end, row.time, 'the file has no row for it')
    if (typeof row.figures === 'string') this.#addGap(row.time, to, row.figures)
    else {
      this.#closeGap()
      this.#done.push(barOf(this.#instrument, row.time, intervalMs, row.figures))
      this.bars++
    }
    this.#end = to
    this.to = to
  }

  /** Neighbouring intervals missing for the same reason are one gap. */
  #addGap(from: number, to: number, reason: string): void {
    if (this.#gap?.to === from && this.#gap.reason === reason) this.#gap.to = to
    else {
      this.#closeGap()
      this.#gap = { from, to, reason }
    }
  }

  #closeGap(): void {
    if (this.#gap === undefined) return
    const { from, to, reason } = this.#gap
    this.#gap = undefined
    this.gaps++
    this.missingMs += to - from
    this.#done.push({
      kind: 'gap',
      instrument: this.#instrument,
      exchangeTime: from,
      receivedTime: from,
      channel: 'bar',
      from,
      to,
      reason,
    })
  }
}

/** Assigned one by one: conditional spreads made this the slowest line of the reader, 15 us a row. */
function barOf(instrument: InstrumentId, time: number, intervalMs: number, figures: BarFigures): Bar {
  const bar: { -readonly [Key in keyof Bar]: Bar[Key] } = {
    kind: 'bar',
    instrument,
    exchangeTime: time,
    receivedTime: time,
    intervalMs,
    open: figures.open,
    high: figures.high,
    low: figures.low,
    close: figures.close,
  }
  if (figures.volume !== undefined) bar.volume = figures.volume
  if (figures.takerBuyVolume !== undefined) bar.takerBuyVolume = figures.takerBuyVolume
  if (figures.openInterest !== undefined) bar.openInterest = figures.openInterest
  if (figures.longLiquidated !== undefined) bar.longLiquidated = figures.longLiquidated
  if (figures.shortLiquidated !== undefined) bar.shortLiquidated = figures.shortLiquidated
  if (figures.fundingRate !== undefined) bar.fundingRate = figures.fundingRate
  return bar
}

/** `60000` as `1m`; a length that is no whole number of a unit in seconds or milliseconds. */
export function describeInterval(ms: number): string {
  for (const [unit, length] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const)
    if (ms >= length && ms % length === 0) return `${ms / length}${unit}`
  return `${ms}ms`
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
