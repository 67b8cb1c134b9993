import type { Bar, Gap, InstrumentId } from '@liqscope/market'
import { BarAssembler } from './bar-assembler.ts'
import { type BarRow, type RowRepairs, readRow } from './bar-row.ts'
import { type BarsColumns, readHeader } from './bars-columns.ts'
import { BarsFileError } from './bars-file-error.ts'
import { type ByteSource, openBytes } from './byte-source.ts'
import { CsvScanner } from './csv-scanner.ts'

/** Nineteen years of one-minute bars. A file with more is refused rather than read for minutes by mistake. */
const DEFAULT_ROW_LIMIT = 10_000_000
/** Enough rows to know their mean length to a few per cent. */
const ROWS_TO_ESTIMATE_FROM = 1_000
/** A file with a larger part of wrong rows is not what its header says. */
const MOST_WRONG = 0.02

export interface ReadBarsOptions {
  readonly instrument: InstrumentId
  /** Read these bytes instead of the file; the path then only names them in messages. */
  readonly stream?: AsyncIterable<Uint8Array>
  /** Length of a bar when it is known, ms; else the commonest distance of the first 1,000 rows. */
  readonly intervalMs?: number
  /** Rows to accept, DEFAULT_ROW_LIMIT unless told. */
  readonly rowLimit?: number
  /**
   * Leave out rows that are wrong (a repeated time, a negative size, a field that is no number) instead of refusing the
   * file, up to MOST_WRONG of it. Their intervals become gaps; the summary's notes count them and quote the first.
   */
  readonly leaveOutWrongRows?: boolean
  readonly onProgress?: (progress: BarsProgress) => void
}

export interface BarsProgress {
  readonly rows: number
  /** Of the file on disk, before unpacking. */
  readonly bytesRead: number
  readonly totalBytes?: number
}

/** What has been read so far; complete when the events have ended. */
export interface BarsSummary {
  readonly rows: number
  readonly bars: number
  readonly gaps: number
  /** Total length of the gaps, ms. */
  readonly missingMs: number
  /** Open of the first interval and end of the last, epoch ms. */
  readonly from?: number
  readonly to?: number
  readonly intervalMs?: number
  readonly dialect?: BarsColumns['dialect']
  /** What a reader of the numbers should know, one sentence each. */
  readonly notes: readonly string[]
}

/** A file of bars being read: iterate it once; `summary()` may be asked at any time. */
export interface BarsFile extends AsyncIterable<Bar | Gap> {
  summary(): BarsSummary
}

/**
 * Reads bars from a CSV file (plain or gzip) as a stream: memory stays bounded whatever the size.
 *
 * Headers: our own, that of recorded minute bars, that of hourly multi-venue bars (see `readHeader`). Rows with zero
 * prices, rows marked synthetic and missing rows become Gap events. Events come in order of time.
 *
 * The iteration throws `BarsFileError` naming file, line and column: what came before it is not the whole file, and
 * must not be shown as if it were.
 */
