import { parseSymbol, SymbolError } from '@liqscope/market'
import type { Refusals } from '../refusals.ts'
import { isRecord, shown } from '../wire-values.ts'
import type { OpenInterestNotional } from './adapter.ts'

/** What an answer held: the rows that were good, and why each other row was not. */
export interface Reading<T> {
  readonly rows: readonly T[]
  readonly refused: readonly { readonly reason: string; readonly text: string }[]
}

/** Rows are objects or arrays; a field that is not there reads as undefined either way. */
export type Row = Readonly<Record<string | number, unknown>>

/** Reads each row for itself; `read` gives what it is, or why it is not. */
export function readRows<T>(body: unknown, read: (row: Row) => T | string): Reading<T> {
  if (!Array.isArray(body)) return { rows: [], refused: [{ reason: bodyProblem(body), text: excerpt(body) }] }
  const rows: T[] = []
  const refused: { reason: string; text: string }[] = []
  for (const row of body) {
    const value = isRow(row) ? read(row) : bodyProblem(row)
    if (typeof value === 'string') refused.push({ reason: value, text: excerpt(row) })
    else rows.push(value)
  }
  return { rows, refused }
}

/** One row of a venue's own valuation of its open interest, if both fields are good. */
export function notionalOf(exchangeTime: number, notional: number): OpenInterestNotional | string {
  if (!(exchangeTime > 0)) return 'the time is missing or wrong'
  return notional >= 0 && notional < Number.POSITIVE_INFINITY
    ? { exchangeTime, notional }
    : 'the value in USD is missing or wrong'
}

/** The good rows; the others are counted under `path`. */
export function countedRows<T>(path: string, reading: Reading<T>, refusals: Refusals): readonly T[] {
  for (const { reason, text } of reading.refused) refusals.add(path, reason, text)
  return reading.rows
}

/** `1000PEPE` is PEPE by the thousand. Undefined for a name that no symbol can have. */
export function canonicalAsset(base: string, quote: string): { base: string; unitFactor: number } | undefined {
  try {
    return parseSymbol(`${base}/${quote}`)
  } catch (error) {
    if (error instanceof SymbolError) return undefined
    throw error
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null
}

function bodyProblem(body: unknown): string {
  if (body === null || body === undefined) return 'empty answer'
  if (isRecord(body) && typeof body.msg === 'string') return `the venue says ${shown(body.code)}: ${body.msg}`
  return 'not a list of rows'
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 500)
}
