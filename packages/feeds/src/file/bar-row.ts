import type { BarsColumns } from './bars-columns.ts'
import { BarsFileError } from './bars-file-error.ts'
import type { CsvScanner } from './csv-scanner.ts'

/** One line of the file, checked. */
export interface BarRow {
  readonly line: number
  readonly time: number // epoch ms, the interval's open
  /** Either the figures, or why there are none: the interval was not delivered. */
  readonly figures: BarFigures | string
}

/** As in Bar. Absent is not zero. */
export interface BarFigures {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number | undefined
  readonly takerBuyVolume: number | undefined
  readonly openInterest: number | undefined
  readonly longLiquidated: number | undefined
  readonly shortLiquidated: number | undefined
  readonly fundingRate: number | undefined
}

/** What was mended in the rows, counted, so that the caller can say it. */
export interface RowRepairs {
  rangesWidened: number
  takerSidesLeftOut: number
  zeroOpenInterests: number
}

const EARLIEST = Date.UTC(2009, 0, 3) // no coin traded before
const LATEST = Date.UTC(2100, 0, 1)
/** Bars built from trades and bars from the venue differ by ticks. Further out, the columns are not what they say. */
const WIDEST_REPAIR = 0.01
const ZONE = /(?:z|[+-]\d\d:?\d\d)$/i

/**
 * Reads one record.
 * @throws {BarsFileError} naming line and column when a figure is not what the column says.
 */
export function readRow(scanner: CsvScanner, columns: BarsColumns, file: string, repairs: RowRepairs): BarRow {
  const row = new RowReader(scanner, columns, file)
  row.checkFieldCount()
  const time = row.time()
  const line = scanner.line
  if (row.isSynthetic()) return { line, time, figures: 'the source marks the row as synthetic' }
  if (row.hasNoPrices()) return { line, time, figures: 'the row has no prices' }
  const open = row.amount(columns.open)
  const close = row.amount(columns.close)
  let high = row.amount(columns.high)
  let low = row.amount(columns.low)
  if (open === 0 || high === 0 || low === 0 || close === 0) return { line, time, figures: 'the row has a zero price' }
  if (high < low) throw row.wrong(columns.high, `high ${high} is below low ${low}; check the order of the columns`)
  const top = Math.max(open, close)
  const bottom = Math.min(open, close)
  if (top > high || bottom < low) {
    if (top > high * (1 + WIDEST_REPAIR) || bottom < low * (1 - WIDEST_REPAIR))
      throw row.wrong(
        open > high || open < low ? columns.open : columns.close,
        `${open > high || open < low ? `open ${open}` : `close ${close}`} is outside ${low} .. ${high}, the low and high of its row; check the order of the columns`,
      )
    high = Math.max(high, top)
    low = Math.min(low, bottom)
    repairs.rangesWidened++
  }
  const volume = row.optionalAmount(columns.volume)
  let takerBuyVolume = row.optionalAmount(columns.takerBuyVolume)
  if (takerBuyVolume !== undefined && (volume === undefined || takerBuyVolume > volume * (1 + 1e-9))) {
    if (volume !== undefined) repairs.takerSidesLeftOut++
    takerBuyVolume = undefined
  }
  let openInterest = row.optionalAmount(columns.openInterest)
  if (openInterest === 0) {
    repairs.zeroOpenInterests++
    openInterest = undefined
  }
  if (openInterest !== undefined && columns.openInterestUnit === 'notional') openInterest /= close
  return {
    line,
    time,
    figures: {
      open,
      high,
      low,
      close,
      volume,
      takerBuyVolume,
      openInterest,
      longLiquidated: row.optionalAmount(columns.longLiquidated),
      shortLiquidated: row.optionalAmount(columns.shortLiquidated),
      fundingRate: row.optionalNumber(columns.fundingRate),
    },
  }
}

class RowReader {
  constructor(
    readonly scanner: CsvScanner,
    readonly columns: BarsColumns,
    readonly file: string,
  ) {}

  checkFieldCount(): void {
    const { scanner, columns } = this
    const expected = columns.names.length
    if (scanner.fields < expected)
      throw this.wrong(
        scanner.fields,
        `the row ends after ${scanner.fields} of ${expected} columns; the file may have been cut short here`,
      )
    // An extra field is refused even when it is empty: `1,000,` shifts every value after it by one column.
    if (scanner.fields > expected)
      throw new BarsFileError(
        this.file,
        `the row has ${scanner.fields} columns and the header ${expected}; is there a comma inside a number?`,
        scanner.line,
      )
  }

  hasNoPrices(): boolean {
    const { scanner, columns } = this
    return (
      scanner.isEmpty(columns.open) &&
      scanner.isEmpty(columns.high) &&
      scanner.isEmpty(columns.low) &&
      scanner.isEmpty(columns.close)
    )
  }

  time(): number {
    const { scanner, columns } = this
    if (columns.timeKind === 'ms') {
      const time = this.number(columns.time)
      if (time < EARLIEST / 1000 || !Number.isInteger(time) || time > LATEST)
        throw this.wrong(columns.time, `${time} is no time in epoch milliseconds`)
      if (time < EARLIEST)
        throw this.wrong(columns.time, `${time} looks like epoch seconds; write milliseconds (${time}000)`)
      return time
    }
    const text = scanner.text(columns.time)
    const time = Date.parse(ZONE.test(text) ? text : `${text}Z`)
    if (!(time >= EARLIEST && time <= LATEST))
      throw this.wrong(columns.time, `"${shown(text)}" is no time; write it like 2026-03-15T00:00:00Z`)
    return time
  }

  isSynthetic(): boolean {
    if (this.columns.synthetic < 0 || this.scanner.isEmpty(this.columns.synthetic)) return false
    const text = this.scanner.text(this.columns.synthetic).toLowerCase()
    if (text === '0' || text === 'false' || text === '0.0') return false
    if (text === '1' || text === 'true' || text === '1.0') return true
    throw this.wrong(this.columns.synthetic, `"${shown(text)}" is neither 0 nor 1`)
  }

  optionalAmount(field: number): number | undefined {
    return field < 0 || this.scanner.isEmpty(field) ? undefined : this.amount(field)
  }

  optionalNumber(field: number): number | undefined {
    return field < 0 || this.scanner.isEmpty(field) ? undefined : this.number(field)
  }

  amount(field: number): number {
    const value = this.number(field)
    if (value < 0) throw this.wrong(field, `${value} is negative; prices and sizes are 0 or more`)
    return value
  }

  number(field: number): number {
    const value = this.scanner.number(field)
    if (Number.isFinite(value)) return value
    const text = this.scanner.text(field)
    throw this.wrong(
      field,
      text === ''
        ? 'it is empty; this column needs a value in every row'
        : `"${shown(text)}" is not a number; write it like 71174.4 (a value that is missing may be empty from volume on)`,
    )
  }

  wrong(field: number, reason: string): BarsFileError {
    return new BarsFileError(this.file, reason, this.scanner.line, this.columns.names[field])
  }
}

/** Text from the file as a message may show it: short, and without control characters that move a terminal's cursor. */
function shown(text: string): string {
  const plain = [...text.slice(0, 60)].map((c) => (c < ' ' || c === '\u007f' ? '?' : c)).join('')
  return text.length > 60 ? `${plain}…` : plain
}