export function readBars(path: string, options: ReadBarsOptions): BarsFile {
  const repairs: RowRepairs = { rangesWidened: 0, takerSidesLeftOut: 0, zeroOpenInterests: 0 }
  const assembler = new BarAssembler(path, options.instrument, options.intervalMs)
  const wrong = new WrongRows(path)
  let columns: BarsColumns | undefined
  let rows = 0
  return {
    summary: () => ({
      rows,
      bars: assembler.bars,
      gaps: assembler.gaps,
      missingMs: assembler.missingMs,
      ...(assembler.from === undefined ? {} : { from: assembler.from }),
      ...(assembler.to === undefined ? {} : { to: assembler.to }),
      ...(assembler.intervalMs === undefined ? {} : { intervalMs: assembler.intervalMs }),
      ...(columns === undefined ? {} : { dialect: columns.dialect }),
      notes: [...(columns?.notes ?? []), ...repairNotes(repairs), ...wrong.notes],
    }),
    async *[Symbol.asyncIterator]() {
      const limit = options.rowLimit ?? DEFAULT_ROW_LIMIT
      const bytes = await openBytes(path, options.stream)
      const scanner = new CsvScanner(path)
      const readAll = (): void => {
        while (scanner.next()) {
          if (columns === undefined) columns = headerOf(scanner, path, options.instrument)
          else {
            if (++rows > limit) throw tooManyRows(path, limit, scanner.line)
            const { names, time } = columns
            try {
              const row: BarRow = readRow(scanner, columns, path, repairs)
              assembler.push(row, names[time]!)
            } catch (error) {
              // An error about another row is one about the file, as when its bars are of several lengths.
              const ofRow = error instanceof BarsFileError && error.line === scanner.line
              if (!options.leaveOutWrongRows || !ofRow) throw error
              wrong.leaveOut(error)
            }
          }
        }
      }
      for await (const chunk of bytes.chunks) {
        scanner.push(chunk)
        readAll()
        refuseTooLarge(path, bytes, rows, limit)
        options.onProgress?.({
          rows,
          bytesRead: bytes.bytesRead(),
          ...(bytes.totalBytes === undefined ? {} : { totalBytes: bytes.totalBytes }),
        })
        yield* assembler.take()
      }
      scanner.end()
      readAll()
      if (columns === undefined) throw new BarsFileError(path, 'the file is empty; give a CSV with a header and bars')
      if (rows === 0) throw new BarsFileError(path, 'there is a header but no row below it; give at least two bars', 1)
      wrong.check(rows)
      assembler.end(columns.names[columns.time]!)
      if (assembler.bars === 0)
        throw new BarsFileError(path, `none of its ${rows} rows has prices; there is nothing to make a map of`)
      yield* assembler.take()
    },
  }
}

function headerOf(scanner: CsvScanner, path: string, instrument: InstrumentId): BarsColumns {
  const names = Array.from({ length: scanner.fields }, (_, field) => scanner.text(field))
  return readHeader(path, scanner.line, names, instrument.slice(0, instrument.indexOf(':')))
}

/** Says at once what reading on would find out after minutes: the size on disk and the rows so far tell how many come. */
function refuseTooLarge(path: string, bytes: ByteSource, rows: number, limit: number): void {
  if (bytes.totalBytes === undefined || bytes.isGzip() || rows < ROWS_TO_ESTIMATE_FROM) return
  const expected = (bytes.totalBytes / bytes.bytesRead()) * rows
  if (expected < 1.1 * limit) return
  throw new BarsFileError(
    path,
    `${(bytes.totalBytes / 1e9).toFixed(1)} GB, about ${Math.round(expected / 1e6)} million rows, is more than the limit of ${limit.toLocaleString('en')} rows; split the file by time, or raise the limit`,
  )
}

function tooManyRows(path: string, limit: number, line: number): BarsFileError {
  return new BarsFileError(
    path,
    `more than ${limit.toLocaleString('en')} rows; split the file by time, or raise the limit`,
    line,
  )
}

function repairNotes(repairs: RowRepairs): string[] {
  const notes: string[] = []
  const say = (count: number, text: string) => {
    if (count > 0) notes.push(`${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}: ${text}`)
  }
  say(repairs.rangesWidened, 'open or close lay outside low .. high by less than 1 %; the range was widened to hold it')
  say(repairs.takerSidesLeftOut, 'taker buy volume above volume; left out')
  say(repairs.zeroOpenInterests, 'open interest of zero; treated as not published')
  return notes
}

/** Rows that were left out, and why the first of them was. */
class WrongRows {
  private count = 0
  private first: BarsFileError | undefined

  constructor(private readonly path: string) {}

  leaveOut(error: BarsFileError): void {
    this.first ??= error
    this.count++
  }

  /** @throws {BarsFileError} when more than MOST_WRONG of the rows were wrong; a file of a few rows may hold one. */
  check(rows: number): void {
    if (this.first === undefined || this.count <= Math.max(1, MOST_WRONG * rows)) return
    throw new BarsFileError(
      this.path,
      `${this.count.toLocaleString('en')} of ${rows.toLocaleString('en')} rows are wrong, too many to leave out. The first: ${this.first.message}`,
    )
  }

  get notes(): string[] {
    if (this.first === undefined) return []
    const count = this.count === 1 ? '1 row was' : `${this.count.toLocaleString('en')} rows were`
    return [`${count} left out as wrong; the first: ${this.first.message}`]
  }
}
