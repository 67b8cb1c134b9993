import { nearestNames, type PositionSide } from '@liqscope/market'
import { BarsFileError } from './bars-file-error.ts'
import { openBytes } from './byte-source.ts'
import { CsvScanner } from './csv-scanner.ts'

/** A position as a venue's public account data show it. */
export interface RecordedPosition {
  /** Of the account; absent where the source did not know whose position it is. */
  readonly account: string | undefined
  /** All that the account is worth, quote currency. */
  readonly accountValue: number | undefined
  readonly side: PositionSide
  readonly size: number // base units, > 0
  readonly entryPrice: number
  readonly leverage: number
  /** Notional at the mark, and with it the mark itself: notional / size. */
  readonly notional: number | undefined
  /** As the venue printed it. Absent when no price liquidates the position. */
  readonly liquidationPrice: number | undefined
  /** Positions that the account holds in this snapshot, this one included; absent without an account. */
  readonly positionsOfAccount: number | undefined
}

/** All positions of one coin that were seen at one moment. */
export interface PositionSnapshot {
  readonly time: number // epoch ms
  readonly positions: readonly RecordedPosition[]
}

export interface PositionsFile {
  /** By time. */
  readonly snapshots: readonly PositionSnapshot[]
  /** Of all coins. */
  readonly rows: number
  /** Rows of the coin that told of a position for the second time. */
  readonly repeats: number
  /** Highest leverage of the coin's positions: that of its lowest margin tier, if anyone uses it. */
  readonly highestLeverage: number
  /** Every coin in the file, those with the most rows first. */
  readonly coins: readonly string[]
}

const COLUMNS = [
  'snapshot_time',
  'account',
  'account_value_usd',
  'coin',
  'side',
  'size',
  'entry_price',
  'leverage',
  'position_value_usd',
  'liquidation_price',
] as const
type Column = (typeof COLUMNS)[number]

const HEADER =
  'snapshot_time,account,account_value_usd,coin,side,size,entry_price,leverage,position_value_usd,unrealized_pnl_usd,liquidation_price,source'
const ZONE = /(?:z|[+-]\d\d:?\d\d)$/i

interface Row extends RecordedPosition {
  readonly time: number
}

/**
 * Reads the recorded positions of one coin from a CSV file (plain or gzip).
 *
 * The recorder asked two lists: accounts by profit, which have an account and its value, and the largest positions,
 * which carry a placeholder for the account and no value. Most of the latter are in the first list too. A row without
 * an account's value is therefore a repeat when another row of the snapshot has the same coin, side, size and entry
 * price, and a position of an unknown account when none has. (Telling rows apart by account alone would make one
 * position of all of them.)
 *
 * @throws {BarsFileError} naming file, line and column; for a coin that is not in the file, with the nearest names.
 */
export async function readPositions(path: string, coin: string): Promise<PositionsFile> {
  const wanted = coin.trim().toUpperCase()
  const scanner = new CsvScanner(path)
  const rows: Row[] = []
  const coins = new Map<string, number>()
  const held = new Map<string, number>()
  let columns: Record<Column, number> | undefined
  let width = 0
  let count = 0
  const readAll = (): void => {
    while (scanner.next()) {
      if (columns === undefined) {
        columns = readHeader(scanner, path)
        width = scanner.fields
        continue
      }
      count++
      if (scanner.fields !== width)
        throw new BarsFileError(
          path,
          `the row has ${scanner.fields} columns and the header ${width}; was the file cut short here?`,
          scanner.line,
        )
      const reader = new PositionReader(scanner, columns, path)
      const name = reader.need('coin').toUpperCase()
      coins.set(name, (coins.get(name) ?? 0) + 1)
      const row = reader.read()
      const owner = ownerOf(row)
      if (owner !== undefined) held.set(owner, (held.get(owner) ?? 0) + 1)
      if (name === wanted) rows.push(row)
    }
  }
  const bytes = await openBytes(path)
  for await (const chunk of bytes.chunks) {
    scanner.push(chunk)
    readAll()
  }
  scanner.end()
  readAll()
  if (columns === undefined) throw new BarsFileError(path, `the file is empty; give a CSV that starts with ${HEADER}`)
  if (count === 0) throw new BarsFileError(path, 'there is a header but no row below it', 1)
  const known = [...coins].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name)
  if (rows.length === 0) throw new BarsFileError(path, unknownCoin(coin, known))
  const { snapshots, repeats } = snapshotsOf(rows, held)
  const highestLeverage = rows.reduce((most, { leverage }) => Math.max(most, leverage), 0)
  return { snapshots, rows: count, repeats, highestLeverage, coins: known }
}

function unknownCoin(coin: string, known: readonly string[]): string {
  const near = nearestNames(coin.trim().toUpperCase(), known)
  const offer = near.length > 0 ? near : known.slice(0, 5)
  return `it has no position in "${coin}"; it has ${offer.join(', ')}${known.length > offer.length ? ` and ${known.length - offer.length} others` : ''}`
}

