import { BarsFileError } from './bars-file-error.ts'

/** No line of numbers comes near: a longer one means the file is not a CSV, and memory stays bounded. */
const LONGEST_RECORD_BYTES = 65_536
const MOST_FIELDS = 256

const COMMA = 44
const QUOTE = 34
const NEWLINE = 10
const RETURN = 13
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const POWERS_OF_TEN = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

/**
 * Cuts bytes into CSV records without making a string for any field: a field becomes text or a number when asked.
 * Reads LF and CRLF, a UTF-8 byte order mark, quoted fields with commas, doubled quotes and line breaks; skips
 * blank lines.
 *
 * `push` bytes, then call `next` until it says false; after the last bytes call `end` and `next` again. The fields of
 * a record are valid until the next call of `next`.
 */
export class CsvScanner {
  readonly #file: string
  readonly #starts = new Int32Array(MOST_FIELDS)
  readonly #ends = new Int32Array(MOST_FIELDS)
  #bytes: Buffer = Buffer.alloc(0)
  #position = 0
  #nextLine = 1
  #ended = false
  #first = true
  /** Where the record begins, 1-based. */
  line = 0
  /** Fields in the record. */
  fields = 0

  constructor(file: string) {
    this.#file = file
  }

  push(chunk: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#position)
    this.#bytes =
      rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk])
    this.#position = 0
  }

  end(): void {
    this.#ended = true
  }

  /**
   * Goes to the next record; false when it needs more bytes.
   * @throws {BarsFileError} for bytes that are no CSV.
   */
  next(): boolean {
    if (this.#first && (this.#bytes.length >= 3 || this.#ended)) this.#skipByteOrderMark()
    if (this.#first) return false
    while (this.#scan()) {
      const blank = this.fields === 1 && this.#starts[0] === this.#ends[0]
      if (!blank) return true
    }
    return false
  }

  /** The field as written, quotes taken off, spaces around it too. */
  text(field: number): string {
    const text = this.#bytes.toString('utf8', this.#starts[field], this.#ends[field]).trim()
    return text.startsWith('"') && text.endsWith('"') && text.length > 1
      ? text.slice(1, -1).replaceAll('""', '"')
      : text
  }

  isEmpty(field: number): boolean {
    const start = this.#starts[field]!
    const end = this.#ends[field]!
    return start === end || (this.#bytes[start]! <= QUOTE && this.text(field).trim() === '')
  }

  /** The field as a plain decimal number, correctly rounded; NaN when it is anything else, hexadecimal included. */
  number(field: number): number {
    const bytes = this.#bytes
    const end = this.#ends[field]!
    let i = this.#starts[field]!
    const negative = bytes[i] === 45
    if (negative) i++
    const first = i
    let mantissa = 0
    let point = -1
    for (; i < end; i++) {
      const digit = bytes[i]! - 48
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit
      else if (digit === -2 && point < 0) point = i
      else return this.#slowNumber(field)
    }
    const digits = end - first - (point < 0 ? 0 : 1)
    // Up to 15 digits both operands are exact, so one division rounds once, as Number() would.
    if (digits === 0 || digits > 15) return this.#slowNumber(field)
    const value = point < 0 ? mantissa : mantissa / POWERS_OF_TEN[end - point - 1]!
    return negative ? -value : value
  }

  #slowNumber(field: number): number {
    const text = this.text(field)
    return DECIMAL.test(text) ? Number(text) : Number.NaN
  }

  #skipByteOrderMark(): void {
    const [a, b, c] = this.#bytes
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
      throw new BarsFileError(this.#file, 'this is UTF-16 text; save it as UTF-8', 1)
    if (a === 0xef && b === 0xbb && c === 0xbf) this.#position = 3
    this.#first = false
  }

  #scan(): boolean {
    const bytes = this.#bytes
    const from = this.#position
    let fields = 0
    let start = from
    let lines = 1
    let i = from
    for (; i < bytes.length; i++) {
      const byte = bytes[i]!
      if (byte > COMMA) continue
      if (byte === COMMA) {
        if (fields === MOST_FIELDS - 1) throw this.#notCsv(`it has more than ${MOST_FIELDS} columns`)
        this.#starts[fields] = start
        this.#ends[fields++] = i
        start = i + 1
      } else if (byte === NEWLINE) break
      else if (byte === QUOTE && i === start) {
        const close = closingQuote(bytes, i)
        if (close < 0) return this.#wait(from, 'a quote opened on this line is never closed')
        for (let inside = i; inside < close; inside++) if (bytes[inside] === NEWLINE) lines++
        i = close
      } else if (byte < 9) throw this.#notCsv('it holds binary data')
    }
    if (i - from > LONGEST_RECORD_BYTES) throw this.#notCsv(`it is longer than ${LONGEST_RECORD_BYTES} characters`)
    if (i >= bytes.length && !(this.#ended && i > from)) return this.#wait(from)
    this.#starts[fields] = start
    this.#ends[fields++] = i > start && bytes[i - 1] === RETURN ? i - 1 : i
    this.#position = i + 1
    this.line = this.#nextLine
    this.#nextLine += lines
    this.fields = fields
    return true
  }

  #wait(from: number, atEnd?: string): false {
    if (this.#bytes.length - from > LONGEST_RECORD_BYTES)
      throw this.#notCsv(`it is longer than ${LONGEST_RECORD_BYTES} characters`)
    if (this.#ended && atEnd !== undefined) throw new BarsFileError(this.#file, atEnd, this.#nextLine)
    return false
  }

  #notCsv(why: string): BarsFileError {
    return new BarsFileError(this.#file, `this is not a line of CSV: ${why}; give a text file of bars`, this.#nextLine)
  }
}

/** Index of the quote that closes the one at `open`, doubled quotes passed over; -1 when it is not in these bytes. */
function closingQuote(bytes: Buffer, open: number): number {
  for (let from = open + 1; ; ) {
    const quote = bytes.indexOf(QUOTE, from)
    if (quote < 0 || bytes[quote + 1] !== QUOTE) return quote
    from = quote + 2
  }
}