function readHeader(scanner: CsvScanner, path: string): Record<Column, number> {
  const names = Array.from({ length: scanner.fields }, (_, field) => scanner.text(field).toLowerCase())
  const of = (column: Column): number => {
    const at = names.indexOf(column)
    if (at >= 0) return at
    throw new BarsFileError(
      path,
      `the header lacks this column (it has ${names.slice(0, 20).join(', ').slice(0, 300)}). A positions file starts with ${HEADER}`,
      scanner.line,
      column,
    )
  }
  return {
    snapshot_time: of('snapshot_time'),
    account: of('account'),
    account_value_usd: of('account_value_usd'),
    coin: of('coin'),
    side: of('side'),
    size: of('size'),
    entry_price: of('entry_price'),
    leverage: of('leverage'),
    position_value_usd: of('position_value_usd'),
    liquidation_price: of('liquidation_price'),
  }
}

class PositionReader {
  constructor(
    readonly scanner: CsvScanner,
    readonly columns: Record<Column, number>,
    readonly path: string,
  ) {}

  read(): Row {
    const accountValue = this.optional('account_value_usd', Number.NEGATIVE_INFINITY)
    const account = this.scanner.text(this.columns.account)
    return {
      time: this.#time(),
      account: accountValue === undefined || account === '' ? undefined : account,
      accountValue,
      side: this.#side(),
      size: this.#positive('size'),
      entryPrice: this.#positive('entry_price'),
      leverage: this.#positive('leverage'),
      notional: this.optional('position_value_usd', 0),
      liquidationPrice: this.#price('liquidation_price'),
      positionsOfAccount: undefined,
    }
  }

  need(column: Column): string {
    const text = this.scanner.text(this.columns[column])
    if (text === '') throw this.#wrong(column, 'it is empty; this column needs a value in every row')
    return text
  }

  optional(column: Column, least: number): number | undefined {
    if (this.scanner.isEmpty(this.columns[column])) return undefined
    const value = this.scanner.number(this.columns[column])
    if (!Number.isFinite(value))
      throw this.#wrong(column, `"${shown(this.scanner.text(this.columns[column]))}" is not a number`)
    if (value < least) throw this.#wrong(column, `${value} is below ${least}`)
    return value
  }

  #price(column: Column): number | undefined {
    const price = this.optional(column, Number.NEGATIVE_INFINITY)
    return price !== undefined && price > 0 ? price : undefined
  }

  #positive(column: Column): number {
    this.need(column)
    const value = this.optional(column, 0)
    if (value === undefined || value === 0) throw this.#wrong(column, 'it must be above 0')
    return value
  }

  #side(): PositionSide {
    const side = this.need('side').toLowerCase()
    if (side === 'long' || side === 'short') return side
    throw this.#wrong('side', `"${shown(side)}" is neither long nor short`)
  }

  #time(): number {
    const text = this.need('snapshot_time')
    const time = Date.parse(ZONE.test(text) ? text : `${text}Z`)
    if (Number.isFinite(time)) return time
    throw this.#wrong('snapshot_time', `"${shown(text)}" is no time; write it like 2026-02-04T09:34:27Z`)
  }

  #wrong(column: Column, reason: string): BarsFileError {
    return new BarsFileError(this.path, reason, this.scanner.line, column)
  }
}

function ownerOf({ time, account }: Row): string | undefined {
  return account === undefined ? undefined : `${time} ${account}`
}

/** Rows by snapshot, positions told of twice once, each with how many its account holds in all coins. */
function snapshotsOf(
  rows: readonly Row[],
  held: ReadonlyMap<string, number>,
): { snapshots: PositionSnapshot[]; repeats: number } {
  const byTime = new Map<number, RecordedPosition[]>()
  const told = new Set<string>()
  let repeats = 0
  // Rows with an account first: of two that tell of one position, the one that says whose it is stays.
  const known = rows.filter(({ account }) => account !== undefined)
  const unknown = rows.filter(({ account }) => account === undefined)
  for (const row of [...known, ...unknown]) {
    const { time, ...position } = row
    const figures = `${time} ${row.side} ${row.size} ${row.entryPrice}`
    const key = row.account === undefined ? figures : `${figures} ${row.account}`
    if (told.has(key)) {
      repeats++
      continue
    }
    told.add(key).add(figures)
    const owner = ownerOf(row)
    const positions = byTime.get(time) ?? []
    byTime.set(time, positions)
    positions.push({ ...position, positionsOfAccount: owner === undefined ? undefined : held.get(owner) })
  }
  const snapshots = [...byTime].sort(([a], [b]) => a - b).map(([time, positions]) => ({ time, positions }))
  return { snapshots, repeats }
}

function shown(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 60)
}
